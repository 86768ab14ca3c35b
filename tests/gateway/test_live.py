"""What the gateway thinks of an object now: judged by the age of its data."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.journal import Journal
from gateway.journal.model import Leaf
from gateway.live import GRACE_S, MISSED_PERIODS, Condition, Live
from gateway.model import Frame
from gateway.registry import Registry
from kit.names import DeviceKey
from tests.gateway.resident_site import device

AIR = DeviceKey("gonesse", "air")
CLIMATE = DeviceKey("gonesse", "climat")
NOON = 1_800_000_000.0
PATIENCE = MISSED_PERIODS * 60 + GRACE_S


class Clock:
    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def registry(tmp_path: Path) -> Iterator[Registry]:
    registry = Registry(tmp_path / "registry.sqlite")
    registry.add(device(AIR, "air", "Salle 1", "Air"))
    registry.add(device(CLIMATE, "climate", "Salle 2", "Climat"))
    yield registry
    registry.close()


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    journal = Journal(tmp_path / "journal.sqlite")
    yield journal
    journal.close()


@pytest.fixture
def live(registry: Registry, journal: Journal, clock: Clock) -> Live:
    return Live(registry, journal, clock)


def frame(key: DeviceKey, time: float, **values: float) -> Frame:
    return Frame(key, "5f3a", 1, time, values)


def condition(live: Live, key: DeviceKey) -> Condition:
    thing = live.find(key)
    assert thing is not None
    return thing.condition(live.now())


def test_an_object_that_never_spoke_is_starting_also_when_its_status_says_ready(live: Live) -> None:
    live.on_leaf(AIR, "status", {"state": "ready"})
    assert condition(live, AIR) is Condition.STARTING


@pytest.mark.parametrize(
    ("co2", "expected"),
    [(600, Condition.GOOD), (800, Condition.WATCH), (1500, Condition.ACT)],
)
def test_the_bands_of_the_catalogue_give_the_condition(
    live: Live, co2: float, expected: Condition
) -> None:
    live.on_frame(frame(AIR, NOON, co2=co2, temperature=20))
    assert condition(live, AIR) is expected


def test_the_most_urgent_channel_wins(live: Live) -> None:
    live.on_frame(frame(CLIMATE, NOON, temperature=19, humidity=80))
    assert condition(live, CLIMATE) is Condition.WATCH
    thing = live.find(CLIMATE)
    assert thing is not None
    band = thing.worst_band(NOON)
    assert band is not None
    assert band.word["fr"] == "Air humide : aérez"


def test_silence_is_the_age_of_the_data_whatever_the_status_says(live: Live, clock: Clock) -> None:
    live.on_frame(frame(AIR, NOON, co2=600))
    clock.now = NOON + PATIENCE
    assert condition(live, AIR) is Condition.GOOD
    clock.now = NOON + PATIENCE + 1
    live.on_leaf(AIR, "status", {"state": "ready"})
    assert condition(live, AIR) is Condition.SILENT


def test_the_period_that_the_object_declares_is_the_one_it_is_judged_by(
    live: Live, clock: Clock
) -> None:
    live.on_leaf(AIR, "status", {"state": "sleeping", "period": 3600})
    live.on_frame(frame(AIR, NOON, co2=600))
    clock.now = NOON + 3 * 3600
    assert condition(live, AIR) is Condition.GOOD


@pytest.mark.parametrize("period", [0, -5, "60", None, 10**9, float("nan")])
def test_a_period_that_cannot_be_is_not_taken(live: Live, period: object) -> None:
    live.on_leaf(AIR, "status", {"state": "ready", "period": period})
    thing = live.find(AIR)
    assert thing is not None
    assert thing.period_s == 60


def test_the_last_will_only_makes_it_faster(live: Live) -> None:
    live.on_frame(frame(AIR, NOON, co2=600))
    live.on_leaf(AIR, "status", {"state": "lost", "why": "connection"})
    assert condition(live, AIR) is Condition.LOST
    assert live.is_lost(AIR)


def test_a_new_reading_ends_lost_but_an_old_one_of_a_backlog_does_not(live: Live) -> None:
    live.on_frame(frame(AIR, NOON, co2=600))
    live.on_leaf(AIR, "status", {"state": "lost"})
    live.on_frame(frame(AIR, NOON - 600, co2=900))
    assert condition(live, AIR) is Condition.LOST
    live.on_frame(frame(AIR, NOON + 1, co2=610))
    assert condition(live, AIR) is Condition.GOOD


def test_an_older_reading_never_replaces_a_newer_one_and_is_counted_as_late(live: Live) -> None:
    live.on_frame(frame(AIR, NOON, co2=600))
    live.on_frame(frame(AIR, NOON - 60, co2=1700))
    thing = live.find(AIR)
    assert thing is not None
    assert thing.readings["co2"].value == 600
    assert thing.late == 1


def test_a_channel_that_stops_keeps_its_own_time(live: Live) -> None:
    live.on_frame(frame(AIR, NOON - 300, co2=1600, temperature=20))
    live.on_frame(frame(AIR, NOON, temperature=21))
    thing = live.find(AIR)
    assert thing is not None
    assert not thing.is_fresh(thing.readings["co2"], NOON)
    # What it meant five minutes ago does not raise the alarm now.
    assert condition(live, AIR) is Condition.GOOD


def test_a_restarted_gateway_knows_what_the_journal_knows(
    registry: Registry, journal: Journal, clock: Clock
) -> None:
    status = Leaf(AIR, "status", NOON, {"state": "degraded", "why": "sensor:scd41", "period": 120})
    about = Leaf(AIR, "about", NOON, {"firmware": "0.1.0"})
    journal.write([frame(AIR, NOON, co2=1600)], leaves=[status, about]).result(10)
    thing = Live(registry, journal, clock).find(AIR)
    assert thing is not None
    assert thing.condition(NOON) is Condition.ACT
    assert (thing.state, thing.why, thing.period_s) == ("degraded", "sensor:scd41", 120)
    assert thing.firmware == "0.1.0"


def test_objects_come_and_go_with_the_registry_and_keep_their_readings(
    live: Live, registry: Registry
) -> None:
    live.on_frame(frame(AIR, NOON, co2=600))
    new = DeviceKey("gonesse", "nouveau")
    registry.add(device(new, "lamp", "Accueil", "Lampe"))
    live.on_frame(frame(new, NOON, on=1))
    assert condition(live, new) is Condition.GOOD
    registry.revoke(CLIMATE)
    live.refresh()
    assert live.find(CLIMATE) is None
    assert condition(live, AIR) is Condition.GOOD


def test_no_password_hash_is_kept_in_memory(live: Live) -> None:
    assert {thing.device.bcrypt_hash for thing in live.objects()} == {""}


def test_a_stranger_is_ignored(live: Live) -> None:
    live.on_frame(frame(DeviceKey("gonesse", "inconnu"), NOON, co2=600))
    live.on_leaf(DeviceKey("gonesse", "inconnu"), "status", {"state": "ready"})
    assert len(live.objects()) == 2


async def test_a_page_hears_of_its_objects_once_however_often_they_change(live: Live) -> None:
    with live.subscribe([AIR]) as subscription:
        for n in range(1000):
            live.on_frame(frame(AIR, NOON + n, co2=600))
            live.on_frame(frame(CLIMATE, NOON + n, temperature=19))
        assert await subscription.changed(5) == {AIR}
        assert await subscription.changed(0.01) == set()


async def test_closing_wakes_every_page(live: Live) -> None:
    with live.subscribe([AIR]) as subscription:
        live.close()
        assert await subscription.changed(60) == set()
        assert live.closed


def test_revisions_rise_over_a_restart(live: Live, registry: Registry, journal: Journal) -> None:
    live.on_frame(frame(AIR, NOON, co2=600))
    assert Live(registry, journal).revision > live.revision
