"""What is around a board, by itself through the year, and as the host says."""

import importlib
import sys
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from kit.firmware import DEVICE

BOARD = DEVICE / "twin" / "board"
OURS = (
    "canteen",
    "chance",
    "doorway",
    "outdoors",
    "repair_table",
    "room",
    "surroundings",
)
HOUR, DAY = 3600.0, 86400.0
NEW_YEAR = 1767225600.0  # 1 January 2026, 0:00


class Clock:
    now = NEW_YEAR

    def __call__(self) -> float:
        return self.now


@pytest.fixture(scope="module")
def surroundings() -> Iterator[ModuleType]:
    """Import them as the board does, where nobody else finds them."""
    theirs = {name: sys.modules.pop(name) for name in list(sys.modules) if name in OURS}
    sys.path.insert(0, str(BOARD))
    try:
        yield importlib.import_module("surroundings")
    finally:
        sys.path.remove(str(BOARD))
        for name in OURS:
            sys.modules.pop(name, None)
        sys.modules.update(theirs)


@pytest.fixture
def around(surroundings: ModuleType) -> Callable[..., tuple[Any, Clock]]:
    def make(**settings: Any) -> tuple[Any, Clock]:
        clock = Clock()
        return surroundings.Surroundings(settings, clock), clock

    return make


Around = Callable[..., tuple[Any, Clock]]


def hours_of_a_year(clock: Clock) -> Iterator[float]:
    for hour in range(0, 365 * 24, 5):
        clock.now = NEW_YEAR + hour * HOUR
        yield clock.now % DAY / HOUR


