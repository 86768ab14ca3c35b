"""Curves from the journal, and how moments and numbers are written."""

import calendar
from collections.abc import Iterator, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.journal import Hour
from gateway.live import LiveObject
from gateway.web.controls import controls
from gateway.web.history import DAY_S, MEAN_S, History, coarser, means_of
from gateway.web.selection import places, wall
from gateway.web.words import Words
from kit import i18n
from kit.catalogue import load_build
from kit.names import DeviceKey
from tests.gateway.resident_site import device

NOON = 1_800_000_000.0
AIR = DeviceKey("gonesse", "air")


class Shelf:
    """A store in memory that counts how much it is asked for."""

    def __init__(self) -> None:
        self.readings: list[tuple[float, float]] = []
        self.read = 0

    def series(
        self, _key: DeviceKey, _channel: str, start: float, end: float
    ) -> Sequence[tuple[float, float]]:
        found = sorted(r for r in self.readings if start <= r[0] < end)
        self.read += len(found)
        return found

    def hourly(self, _key: DeviceKey, _channel: str, _start: float, _end: float) -> Sequence[Hour]:
        return []


@pytest.fixture
def french() -> Iterator[Words]:
    i18n.use("fr")
    yield Words("Europe/Paris")
    i18n.use("fr")


def thing(name: str = "Air", place: str = "Salle 1", key: DeviceKey = AIR) -> LiveObject:
    return LiveObject(device(key, "air", place, name))


_steps = st.lists(
    st.tuples(st.floats(0, 3 * DAY_S), st.lists(st.tuples(st.floats(0, 1), st.floats(0, 5000)))),
    max_size=8,
)


@given(_steps)
def test_a_kept_day_is_the_same_as_one_read_anew(
    steps: list[tuple[float, list[tuple[float, float]]]],
) -> None:
    shelf, air = Shelf(), thing()
    history = History(shelf)
    now, newest = NOON, 0.0
    for forward, arrivals in steps:
        now += forward
        for back, value in arrivals:
            time = now - back * 2 * DAY_S
            air.late += time < newest
            newest = max(newest, time)
            shelf.readings.append((time, value))
        start = (now - DAY_S) // MEAN_S * MEAN_S
        anew = means_of(shelf.series(AIR, "co2", start, now + 1), MEAN_S)
        assert history.day(air, "co2", now) == anew


def test_a_second_look_reads_only_the_newest_minutes() -> None:
    shelf = Shelf()
    shelf.readings = [(NOON - n * 60, 600.0) for n in range(1440)]
    history = History(shelf)
    air = thing()
    history.day(air, "co2", NOON)
    shelf.read = 0
    history.day(air, "co2", NOON)
    assert shelf.read <= 11


async def test_a_prepared_day_is_not_read_again() -> None:
    shelf = Shelf()
    shelf.readings = [(NOON - n * 60, 600.0) for n in range(1440)]
    history, air = History(shelf), thing()
    await history.prepare([(air, "co2")], NOON)
    assert shelf.read >= 1430
    shelf.read = 0
    assert len(history.day(air, "co2", NOON)) >= 144
    assert shelf.read <= 11


@given(st.lists(st.tuples(st.floats(0, DAY_S), st.floats(0, 5000)), min_size=1))
def test_means_of_means_are_means(readings: list[tuple[float, float]]) -> None:
    (whole,) = coarser(means_of(readings, 600), 10 * DAY_S)
    values = [value for _time, value in readings]
    assert whole.readings == len(values)
    assert (whole.low, whole.high) == (min(values), max(values))
    assert whole.mean == pytest.approx(sum(values) / len(values))


def at(year: int, month: int, day: int, hour: int, minute: int = 0) -> float:
    return float(calendar.timegm((year, month, day, hour, minute, 0)))


def test_moments_are_written_as_on_the_wall_clock(french: Words) -> None:
    now = at(2026, 11, 22, 13, 30)
    assert french.at(at(2026, 11, 22, 13, 5), now) == "à 14\u00a0h\u00a005"
    assert french.at(at(2026, 11, 21, 23, 30), now) == "à 0\u00a0h\u00a030"
    assert french.since(at(2026, 11, 21, 10, 0), now) == "depuis hier à 11\u00a0h\u00a000"
    assert french.since(at(2026, 11, 1, 10, 0), now) == (
        "depuis le 1er\u00a0novembre à 11\u00a0h\u00a000"
    )
    assert french.since(at(2026, 10, 11, 10, 0), now).startswith("depuis le 11\u00a0octobre")
    i18n.use("en")
    assert Words("Europe/Paris").at(at(2026, 11, 22, 13, 5), now) == "at 14:05"


def test_numbers_are_written_in_the_readers_way(french: Words) -> None:
    co2, temperature, humidity = load_build("air").channels
    assert french.quantity(1234.4, co2) == "1\u202f234\u00a0ppm"
    assert french.quantity(-0.04, temperature) == "0,0\u00a0°C"
    assert french.quantity(44.6, humidity) == "45\u00a0%"
    i18n.use("en")
    english = Words("Europe/Paris")
    assert english.quantity(1234.4, co2) == "1,234\u00a0ppm"
    assert english.quantity(44.6, humidity) == "45%"


def test_the_rhythm_of_readings_is_said_in_words(french: Words) -> None:
    assert french.every(60) == "Une mesure par minute."
    assert french.every(2) == "Une mesure toutes les 2 secondes."
    assert french.every(1) == "Une mesure par seconde."
    assert french.every(600) == "Une mesure toutes les 10 minutes."


def test_objects_are_sorted_by_place_as_people_count() -> None:
    names = ["Salle 10", "", "Salle 9", "salle 2", "Accueil"]
    things = [thing("Air", name, DeviceKey("gonesse", f"a{n}")) for n, name in enumerate(names)]
    shown = wall(things, 1).things
    assert [t.device.place_name for t in shown] == [
        "Accueil", "salle 2", "Salle 9", "Salle 10", "",
    ]  # fmt: skip
    assert [place.width for place in places(shown)] == ["single"] * 5


def test_only_what_a_build_allows_residents_becomes_buttons(french: Words) -> None:
    offered = {control.command: control for control in controls(load_build("lamp"), french)}
    assert list(offered) == ["colour", "brightness", "effect"]
    assert [choice.value for choice in offered["brightness"].choices] == [
        "0", "25", "50", "75", "100",
    ]  # fmt: skip
    assert all(choice.word for control in offered.values() for choice in control.choices)
    assert controls(load_build("air"), french) == []
