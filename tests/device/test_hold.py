"""A board that the bench holds starts neither its watchdog nor its program, until it is let go."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from device.twin.host import Twin, World
from kit import firmware
from tests.twins import new_fleet

pytestmark = pytest.mark.e2e

# What the bench does over the cable, a program does here.
HOLD = b"""
from fabnum import prompt, station
import machine
print("the program runs")
prompt.hold()
machine.soft_reset()
"""
HOLD_TWICE = b"""
import machine
print("the program runs")
from fabnum import prompt
prompt.hold()
prompt.hold()
prompt.release()
if machine.reset_cause() != machine.HARD_RESET:
    machine.reset()
"""
HELD_AND_STUCK = b"""
import machine
print("the program runs")
if machine.reset_cause() == machine.PWRON_RESET:
    from fabnum import prompt
    prompt.hold()
    machine.WDT(timeout=300)
    while True:
        pass
"""
RUNS = "the program runs"
Make = Callable[..., Twin]


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Make]:
    fleet = new_fleet()

    def make(program: bytes, deployed: bool = True) -> Twin:
        config = {
            "town": "ville",
            "device": "objet",
            "build": "lamp",
            "wifi": [],
            "broker": {"host": "127.0.0.1", "port": 1, "tls": False},
            "deployed": deployed,
            "settings": {"window": 0},
        }
        assembled = firmware.assemble("lamp", main=program)
        return fleet.add(tmp_path / "twin", assembled, firmware.identity(config), World())

    with fleet:
        yield make


def watchdog_ms(twin: Twin) -> int | None:
    file = twin.folder / "watchdog"
    return int(file.read_text()) if file.exists() else None


def test_a_soft_reset_of_a_held_board_leaves_the_prompt(make: Make) -> None:
    twin = make(HOLD)
    twin.start()
    twin.wait_for(lambda twin: "La carte est à l’établi" in twin.console())
    twin.wait_for(lambda twin: "the program has ended" in twin.console())
    assert twin.causes == ["power", "soft"]
    assert twin.console().count(RUNS) == 1
    # The watchdog that ran already cannot be stopped: it waits for an hour.
    assert watchdog_ms(twin) == 3_600_000


def test_a_board_without_watchdog_gets_none_from_the_bench(make: Make) -> None:
    twin = make(HOLD, deployed=False)
    twin.start()
    twin.wait_for(lambda twin: "La carte est à l’établi" in twin.console())
    assert watchdog_ms(twin) is None


def test_loss_of_power_ends_it(make: Make) -> None:
    twin = make(HOLD)
    twin.start()
    twin.wait_for(lambda twin: "La carte est à l’établi" in twin.console())
    twin.cut_power()
    twin.start()
    twin.wait_for(lambda twin: twin.console().count(RUNS) == 2)


def test_a_board_that_was_let_go_starts_like_any_other(make: Make) -> None:
    twin = make(HOLD_TWICE)
    twin.start()
    twin.wait_for(lambda twin: "sans station.run()" in twin.console())
    assert twin.causes == ["power", "reset"]
    assert twin.console().count(RUNS) == 2


def test_the_watchdog_of_a_held_board_ends_it_too(make: Make) -> None:
    twin = make(HELD_AND_STUCK, deployed=False)
    twin.start()
    twin.wait_for(lambda twin: twin.console().count(RUNS) == 2)
    assert twin.causes == ["power", "watchdog"]


def test_a_watched_board_is_fed_after_a_soft_reset(make: Make) -> None:
    # It is no longer deployed, but its watchdog still runs: nobody can stop it.
    twin = make(
        b"import machine\n"
        b"from fabnum import boot\n"
        b"if machine.reset_cause() != machine.SOFT_RESET:\n"
        b"    boot.start().watch(True)\n"
        b"    machine.soft_reset()\n"
        b"print('fed:', boot.start()._watchdog is not None)\n",
        deployed=False,
    )
    twin.start()
    twin.wait_for(lambda twin: "fed: True" in twin.console())
    assert watchdog_ms(twin) == 60_000
