"""What is measured of an object says how it is, and nothing that is not known."""

import pytest

from gateway.live import Condition
from kit.names import DeviceKey
from kit.signals import signals, taken_apart
from tests.gateway.frames import AIR, BOOT
from tests.gateway.signals.signal_site import SignalSite

STATUS = {"wifi": -61, "queue": 3, "dropped": 0, "uptime": 3600, "battery": 3.7}


async def test_an_object_that_never_sent_has_no_age(site: SignalSite) -> None:
    site.add()
    assert site.of() == {"dropped": 0.0, "missing": 0.0, "refused": 0.0}


def test_there_are_no_signals_of_what_does_not_exist(site: SignalSite) -> None:
    assert site.of(DeviceKey("gonesse", "nobody")) == {}


async def test_age_and_delay_are_those_of_the_last_reading(site: SignalSite) -> None:
    site.add()
    await site.measure(AIR, co2=500)
    site.now += 39
    assert (site.of()["age"], site.of()["late"]) == (39, 39 / (3 * 60 + 15))


async def test_it_is_silent_from_a_delay_of_one_on(site: SignalSite) -> None:
    site.add()
    await site.measure(AIR, co2=500)
    thing = site.live.find(AIR)
    assert thing is not None
    for seconds, silent in ((195, False), (196, True)):
        now = site.now + seconds
        assert (thing.condition(now) is Condition.SILENT) == silent
        assert (site.signals.sample_object(AIR, now)["late"] > 1) == silent


async def test_an_object_that_sleeps_is_late_when_it_has_not_woken_up(site: SignalSite) -> None:
    site.add()
    await site.measure(AIR, co2=500)
    await site.status(AIR, state="sleeping", wakes=site.now + 3600, period=600, **STATUS)
    site.now += 3600
    asleep = site.of()
    assert asleep["late"] < 1
    assert (asleep["wifi"], asleep["battery"]) == (-61, 3.7)
    thing = site.live.find(AIR)
    assert thing is not None
    assert thing.nap is not None
    site.now = thing.nap.late_after + 1
    assert site.of()["late"] > 1
    assert "wifi" not in site.of()


async def test_what_an_object_says_of_itself_is_taken_over(site: SignalSite) -> None:
    site.add()
    await site.status(AIR, **STATUS)
    site.now += 100
    found = site.of()
    assert {name: found[name] for name in ("wifi", "queue", "battery", "uptime")} == {
        "wifi": -61,
        "queue": 3,
        "battery": 3.7,
        "uptime": 3700,
    }


async def test_what_it_said_long_ago_is_no_longer_told(site: SignalSite) -> None:
    site.add()
    await site.status(AIR, **STATUS)
    site.now += 1300
    assert not site.of().keys() & {"wifi", "queue", "battery", "uptime"}


async def test_a_status_that_the_broker_has_kept_is_as_old_as_it_says(site: SignalSite) -> None:
    site.add()
    await site.status(AIR, t=site.now - 5000, **STATUS)
    assert "wifi" not in site.of()


async def test_a_lost_object_has_no_wifi(site: SignalSite) -> None:
    site.add()
    await site.status(AIR, **STATUS)
    await site.take(AIR, "status", {"state": "lost", "why": "connection"})
    assert "wifi" not in site.of()


@pytest.mark.parametrize("name", ["wifi", "battery", "uptime"])
async def test_an_impossible_number_is_not_told(site: SignalSite, name: str) -> None:
    site.add()
    await site.status(AIR, **{name: 1e300})
    assert name not in site.of()


async def test_dropped_readings_are_those_of_the_last_hour(site: SignalSite) -> None:
    site.add()
    await site.status(AIR, dropped=100)  # of before anybody listened
    assert site.of()["dropped"] == 0
    await site.status(AIR, dropped=104)
    assert site.of()["dropped"] == 4
    site.now += 1800
    await site.status(AIR, dropped=105)
    assert site.of()["dropped"] == 5
    site.now += 1900
    assert site.of()["dropped"] == 1


async def test_an_object_that_is_installed_anew_counts_from_nothing(site: SignalSite) -> None:
    site.add()
    await site.status(AIR, dropped=100)
    await site.status(AIR, dropped=2)
    assert site.of()["dropped"] == 2


async def test_what_it_dropped_is_no_news_after_a_restart(site: SignalSite) -> None:
    site.add()
    await site.status(AIR, dropped=100)
    site.restart()
    await site.status(AIR, dropped=100)
    assert site.of()["dropped"] == 0
    await site.status(AIR, dropped=103)
    assert site.of()["dropped"] == 3


async def test_impossible_readings_are_counted_by_object(site: SignalSite) -> None:
    other = DeviceKey("gonesse", "air-2")
    site.add()
    site.add(other)
    await site.measure(AIR, co2=-5)
    await site.measure(AIR, co2=10**9)
    await site.measure(AIR, nonsense=1)  # wrong, and possible
    await site.take(AIR, "telemetry", "malformed")
    assert (site.of()["refused"], site.of(other)["refused"]) == (2, 0)
    site.now += 3700
    assert site.of()["refused"] == 0


async def test_gaps_are_counted_by_object(site: SignalSite) -> None:
    site.add()
    for seq in (0, 4):
        frame = {"boot": BOOT, "seq": seq, "t": site.now, "values": {"co2": 500}}
        await site.take(AIR, "telemetry", frame)
    assert site.of()["missing"] == 3


async def test_the_firmware_is_told_in_plain_characters(site: SignalSite) -> None:
    site.add()
    about = {"build": "air", "firmware": '0.2.0 "née", 雪' + "x" * 99, "boot": BOOT}
    await site.take(AIR, "about", about)
    (told,) = [name for name in site.of() if taken_apart(name).signal == "firmware"]
    assert taken_apart(told).what.startswith("0.2.0__n_e")
    assert len(taken_apart(told).what) <= 32
    assert site.of()[told] == 1


async def test_all_that_is_told_of_objects_is_described(site: SignalSite) -> None:
    site.add()
    await site.measure(AIR, co2=500)
    await site.status(AIR, **STATUS)
    await site.take(AIR, "about", {"build": "air", "firmware": "0.1.0", "boot": BOOT})
    known = {signal.id: signal for signal in signals("object")}
    for name, value in site.of().items():
        low, high = known[taken_apart(name).signal].range
        assert low <= value <= high
    told = {taken_apart(name).signal for name in site.of()}
    assert told == known.keys() - {"reset"}


async def test_all_objects_are_sampled_at_once(site: SignalSite) -> None:
    keys = [site.add(DeviceKey("hem", f"air-{number}")) for number in range(250)]
    await site.measure(keys[7], co2=500)
    found = await site.signals.sample_objects(site.now)
    assert sorted(found) == sorted(keys)
    assert [key for key, signals in found.items() if "age" in signals] == [keys[7]]
