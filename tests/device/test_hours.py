"""What runs every hour runs at full hours, whatever happens to the clock."""

from fabnum import hours
from hypothesis import given
from hypothesis import strategies as st

HOUR = 3600
TEN = 1763712000  # a full hour, 2025-11-21 08:00 UTC


class Clock:
    """A clock whose monotonic second 0 is at ``start``, in Unix seconds; ``None``: unknown."""

    def __init__(self, start: int | None) -> None:
        self.start = start
        self.seconds = 0

    def monotonic(self) -> int:
        return self.seconds

    def unix_of(self, moment: int) -> int | None:
        return None if self.start is None else self.start + moment


def run_until(
    clock: Clock, end: int, changes: dict[int, int | None] | None = None, period: int = HOUR
) -> list[int]:
    """Return at which monotonic seconds the function ran; ``changes``: when the clock is set."""
    last, first, ran = 0, True, [0]
    while clock.seconds < end:
        clock.seconds += 10
        if changes and clock.seconds in changes:
            clock.start = changes[clock.seconds]
        if hours.is_due(clock, period, last, first):
            last, first = clock.seconds, False
            ran.append(clock.seconds)
    return ran


def test_it_runs_at_the_start_and_then_at_each_full_hour() -> None:
    assert run_until(Clock(TEN - 600), 2 * HOUR) == [0, 600, 600 + HOUR]


def test_a_start_shortly_before_the_hour_does_not_stand_for_the_hour() -> None:
    assert run_until(Clock(TEN - 10), HOUR - 20) == [0, 10]


def test_while_the_time_is_unknown_an_hour_is_counted() -> None:
    assert run_until(Clock(None), 2 * HOUR) == [0, HOUR, 2 * HOUR]


def test_a_clock_that_is_set_after_the_hour_has_passed_makes_up_for_it() -> None:
    # It is 07:50 at the start, and known only at 08:05.
    assert run_until(Clock(None), HOUR, {900: TEN - 600}) == [0, 900]


def test_a_clock_that_was_fast_does_not_repeat_the_hour() -> None:
    # It ran at what it took for 08:00, at 07:55 in truth.
    ran = run_until(Clock(TEN - 600), 2 * HOUR, {700: TEN - 900})
    assert ran == [0, 600, 900 + HOUR]


def test_a_clock_that_was_slow_does_not_skip_the_hour() -> None:
    # At 07:58 by its clock it is 08:03.
    assert run_until(Clock(TEN - 600), 1000, {480: TEN - 300}) == [0, 480]


def test_an_hour_made_up_for_late_does_not_stand_for_the_next_one() -> None:
    # It is 07:50 at the start, and known only at 08:35.
    assert run_until(Clock(None), 2 * HOUR, {2700: TEN - 600}) == [0, 2700, 600 + HOUR]


@given(
    st.integers(0, HOUR // 10 - 1).map(lambda tens: 10 * tens),
    st.dictionaries(
        st.integers(HOUR // 10 + 1, 4 * HOUR // 10).map(lambda tens: 10 * tens),
        st.integers(-30, 30).map(lambda tens: 10 * tens),
        max_size=3,
    ),
)
def test_however_the_clock_is_set_each_hour_has_one_run(
    offset: int, errors: dict[int, int]
) -> None:
    begin = TEN - offset
    # The last change is the truth: after it one period has one run, at its full hour.
    changes: dict[int, int | None] = {at: begin + error for at, error in errors.items()}
    settled = max(errors, default=0) + HOUR
    changes[settled] = begin
    ran = run_until(Clock(begin), settled + 4 * HOUR, changes)
    truth = [begin + second for second in ran[1:]]
    for back, unix in enumerate(reversed(truth)):
        # No clock was set by more than ten minutes: so much too early a run may have come.
        assert truth[-1] // HOUR - back in {unix // HOUR, (unix + 600) // HOUR}
    late = [unix for unix, second in zip(truth, ran[1:], strict=True) if second > settled + HOUR]
    assert len(late) >= 2
    assert all(unix % HOUR == 0 for unix in late)


@given(st.sampled_from([HOUR, 2 * HOUR, 6 * HOUR]), st.integers(0, 6 * HOUR // 10))
def test_longer_periods_are_aligned_too(period: int, offset: int) -> None:
    offset *= 10
    ran = run_until(Clock(TEN - offset), 3 * period, period=period)
    assert all((TEN - offset + second) % period == 0 for second in ran[1:])
    assert len(ran) in (3, 4)
