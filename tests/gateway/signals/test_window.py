"""Counts of the last hour and minute do not depend on who asks, nor how often."""

from hypothesis import given
from hypothesis import strategies as st

from gateway.signals.window import HOUR_S, LastHour, LastMinute, Totals
from tests.gateway.frames import AIR, HEM

happenings = st.lists(st.tuples(st.floats(0, 7200), st.integers(1, 9)), max_size=30)


@given(happenings, st.lists(st.floats(0, 7200), max_size=10))
def test_an_hour_counts_what_happened_in_it(
    happened: list[tuple[float, int]], asked: list[float]
) -> None:
    window, now = LastHour(), 7200.0
    moments = [(time, count, "happens") for time, count in happened]
    moments += [(time, 0, "asked") for time in asked]
    for time, count, what in sorted(moments):
        if what == "asked":
            window.total(AIR, time)
        else:
            window.add(AIR, count, time)
    least = sum(count for time, count in happened if time > now - HOUR_S + 60)
    most = sum(count for time, count in happened if time > now - HOUR_S - 60)
    assert least <= window.total(AIR, now) <= most
    assert window.total(AIR, now) == window.total(AIR, now)


def test_objects_are_told_apart_and_forgotten_when_nothing_happens() -> None:
    window = LastHour()
    window.add(AIR, 2, 1000)
    window.add(HEM, 5, 1000)
    assert (window.total(AIR, 1001), window.total(HEM, 1001)) == (2, 5)
    assert window.total(AIR, 1000 + HOUR_S + 60) == 0
    assert AIR not in window._minutes


@given(
    st.lists(st.integers(0, 1000), min_size=4, max_size=40),
    st.lists(st.floats(0.01, 59), max_size=2),
)
def test_who_looks_every_minute_counts_everything_once_whoever_else_looks(
    each_minute: list[int], others: list[float]
) -> None:
    window = LastMinute(Totals(0, {"messages": 0.0}))
    total, found = 0, 0.0
    for minute, more in enumerate(each_minute, 1):
        for share in others:
            window.risen(Totals(60 * (minute - 1) + share, {"messages": total + more / 2}))
        total += more
        found += window.risen(Totals(60 * minute, {"messages": total}))["messages"]
    assert found == total


def test_a_first_look_after_half_a_minute_tells_a_rate() -> None:
    window = LastMinute(Totals(0, {"messages": 10.0}))
    assert window.risen(Totals(30, {"messages": 40.0, "new": 5.0})) == {"messages": 60, "new": 10}
    assert window.risen(Totals(30, {"messages": 40.0}))["messages"] >= 0


def test_looking_ten_times_a_second_keeps_little() -> None:
    window = LastMinute(Totals(0, {}))
    for tenth in range(6000):
        window.risen(Totals(tenth / 10, {}))
    assert len(window._looks) < 700
