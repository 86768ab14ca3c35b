"""The room that twins stand in: its balances against their closed formulas, its days believable."""

import importlib.util
import math
from types import ModuleType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kit.firmware import DEVICE


def _load_room() -> ModuleType:
    path = DEVICE / "twin" / "board" / "room.py"
    spec = importlib.util.spec_from_file_location("twin_room", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


room = _load_room()

HOUR = 3600.0
MONDAY = 1763942400.0  # 24 November 2025, 0:00
SUNDAY_NIGHT = MONDAY - 6 * HOUR


class Clock:
    def __init__(self, now=MONDAY):
        self.now = now

    def __call__(self):
        return self.now


def make(clock, **changes):
    return room.Room(changes, clock)


@given(
    people=st.integers(0, 40),
    volume=st.floats(40, 600),
    ach=st.floats(0.3, 12),
)
@settings(max_examples=20, deadline=None)
def test_co2_settles_where_the_closed_formula_says(people, volume, ach):
    clock = Clock()
    steady = make(clock, people=people, volume=volume, closed_ach=ach, window=False)
    steady.co2  # noqa: B018 - looking at it lets its past happen
    litres = people * room.CO2_PER_PERSON * 1000
    expected = 420 + litres / (ach * volume) * 1000
    for _ in range(int(15 / ach)):  # nobody looks away for longer than it remembers
        clock.now += HOUR
        assert steady.co2 > 0
    assert steady.co2 == pytest.approx(expected, rel=1e-3)


@given(ach=st.floats(0.3, 10), minutes=st.integers(1, 60))
@settings(max_examples=20, deadline=None)
def test_an_empty_room_loses_co2_at_the_rate_of_its_air_changes(ach, minutes):
    clock = Clock()
    emptied = make(clock, people=30, window=False, closed_ach=ach)
    start = emptied.co2
    emptied.change({"people": 0})
    clock.now += minutes * 60
    measured_ach = -math.log((emptied.co2 - 420) / (start - 420)) / (minutes / 60)
    assert measured_ach == pytest.approx(ach, rel=1e-6)


@given(seed=st.integers(0, 2**32 - 1), hours=st.lists(st.floats(0.01, 11), max_size=6))
@settings(max_examples=20, deadline=None)
def test_whatever_the_seed_the_readings_stay_believable(seed, hours):
    clock = Clock()
    lived_in = make(clock, seed=seed)
    for pause in hours:
        clock.now += pause * HOUR
        assert 419 < lived_in.co2 < 4000
        assert 8 < lived_in.temperature < 30
        assert 5 < lived_in.humidity <= 100.0001


def test_people_make_the_air_bad_and_then_somebody_opens_the_window():
    clock = Clock(MONDAY + 8 * HOUR)
    classroom = make(clock, seed=1)
    seen = []
    for _ in range(9 * 60):
        clock.now += 60
        seen.append((classroom.co2, classroom.people, classroom.airing))
    assert seen[0][0] < 500
    assert max(co2 for co2, _, _ in seen) > 1100
    assert any(people > 5 for _, people, _ in seen)
    assert any(airing for _, _, airing in seen)


def test_an_open_window_in_winter_cools_the_air_and_it_is_warm_again_soon_after():
    clock = Clock(MONDAY + 10 * HOUR)
    aired = make(clock, people=12, window=False)
    before = aired.temperature
    bad_air = aired.co2
    aired.change({"window": True})
    clock.now += 10 * 60
    cold = aired.temperature
    assert cold < before - 1
    assert aired.co2 < bad_air / 1.5
    aired.change({"window": False})
    clock.now += 20 * 60
    assert cold + 0.7 < aired.temperature <= before + 0.5


def test_at_night_the_air_is_fresh_and_the_heating_lower():
    clock = Clock(MONDAY + 14 * HOUR)
    classroom = make(clock)
    by_day = classroom.temperature
    clock.now += 11 * HOUR
    assert classroom.co2 < 440
    assert classroom.temperature < by_day - 1


def test_nobody_comes_on_sunday():
    clock = Clock(MONDAY - 14 * HOUR)
    assert make(clock).people == 0


def test_two_rooms_have_different_days_and_the_same_room_the_same_day_again():
    def day(seed):
        clock = Clock(MONDAY + 8 * HOUR)
        seen = make(clock, seed=seed)
        curve = []
        for _ in range(40):
            clock.now += 900
            curve.append(seen.co2)
        return curve

    assert day(5) == day(5)
    assert day(5) != day(6)


def test_after_a_restart_in_mid_morning_the_room_is_as_if_nothing_had_been():
    clock = Clock(SUNDAY_NIGHT)
    watched = make(clock, seed=9)
    for _ in range(17 * 4):
        clock.now += 900
        watched.co2  # noqa: B018
    after_restart = make(clock, seed=9)
    assert after_restart.co2 == pytest.approx(watched.co2, rel=0.05)
    assert after_restart.temperature == pytest.approx(watched.temperature, abs=1.5)


def test_it_does_not_matter_how_often_one_looks():
    clock = Clock(MONDAY + 8 * HOUR)
    often, seldom = make(clock, people=9, window=False), make(clock, people=9, window=False)
    assert often.co2 == seldom.co2
    for _ in range(3600):
        clock.now += 1
        often.co2  # noqa: B018
    assert often.co2 == pytest.approx(seldom.co2, rel=1e-6)
    assert often.temperature == pytest.approx(seldom.temperature, abs=0.1)
