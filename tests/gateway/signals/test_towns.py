"""What is told of towns: objects, workshops, and of votes what their page tells."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.live import Condition
from gateway.logbook import Kind
from gateway.model import Frame
from gateway.signals.towns import told
from gateway.web import counts
from gateway.web.history import History
from gateway.web.words import Words
from gateway.wording import Wording
from gateway.workshops import Held
from kit.catalogue import load_build
from kit.names import DeviceKey
from kit.signals import signals, taken_apart
from tests.gateway.frames import AIR, BOOT, HEM, an_air
from tests.gateway.influx_servers import until
from tests.gateway.signals.signal_site import TOWNS, SignalSite

BOX = DeviceKey("gonesse", "box")
OTHER = DeviceKey("gonesse", "air-2")
FRENCH = Words("Europe/Paris")
OPTION = load_build("vote").channels[0]


async def of_town(site: SignalSite, town: str = "gonesse") -> dict[str, float]:
    return (await site.signals.sample_towns(site.now))[town]


def held(workshop: str, people: int, town: str = "gonesse") -> Held:
    day = dt.date(2025, 11, 20)
    return Held(workshop=workshop, town=town, place="Médiathèque", day=day, people=people)


async def test_every_town_of_the_site_is_told_of_also_without_objects(site: SignalSite) -> None:
    found = await site.signals.sample_towns(site.now)
    assert found.keys() == {*TOWNS}
    assert found["hem"]["built"] == found["hem"]["deployed"] == found["hem"]["objects.silent"] == 0


async def test_objects_are_counted_by_condition(site: SignalSite) -> None:
    site.add(AIR)
    site.add(OTHER)
    site.add(HEM)
    await site.measure(AIR, co2=5000)
    found = await of_town(site)
    assert (found["objects.act"], found["objects.starting"]) == (1, 1)
    assert sum(found[f"objects.{condition}"] for condition in Condition) == 2
    assert (found["deployed"], found["silent"]) == (1, 0)


async def test_what_is_in_a_cupboard_is_not_in_service(site: SignalSite) -> None:
    site.add(AIR)
    await site.measure(AIR, co2=500)
    site.now += 6 * 86_400
    found = await of_town(site)
    assert (found["deployed"], found["silent"]) == (1, 1)
    site.now += 2 * 86_400
    found = await of_town(site)
    assert (found["deployed"], found["silent"], found["objects.silent"]) == (0, 0, 1)


async def test_an_object_is_built_once_it_has_worked(site: SignalSite) -> None:
    for key in (AIR, OTHER, DeviceKey("gonesse", "air-3")):
        site.add(key)
    assert (await of_town(site))["built"] == 0
    site.logbook.write(OTHER, Kind.SELFTEST, {"passed": False, "tests": []})
    site.logbook.write(AIR, Kind.SELFTEST, {"passed": True, "tests": []})
    site.logbook.write(AIR, Kind.SELFTEST, {"passed": False, "tests": []}, at=site.now + 3600)
    site.now += 300
    assert (await of_town(site))["built"] == 1
    await site.measure(OTHER, co2=500)
    site.registry.revoke(OTHER)
    site.live.refresh()
    site.now += 300
    assert (await of_town(site))["built"] == 2


async def test_an_object_that_was_handed_over_was_built_once_where_it_was_first(
    site: SignalSite,
) -> None:
    site.add(AIR)
    await site.measure(AIR, co2=500)
    site.registry.hand_over(AIR, an_air(HEM))
    site.live.refresh()
    await site.measure(HEM, co2=500)
    found = await site.signals.sample_towns(site.now)
    assert (found["gonesse"]["built"], found["hem"]["built"]) == (1, 0)
    assert (found["gonesse"]["deployed"], found["hem"]["deployed"]) == (0, 1)


async def test_workshops_are_counted_and_few_people_are_not(site: SignalSite) -> None:
    for one in (held("M02", 8), held("M02", 6), held("M05", 4), held("M01", 0)):
        site.workshops.add(one)
    site.workshops.add(held("M02", 30, "hem"))
    found = await of_town(site)
    assert {
        name: value for name, value in found.items() if name.startswith(("work", "people"))
    } == {
        "workshops.M01": 1,
        "workshops.M02": 2,
        "workshops.M05": 1,
        "people.M01": 0,
        "people.M02": 10,  # of 14, in steps of five
        "people_few.M05": 1,
    }
    assert (await of_town(site, "hem"))["people.M02"] == 30


async def test_a_damaged_file_costs_what_stands_in_it_alone(
    site: SignalSite, caplog: pytest.LogCaptureFixture
) -> None:
    site.add(AIR)
    await site.measure(AIR, co2=500)
    site.workshops.add(held("M02", 8))
    site.workshops.close()
    good = site.folder.workshops.read_bytes()
    site.folder.workshops.write_bytes(b"damaged " * 1000)
    site.restart()
    found = await of_town(site)
    assert found["objects.good"] == found["deployed"] == 1
    assert not {"built", "workshops.M02"} & found.keys()
    assert "could not be looked up" in caplog.text
    site.folder.workshops.write_bytes(good)
    site.now += 300
    found = await of_town(site)
    assert (found["built"], found["workshops.M02"]) == (1, 1)


async def test_all_that_is_told_of_a_town_is_described(site: SignalSite) -> None:
    site.workshops.add(held("M02", 8), {("understood", "good"): 8})
    known = {signal.id for signal in signals("town")}
    assert {taken_apart(name).signal for name in await of_town(site)} == known


# --- votes ---------------------------------------------------------------------------------------


@given(st.integers(0, 10**6))
def test_a_sum_is_told_as_the_page_tells_it(total: int) -> None:
    said = counts.sum_shown(OPTION, total, FRENCH).replace("\u202f", "").split()[-1]
    found = told("votes", "option1", total, OPTION)
    if total and total < OPTION.hidden_below:
        assert found == {"votes_few.option1": 1.0}
    else:
        assert found == {"votes.option1": float(said)}


async def test_votes_are_told_as_the_page_tells_them(site: SignalSite) -> None:
    site.add(BOX, build="vote")
    since = site.now - 5 * 3600 + 600
    options = ({"fr": "Oui"}, {"fr": "Non"}, {"fr": "Peut-être"})
    site.registry.set_wording(BOX, Wording({"fr": "Venez-vous\u00a0?"}, options, since=since))
    site.live.refresh()
    values = {"option1": 7.0, "option2": 1.0, "option3": 0.0}
    frames = [
        Frame(BOX, BOOT, hour, site.now - 3600 * hour + 5, values)  # the oldest: of before it stood
        for hour in range(1, 6)
    ]
    site.journal.write(frames).result(30)
    # At once, as after a restart: what waits for its roll-up counts as well.
    found = (await site.signals.sample_told(site.now))[BOX]
    assert found == {"votes.option1": 20, "votes_few.option2": 1, "votes.option3": 0}  # 21, 3, 0
    until(lambda: len(site.journal.hourly(BOX, "option1", 0, 1e12)) == 5, "hours are rolled up")
    thing = site.live.find(BOX)
    assert thing is not None
    shown = counts.votes(History(site.journal), thing, FRENCH, site.now)
    assert shown is not None
    assert [result.votes for result in shown.results] == ["au moins 20", "moins de 5", "0"]


async def test_a_box_without_a_question_tells_nothing(site: SignalSite) -> None:
    site.add(BOX, build="vote")
    assert await site.signals.sample_told(site.now) == {}
