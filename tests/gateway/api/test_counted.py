"""What is told of counts: never 1 to 4, and never two things of one hour."""

from hypothesis import given
from hypothesis import strategies as st

from gateway.api import counted
from gateway.api.counted import Counted, Origin, Told
from kit.catalogue import load_build

HOUR = 3600
START = 1_773_316_800  # a full hour
HOURS = 6
ENTRIES = load_build("passage").channels[:1]

moments = st.one_of(
    # Just after the hour, as objects tell it; somewhere in it, after a restart.
    st.integers(0, HOURS).map(lambda hour: START + hour * HOUR + 5.0),
    st.integers(0, HOURS * HOUR).map(lambda second: START + float(second)),
)
arrivals = st.lists(st.tuples(moments, st.integers(0, 12)), max_size=40)


def frames(arrived: list[tuple[float, int]]) -> list[Counted]:
    return [Counted(n, time, {"entries": float(c)}) for n, (time, c) in enumerate(arrived, 1)]


def told(arrived: list[tuple[float, int]]) -> list[Told]:
    if not arrived:
        return []
    known = frames(arrived)
    ordered = sorted(known, key=lambda frame: (frame.time, frame.id))
    origin = Origin(known[0].id, known[0].time)
    return counted.hours(ordered, ENTRIES, origin, START, START + HOURS * HOUR)


@given(arrivals)
def test_whatever_comes_in_whatever_order_an_hour_is_told_once(
    arrived: list[tuple[float, int]],
) -> None:
    """Asked after each frame, an hour that was told is told the same ever after."""
    known: dict[float, float | None] = {}
    for many in range(len(arrived) + 1):
        now = {one.start: one.values["entries"] for one in told(arrived[:many])}
        assert known.items() <= now.items()
        known = now


@given(arrivals)
def test_nothing_of_one_to_four_is_told(arrived: list[tuple[float, int]]) -> None:
    for one in told(arrived):
        value = one.values["entries"]
        assert value is None or value == 0 or value >= 5
        assert value is not None or "entries" in one.few


@given(arrivals)
def test_a_day_is_made_of_its_told_hours_and_of_nothing_else(
    arrived: list[tuple[float, int]],
) -> None:
    hours = told(arrived)
    for day in counted.days(hours, 2 * HOUR):
        parts = [h for h in hours if day.start <= h.start < day.start + 2 * HOUR]
        known = [h.values["entries"] for h in parts if h.values["entries"] is not None]
        assert (day.values["entries"] or 0) == sum(known)
        assert bool(day.few) == any(h.few for h in parts)
        assert day.values["entries"] != 0 or not day.few


@given(st.lists(st.tuples(st.integers(0, 12), st.integers(0, 30)), min_size=3, max_size=HOURS))
def test_what_comes_in_order_is_told_but_for_its_small_parts(counts: list[tuple[int, int]]) -> None:
    """A reading just after the hour counts the hour before it; a part tells at a restart."""
    arrived = [(START - HOUR + 5.0, 0)]
    expected = {}
    for hour, parts in enumerate(counts):
        arrived.append((START + hour * HOUR + 1800.0, parts[0]))
        arrived.append((START + (hour + 1) * HOUR + 5.0, parts[1]))
        known = sum(part for part in parts if part >= 5)
        is_few = any(0 < part < 5 for part in parts)
        expected[float(START + hour * HOUR)] = (known or None if is_few else known, is_few)
    found = {one.start: (one.values["entries"], bool(one.few)) for one in told(arrived)}
    assert found == expected


def test_an_hour_that_goes_on_is_not_told() -> None:
    arrived = [(START - HOUR + 5.0, 9), (START + 5.0, 9), (START + 1800.0, 7)]
    assert [one.start for one in told(arrived)] == []
    closed = [*arrived, (START + HOUR + 5.0, 8)]
    assert [(one.start, one.values["entries"]) for one in told(closed)] == [(START, 15.0)]


def test_what_comes_after_the_hour_is_closed_no_longer_counts() -> None:
    arrived = [(START - HOUR, 0), (START + HOUR + 5.0, 12), (START + 1800.0, 2)]
    assert told(arrived)[0].values == {"entries": 12.0}


def test_the_first_hour_of_what_is_kept_is_not_told() -> None:
    """Half of it may have left the journal: what is left of 12 may be 2."""
    assert told([(START + 1800.0, 9), (START + HOUR + 5.0, 9)]) == []


def test_a_clock_that_ran_ahead_closes_two_hours_at_most() -> None:
    ahead = START + 5 * HOUR + 600.0
    regular = [(START + hour * HOUR + 5.0, 20) for hour in range(1, HOURS + 1)]
    starts = [one.start - START for one in told([(START - HOUR, 0), (ahead, 0), *regular])]
    assert starts[:3] == [0, HOUR, 2 * HOUR]


def test_a_day_of_nobody_and_a_few_is_few_not_none() -> None:
    nobody = Told(START, {"entries": 0.0})
    few = Told(START + HOUR, {"entries": None}, ("entries",))
    for hours in ([nobody, few], [few, nobody]):
        assert counted.days(hours, 86_400)[0].values == {"entries": None}
