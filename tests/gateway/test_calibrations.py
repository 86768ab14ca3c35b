"""What objects were taught: told once, checked, and known for their next board."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.broker.authority import Authority
from gateway.calibrations import LARGEST, MOST_NUMBERS, Calibrations, checked
from gateway.logbook import KEPT_OF_EACH_KIND, Kind, Logbook
from gateway.office import Office
from gateway.registry import Registry
from kit.catalogue import load_build
from kit.enrolment import Wish
from kit.names import DeviceKey
from kit.settings import Broker, DataFolder
from tests.gateway.broker_site import settings_for
from tests.gateway.frames import AIR, HEM, NOON, an_air

LEARNT = {"part": "scd41", "step": "outdoor", "kept": {"reference": 420, "correction": -31}}
WARMTH = {"part": "scd41", "step": "temperature", "kept": {"offset": 2.35}}


@pytest.fixture
def logbook(tmp_path: Path) -> Iterator[Logbook]:
    with closing(Logbook(tmp_path / "logbook.sqlite")) as opened:
        yield opened


@pytest.fixture
def heard(logbook: Logbook, registry: Registry) -> Calibrations:
    registry.add(an_air())
    return Calibrations(logbook, registry)


def tell(heard: Calibrations, data: object, device: DeviceKey = AIR, **event: Any) -> None:
    heard.on_leaf(device, "event", {"name": "calibrated", "data": data, **event})
    heard.write_down()


async def test_a_calibration_is_noted_when_its_event_arrives(
    heard: Calibrations, logbook: Logbook
) -> None:
    running = asyncio.create_task(heard.run())
    heard.on_leaf(AIR, "event", {"name": "calibrated", "t": NOON, "data": LEARNT})
    async with asyncio.timeout(20):
        while not logbook.entries(AIR):  # noqa: ASYNC110 - another thread writes it
            await asyncio.sleep(0.005)
    running.cancel()
    (entry,) = logbook.entries(AIR)
    assert (entry.kind, entry.time) == (Kind.CALIBRATION, NOON)
    assert entry.content == {**LEARNT, "at": NOON}


def test_one_that_is_told_twice_is_noted_once(heard: Calibrations, logbook: Logbook) -> None:
    for _ in range(2):
        tell(heard, LEARNT, t=NOON)
        tell(heard, WARMTH)  # by a board that does not know the time
    assert len(logbook.entries(AIR)) == 2
    tell(heard, LEARNT, t=NOON + 60)  # done again, with the same result
    assert len(logbook.entries(AIR)) == 3


def test_steps_add_up_and_the_last_one_counts(heard: Calibrations, logbook: Logbook) -> None:
    later = {**LEARNT, "kept": {"reference": 430, "correction": 5}}
    tell(heard, later, t=NOON + 60)
    tell(heard, WARMTH, t=NOON + 120)
    tell(heard, LEARNT, t=NOON)  # from a broker's backlog
    (taught,) = logbook.taught(AIR)
    assert taught.kept == {"reference": 430, "correction": 5, "offset": 2.35}
    assert (taught.part, taught.time) == ("scd41", NOON + 120)


def test_many_calibrations_of_one_step_push_no_other_out(
    heard: Calibrations, logbook: Logbook
) -> None:
    tell(heard, WARMTH, t=NOON)
    for number in range(KEPT_OF_EACH_KIND + 1):
        tell(heard, LEARNT, t=NOON + 60 + number)
    assert len(logbook.entries(AIR)) == KEPT_OF_EACH_KIND
    assert logbook.taught(AIR)[0].kept["offset"] == 2.35


@pytest.mark.parametrize(
    "data",
    [
        {},
        "calibrated",
        {**LEARNT, "part": "soil"},
        {**LEARNT, "part": ["scd41"]},
        {**LEARNT, "step": "moon"},
        {**LEARNT, "step": None},
        {**LEARNT, "kept": 5},
        {**LEARNT, "kept": {"name": "Jean"}},
        {**LEARNT, "kept": {"a": True}},
        {**LEARNT, "kept": {"a": None}},
        {**LEARNT, "kept": {"a": {"b": 1}}},
        {**LEARNT, "kept": {"<b>": 1}},
        {**LEARNT, "kept": {"a": LARGEST * 2}},
        {**LEARNT, "kept": {"a": 10**400}},
        {**LEARNT, "kept": {f"a{n}": n for n in range(MOST_NUMBERS + 1)}},
    ],
)
def test_what_no_driver_says_is_refused(
    heard: Calibrations, logbook: Logbook, data: object
) -> None:
    tell(heard, data)
    assert logbook.entries(AIR) == []
    assert logbook.taught(AIR) == []
    tell(heard, LEARNT)
    assert len(logbook.entries(AIR)) == 1


def test_an_object_nobody_knows_teaches_nothing(heard: Calibrations, logbook: Logbook) -> None:
    tell(heard, LEARNT, device=HEM)
    assert logbook.entries(HEM) == []


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(part=anything, step=anything, kept=anything)
def test_nothing_unexpected_is_raised(part: object, step: object, kept: object) -> None:
    for data in (
        {"part": part, "step": step, "kept": kept},
        {**LEARNT, "kept": kept},
        {**LEARNT, "step": step},
    ):
        try:
            checked(data, load_build("air"))
        except ValueError:
            continue


def test_old_logbooks_are_opened(tmp_path: Path) -> None:
    path = tmp_path / "old.sqlite"
    with closing(Logbook(path)) as old:
        old._database.execute("DROP TABLE taught")
        old.write(AIR, Kind.REPAIR, {"note": "Nouveau câble"})
    with closing(Logbook(path)) as opened:
        assert opened.taught(AIR) == []
        assert len(opened.entries(AIR)) == 1


# --- the next board ------------------------------------------------------------------------------


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    folder = DataFolder(tmp_path / "site")
    Authority(folder).ensure(Broker())
    with closing(Office(settings_for(8883), folder)) as opened:
        yield opened


def teach(office: Office, key: DeviceKey) -> None:
    heard = Calibrations(office._logbook, office._registry)
    tell(heard, LEARNT, device=key, t=NOON)
    tell(heard, WARMTH, device=key, t=NOON + 60)


def test_who_was_taught_nothing_is_given_nothing(office: Office) -> None:
    identity = office.enrol(Wish(build="air", town="gonesse"))
    assert identity.configuration["settings"] == {}


def test_the_same_object_s_next_board_knows_what_the_last_one_did(office: Office) -> None:
    key = office.enrol(Wish(build="air", town="gonesse")).key
    teach(office, key)
    expected = {
        "scd41": {"reference": 420, "correction": -31, "offset": 2.35, "at": int(NOON + 60)}
    }
    again = office.enrol(Wish(build="air", again=key))
    assert again.configuration["settings"]["calibration"] == expected
    replaced = office.enrol(Wish(build="air", town="gonesse", device=key.device, replace=True))
    assert replaced.configuration["settings"]["calibration"] == expected
    assert office.rotate(key).configuration["settings"]["calibration"] == expected


def test_it_stays_with_the_object_that_is_handed_over(office: Office) -> None:
    key = office.enrol(Wish(build="air", town="gonesse")).key
    teach(office, key)
    heir = office.hand_over(key, Wish(build="air", town="hem"))
    assert heir.key.town == "hem"
    assert heir.configuration["settings"]["calibration"]["scd41"]["offset"] == 2.35
    back_on_the_bench = office.enrol(Wish(build="air", again=key))
    assert back_on_the_bench.key == heir.key
    assert back_on_the_bench.configuration["settings"] == heir.configuration["settings"]


def test_a_board_s_clock_from_the_future_dates_nothing(
    heard: Calibrations, logbook: Logbook
) -> None:
    before = time.time()
    tell(heard, LEARNT, t=before + 5000)
    (entry,) = logbook.entries(AIR)
    assert before <= entry.time <= time.time()
