"""When a board that sleeps wakes, and what it remembers: arithmetic, over thousands of wakings."""

import random
from types import SimpleNamespace

import pytest
from fabnum import sleep
from fabnum.sleep import Sleep
from hypothesis import given
from hypothesis import strategies as st

START = 1_800_000_000


class Chip:
    """A chip's clock and its RTC memory, which deep sleep keeps."""

    def __init__(self) -> None:
        self.now = START
        self.rest = b""
        self.crashes = 0

    def set_rest(self, rest: bytes) -> None:
        self.rest = rest

    def wake(self, reset: str = "sleep") -> Sleep:
        health = SimpleNamespace(reset=reset, kept=self, safe_mode=False)
        return Sleep(health, {})


@pytest.fixture
def chip(monkeypatch: pytest.MonkeyPatch) -> Chip:
    chip = Chip()
    monkeypatch.setattr(sleep, "chip_time", lambda: chip.now)
    return chip


@given(
    due=st.integers(START - 10**6, START + 10**6),
    now=st.integers(START - 10**6, START + 10**9),
    period=st.integers(1, 86_400),
)
def test_it_sleeps_until_a_cycle_begins_that_is_not_too_near(
    due: int, now: int, period: int
) -> None:
    one = Sleep.__new__(Sleep)
    one._due = due
    before = sleep.chip_time
    sleep.chip_time = lambda: now
    try:
        left = one._left(period)
    finally:
        sleep.chip_time = before
    assert (now + left - due) % period == 0
    assert max(1, period // 4) <= left <= period // 4 + period


def test_over_thousands_of_wakings_the_cycles_do_not_drift_and_no_number_comes_twice(
    chip: Chip,
) -> None:
    """With a clock that is 5 % wrong in sleep and set at each waking, and 3 to 40 s awake."""
    chance = random.Random(7)
    period, boots = 600, set()
    board = chip.wake("power")
    first = chip.now
    for cycle in range(3000):
        ideal = first + cycle * period
        assert abs(chip.now - ideal) <= 0.06 * period, cycle
        assert board.seq == cycle
        boots.add(board.boot)
        chip.now += chance.randrange(3, 40)
        left = board._left(period)
        board._keep(cycle + 1, board.since + 20, left, period)
        real = int(left * chance.uniform(0.95, 1.05))
        chip.now += left  # what the chip believes
        board = chip.wake()
        assert board.woken
        chip.now += real - left  # somebody sets it right
    assert len(boots) == 1


def test_what_went_wrong_before_it_slept_again_begins_a_new_boot(chip: Chip) -> None:
    board = chip.wake("power")
    board._keep(5, 40, 600, 600)
    chip.now += 600
    woken = chip.wake()
    assert (woken.boot, woken.seq, woken.since) == (board.boot, 5, 640)
    again = chip.wake()  # it crashed before it slept: nothing is left of that boot
    assert not again.woken
    assert again.boot != board.boot
    assert again.seq == 0


@given(st.lists(st.booleans(), max_size=40))
def test_thresholds_are_as_they_were(beyond: list[bool]) -> None:
    chip = Chip()
    board = chip.wake("power")
    board._thresholds = [SimpleNamespace(beyond=reached) for reached in beyond][:32]
    board._keep(0, 0, 600, 600)
    woken = chip.wake()
    now = [SimpleNamespace(beyond=False) for _ in beyond]
    woken.recall(now)
    assert [threshold.beyond for threshold in now[:32]] == beyond[:32]


@pytest.mark.parametrize("reset", ["power", "reset", "watchdog", "soft", "brownout", "unknown"])
def test_only_a_waking_goes_on_with_a_boot(chip: Chip, reset: str) -> None:
    chip.wake("power")._keep(5, 40, 600, 600)
    board = chip.wake(reset)
    assert not board.woken
    assert board.seq == 0


@given(st.binary(max_size=60))
def test_whatever_lies_in_the_memory_the_board_starts(rest: bytes) -> None:
    chip = Chip()
    chip.rest = rest
    board = chip.wake()
    assert len(board.boot) == 8


def test_in_vain_it_calls_less_and_less_often_but_once_an_hour(chip: Chip) -> None:
    board = chip.wake("power")
    calls = []
    for waking in range(40):
        if board.calls:
            calls.append(waking)
        board._plan_calls(False, 600)
        board._keep(waking, 0, 600, 600)
        board = chip.wake()
    assert calls == [0, 1, 3, 7, 13, 19, 25, 31, 37]
    while not board.calls:
        board._plan_calls(False, 600)
        board._keep(0, 0, 600, 600)
        board = chip.wake()
    board._plan_calls(True, 600)
    board._keep(0, 0, 600, 600)
    assert chip.wake().calls


def test_a_hasty_board_in_vain_for_hours_still_knows_how_long_to_be_silent(chip: Chip) -> None:
    board = chip.wake("power")
    calls = []
    for waking in range(3000):
        if board.calls:
            calls.append(waking)
        board._plan_calls(False, 5)
        board._keep(waking, 0, 5, 5)
        board = chip.wake()
    assert calls[-1] - calls[-2] == 256


@pytest.mark.parametrize("period", [1, 600, 3600, 86_400])
def test_a_slow_board_calls_at_each_waking(chip: Chip, period: int) -> None:
    board = chip.wake("power")
    silent = 0
    for _ in range(20):
        board._plan_calls(False, period)
        board._keep(0, 0, period, period)
        board = chip.wake()
        silent = max(silent, 0 if board.calls else 1)
    assert silent == (0 if period >= 3600 else 1)
