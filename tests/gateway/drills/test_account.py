"""What a drill says of an object, from what was seen of it."""

from hypothesis import given
from hypothesis import strategies as st

from gateway.drills.account import Account, Fault, account, passed
from gateway.drills.model import Kind, drill
from gateway.drills.watch import FrameSeen, StateSeen

FAULT = Fault(began=100.0, ended=120.0, boot="aaaa")
READY = StateSeen("ready", "", 0, 90.0)


def frames(numbers: range, boot: str = "aaaa", seen: float | None = None) -> list[FrameSeen]:
    """Measured every two seconds from 90 s on; seen at once, or at one moment."""
    return [
        FrameSeen(boot, n, 90.0 + 2 * n, 90.0 + 2 * n if seen is None else seen) for n in numbers
    ]


def through_a_fault() -> list[FrameSeen]:
    """Five before it, ten kept meanwhile and seen at 125 s, two afterwards."""
    return (
        frames(range(5))
        + frames(range(5, 15), seen=125.0)
        + [FrameSeen("aaaa", n, 126.0 + n - 15, 126.0 + n - 15) for n in (15, 16)]
    )


def test_what_was_kept_through_the_fault_is_counted_and_nothing_is_lost() -> None:
    result = account(through_a_fault(), [READY], FAULT)
    assert result == Account(17, 17, 10, 0, 5.0, False, (("ready", ""),))
    assert passed(drill(Kind.WIFI), result)


def test_a_number_that_never_came_is_lost() -> None:
    seen = [frame for frame in through_a_fault() if frame.seq not in (7, 8)]
    result = account(seen, [READY], FAULT)
    assert (result.lost, result.measured, result.arrived) == (2, 17, 15)
    assert not passed(drill(Kind.WIFI), result)


def test_what_the_queue_had_to_drop_is_lost_also_where_no_number_is_missing() -> None:
    result = account(through_a_fault(), [READY, StateSeen("ready", "", 3, 130.0)], FAULT)
    assert result.lost == 3


def test_what_was_dropped_before_the_drill_is_not_counted() -> None:
    before, after = StateSeen("ready", "", 3, 90.0), StateSeen("ready", "", 3, 130.0)
    assert account(through_a_fault(), [before, after], FAULT).lost == 0


def test_an_object_that_stays_away_has_not_passed() -> None:
    result = account(frames(range(5)), [READY], FAULT)
    assert result.back_after_s is None
    assert not any(passed(drill(kind), result) for kind in Kind)


def test_a_start_in_the_drill_begins_at_number_0() -> None:
    anew = [FrameSeen("bbbb", n, 121.0 + n, 121.0 + n) for n in (2, 3)]
    result = account(frames(range(5)) + anew, [READY], FAULT)
    assert result.restarted
    assert result.lost == 2


def test_what_an_earlier_start_left_in_the_queue_is_neither_lost_nor_a_new_start() -> None:
    left = [FrameSeen("0000", n, n - 490.0, 124.0) for n in (500, 501, 502)]
    result = account(left + through_a_fault(), [READY], FAULT)
    assert (result.arrived, result.lost, result.restarted) == (20, 0, False)
    assert not passed(drill(Kind.POWER), result)


def test_a_power_drill_is_passed_only_by_an_object_that_lost_its_power() -> None:
    assert not passed(drill(Kind.POWER), account(through_a_fault(), [READY], FAULT))
    anew = [FrameSeen("bbbb", n, 121.0 + n, 121.0 + n) for n in range(3)]
    assert passed(drill(Kind.POWER), account(frames(range(5)) + anew, [READY], FAULT))


def test_a_sensor_drill_is_passed_only_by_an_object_that_names_its_sensor() -> None:
    silent = account(through_a_fault(), [READY], FAULT)
    said = [READY, StateSeen("degraded", "sensor:sht31", 0, 103.0)]
    assert not passed(drill(Kind.SENSOR), silent)
    assert passed(drill(Kind.SENSOR), account(through_a_fault(), said, FAULT))


@given(st.sets(st.integers(0, 200), min_size=1))
def test_what_arrived_and_what_was_lost_make_what_was_measured(numbers: set[int]) -> None:
    seen = [FrameSeen("aaaa", n, 130.0, 130.0) for n in sorted(numbers)]
    result = account(seen + seen, [READY], FAULT)
    assert result.arrived == len(numbers)
    assert result.lost == max(numbers) - min(numbers) + 1 - len(numbers)
    assert result.measured == result.arrived + result.lost