def test_weather_stays_believable_through_the_year(around: Around) -> None:
    for seed in (1, 7, 2**31):
        seen, clock = around(outdoors=True, seed=seed)
        months: dict[int, list[float]] = {}
        for hour in hours_of_a_year(clock):
            assert -12 < seen.temperature < 40
            assert 20 <= seen.humidity <= 100
            assert 985 < seen.pressure < 1040
            assert 0 <= seen.light < 112_000
            assert 8 <= seen.moisture <= 72
            if not 4 <= hour <= 23:
                assert seen.light < 10
            if 12 <= hour <= 14:
                assert seen.light > 2000
            months.setdefault(int((clock.now - NEW_YEAR) // DAY // 30), []).append(seen.temperature)
        mean = {month: sum(values) / len(values) for month, values in months.items()}
        assert mean[0] < 8
        assert mean[6] > 16


def test_nights_are_colder_than_afternoons_and_damper(around: Around) -> None:
    seen, clock = around(outdoors=True)
    for day in range(0, 365, 9):
        clock.now = NEW_YEAR + day * DAY + 4 * HOUR
        night = seen.temperature
        clock.now += 12 * HOUR
        assert seen.temperature > night - 3  # a front may pass in between
    clock.now = NEW_YEAR + 190 * DAY + 4 * HOUR
    night = seen.humidity
    clock.now += 11 * HOUR
    assert seen.humidity < night


def test_soil_dries_over_days_and_is_watered_again(around: Around) -> None:
    seen, clock = around()
    clock.now = NEW_YEAR + 150 * DAY
    curve = []
    for _ in range(60 * 24):
        clock.now += HOUR
        curve.append(seen.moisture)
    steps = [after - before for before, after in pairwise(curve)]
    waterings = [step for step in steps if step > 0]
    assert 10 <= len(waterings) <= 60
    assert max(step for step in steps if step <= 0) < 0, "it never stops drying"
    assert min(curve) < 30
    assert max(curve) > 65


def test_the_same_hour_is_the_same_whoever_looks_and_other_sites_have_other_weather(
    around: Around,
) -> None:
    def week(seed: int) -> list[tuple[float, ...]]:
        seen, clock = around(outdoors=True, seed=seed)
        found: list[tuple[float, ...]] = []
        for _ in range(56):
            clock.now += 3 * HOUR
            found.append((seen.temperature, seen.pressure, seen.light, seen.moisture, seen.current))
        return found

    assert week(5) == week(5)
    assert week(5) != week(6)


def test_the_repair_table_has_things_by_day_and_nothing_by_night(around: Around) -> None:
    seen, clock = around()
    drawn = set()
    for minute in range(9 * 60, 19 * 60, 10):
        clock.now = NEW_YEAR + minute * 60
        assert 5 <= seen.voltage <= 19
        assert 0 <= seen.current < 2.4
        drawn.add(seen.voltage)
    assert len(drawn) >= 3
    clock.now = NEW_YEAR + 22 * HOUR
    assert (seen.voltage, seen.current) == (12.0, 0.0)


def test_in_a_room_it_is_the_rooms_air_and_its_lamps(around: Around) -> None:
    inside, clock = around(people=4)
    assert inside.light >= 320
    assert inside.temperature == pytest.approx(16, abs=3)
    inside.change({"people": 0})
    assert inside.light < 10, "midnight"
    clock.now += 12 * HOUR
    assert 20 < inside.light < 2500


def test_what_the_host_says_is_true_until_it_is_taken_back(around: Around) -> None:
    said = {
        "co2": 1800.0,
        "temperature": 30.0,
        "humidity": 12.0,
        "pressure": 950.0,
        "light": 5.0,
        "moisture": 99.0,
        "voltage": 3.3,
        "current": 0.0,
    }
    seen, _ = around()
    before = {name: getattr(seen, name) for name in said}
    seen.change(said)
    assert {name: getattr(seen, name) for name in said} == said
    seen.change(dict.fromkeys(said))
    assert {name: getattr(seen, name) for name in said} == before


def test_micropython_sees_the_same_weather(
    around: Around, run_micropython: Callable[..., str], tmp_path: Path
) -> None:
    seen, clock = around(outdoors=True, seed=9)
    script = tmp_path / "weather.py"
    script.write_text(
        "from surroundings import Surroundings\n"
        f"seen = Surroundings({{'outdoors': True, 'seed': 9}}, lambda: {NEW_YEAR} + 1234567.0)\n"
        "print(seen.temperature, seen.humidity, seen.pressure, seen.light, seen.moisture)\n",
        encoding="utf-8",
    )
    clock.now = NEW_YEAR + 1234567.0
    printed = run_micropython(script, env={"MICROPYPATH": f"{BOARD}:.frozen"})
    expected = (seen.temperature, seen.humidity, seen.pressure, seen.light, seen.moisture)
    assert [float(word) for word in printed.split()] == pytest.approx(expected, rel=1e-6)


THURSDAY = NEW_YEAR
SATURDAY, SUNDAY = NEW_YEAR + 2 * DAY, NEW_YEAR + 3 * DAY


def loudness(seen: Any, clock: Clock, day: float, hour: float) -> float:
    """Return the mean level of ten minutes, in dB."""
    levels = []
    for second in range(0, 600, 7):
        clock.now = day + hour * HOUR + second
        levels.append(seen.noise)
    return sum(levels) / len(levels)


def test_a_canteen_is_loud_at_noon_and_silent_by_night(around: Around) -> None:
    for seed in (1, 7, 2**31):
        seen, clock = around(seed=seed)
        assert loudness(seen, clock, THURSDAY, 3) < 38
        assert 40 < loudness(seen, clock, THURSDAY, 10) < 58
        assert 70 < loudness(seen, clock, THURSDAY, 12) < 86
        assert 72 < loudness(seen, clock, THURSDAY, 13) < 88
        assert loudness(seen, clock, SATURDAY, 12) < 38


def test_noise_never_leaves_what_ears_can_bear(around: Around) -> None:
    seen, clock = around()
    for minute in range(0, 7 * 24 * 60, 3):
        clock.now = NEW_YEAR + 60 * minute
        assert 30 < seen.noise < 95


def walked(seen: Any, clock: Clock, day: float, begin: float, end: float) -> tuple[int, int]:
    """Return how many came in and how many went out from one hour to another."""
    clock.now = day + begin * HOUR
    before = seen.entered, seen.left
    for minute in range(int((end - begin) * 60) + 1):
        clock.now = day + begin * HOUR + 60 * minute
        after = seen.entered, seen.left
    return after[0] - before[0], after[1] - before[1]


def test_people_come_in_the_morning_and_leave_in_the_evening(around: Around) -> None:
    seen, clock = around()
    came, went = walked(seen, clock, THURSDAY, 8, 10)
    assert came > 2 * went > 0
    came, went = walked(seen, clock, THURSDAY, 17, 19)
    assert went > came > 0
    assert walked(seen, clock, THURSDAY, 20, 24) == (0, 0)
    assert walked(seen, clock, SUNDAY, 8, 20) == (0, 0)


def test_some_of_those_who_come_in_vote(around: Around) -> None:
    seen, clock = around()
    came, _ = walked(seen, clock, THURSDAY, 8, 19)
    assert 0.1 * came < sum(seen.votes) < 0.6 * came
    assert min(seen.votes) > 0


def test_somebody_walks_when_the_host_says_so_and_once(around: Around) -> None:
    seen, _ = around(walks="in")
    assert (seen.entered, seen.left) == (0, 0), "that was before the board was switched on"
    seen.change({"walks": "in"})
    seen.change({"noise": 90.0})
    seen.change({"walks": "out"})
    assert (seen.entered, seen.left, seen.noise) == (1, 1, 90.0)


def test_a_long_absence_brings_no_crowd(around: Around) -> None:
    seen, clock = around()
    clock.now = NEW_YEAR + 7 * DAY + 12 * HOUR
    assert 0 < seen.entered + seen.left <= 30, "those of the last ten minutes"
