"""Only crashes and the watchdog lead to safe mode; whoever switches the power starts afresh."""

import struct
import sys
import types

import pytest
from fabnum.health import CRASHES_TO_SAFE_MODE, Health
from fabnum.kept import CLOCK_SET, HELD, IDLE, WATCHED, Kept

POWER, RESET, WATCHDOG, SLEEP, SOFT = 1, 2, 3, 4, 5


class Chip:
    """What ``machine`` has of the chip: why it started, and memory that resets keep."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.cause = POWER
        self.memory = b""
        self.writes = 0
        chip = self

        class Rtc:
            def memory(self, data: bytes | None = None) -> bytes | None:
                if data is None:
                    return chip.memory
                chip.memory = bytes(data)
                chip.writes += 1
                return None

        module = types.ModuleType("machine")
        names = {"PWRON_RESET": 1, "HARD_RESET": 2, "WDT_RESET": 3, "DEEPSLEEP_RESET": 4}
        vars(module).update(names, SOFT_RESET=5, RTC=Rtc, reset_cause=lambda: chip.cause)
        monkeypatch.setitem(sys.modules, "machine", module)

    def start(self, cause: int) -> Health:
        self.cause = cause
        if cause == POWER:
            self.memory = b""
        return Health()


@pytest.fixture
def chip(monkeypatch: pytest.MonkeyPatch) -> Chip:
    return Chip(monkeypatch)


def test_the_watchdog_leads_to_safe_mode_at_the_third_time_in_a_row(chip: Chip) -> None:
    modes = [chip.start(WATCHDOG).safe_mode for _ in range(CRASHES_TO_SAFE_MODE)]
    assert modes == [False, False, True]


def test_crashes_of_the_firmware_lead_there_too(chip: Chip) -> None:
    for _ in range(CRASHES_TO_SAFE_MODE):
        health = chip.start(RESET)
        assert not health.safe_mode
        health.crashed()
    assert chip.start(RESET).safe_mode


def test_fifty_fast_power_cycles_change_nothing(chip: Chip) -> None:
    assert not any(chip.start(POWER).safe_mode for _ in range(50))
    assert chip.writes == 0


def test_restarts_that_somebody_asked_for_do_not_count(chip: Chip) -> None:
    assert not any(chip.start(cause).safe_mode for cause in (RESET, SLEEP, SOFT) * 5)


@pytest.mark.parametrize("cause", [POWER, SOFT])
def test_a_person_who_starts_it_again_leaves_safe_mode(chip: Chip, cause: int) -> None:
    for _ in range(5):
        chip.start(WATCHDOG)
    assert not chip.start(cause).safe_mode
    assert not chip.start(WATCHDOG).safe_mode


def test_safe_mode_lasts_until_the_next_restart(chip: Chip) -> None:
    for _ in range(3):
        health = chip.start(WATCHDOG)
    health.kept.set_crashes(0)  # as after a healthy minute
    assert health.safe_mode
    assert not chip.start(RESET).safe_mode


@pytest.mark.parametrize(
    ("cause", "word"),
    [(1, "power"), (2, "reset"), (3, "watchdog"), (4, "sleep"), (5, "soft"), (77, "unknown")],
)
def test_the_cause_is_said_in_the_words_of_the_contract(chip: Chip, cause: int, word: str) -> None:
    assert chip.start(cause).reset == word


@pytest.mark.parametrize("memory", [b"\xff" * 8, b"F1", b"other words", struct.pack("<H", 7)])
def test_foreign_bytes_in_the_memory_are_no_crashes(chip: Chip, memory: bytes) -> None:
    chip.memory = memory
    assert not chip.start(RESET).safe_mode


def test_that_the_clock_is_right_survives_a_reset_and_not_the_power(chip: Chip) -> None:
    Kept().set(CLOCK_SET)
    assert chip.start(RESET).kept.has(CLOCK_SET)
    assert not chip.start(POWER).kept.has(CLOCK_SET)


@pytest.mark.parametrize("flag", [HELD, IDLE])
def test_a_watchdog_that_bites_where_no_program_ran_counts_nothing(chip: Chip, flag: int) -> None:
    for _ in range(CRASHES_TO_SAFE_MODE):
        Kept().set(flag | WATCHED)
        assert not chip.start(WATCHDOG).safe_mode
    assert Kept().crashes == 0


@pytest.mark.parametrize("cause", [POWER, RESET, WATCHDOG, SLEEP])
def test_every_reset_of_the_chip_ends_a_hold(chip: Chip, cause: int) -> None:
    Kept().set(HELD | WATCHED | IDLE | CLOCK_SET)
    kept = chip.start(cause).kept
    assert not any(kept.has(flag) for flag in (HELD, WATCHED, IDLE))
    assert kept.has(CLOCK_SET) == (cause != POWER)


def test_a_soft_reset_keeps_the_hold_and_the_watchdog(chip: Chip) -> None:
    Kept().set(HELD | WATCHED | IDLE)
    kept = chip.start(SOFT).kept
    assert kept.has(HELD | WATCHED)
    assert not kept.has(IDLE)  # the program runs now
