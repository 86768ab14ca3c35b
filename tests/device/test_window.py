"""Two seconds at power-on in which whoever wants the board itself can say so, on a twin."""

import json
import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from device.twin.host import Twin, World
from kit import firmware
from tests.twins import new_fleet

pytestmark = pytest.mark.e2e

RUNS = "the program runs"
OPEN = "Ctrl-C ou un appui"
SKIPPED = "Le programme n’est pas lancé."
PROGRAM = b'print("the program runs")\n'
SOFT_RESET_ONCE = b"""
import machine
print("the program runs")
if machine.reset_cause() != machine.SOFT_RESET:
    machine.soft_reset()
"""
SLEEP_ONCE = b"""
import machine
print("the program runs")
if machine.reset_cause() != machine.DEEPSLEEP_RESET:
    machine.deepsleep(10)
"""
SAY_SETUP = b"""
import sys
setup = sys.modules.get("fabnum.setup")
print("setup wanted:", bool(setup and setup.wanted))
"""
Make = Callable[..., Twin]


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Make]:
    fleet = new_fleet()

    def make(
        program: bytes = PROGRAM, build: str = "lamp", deployed: bool = False, **settings: Any
    ) -> Twin:
        config = {
            "town": "ville",
            "device": "objet",
            "build": build,
            "wifi": [],
            "broker": {"host": "127.0.0.1", "port": 1, "tls": False},
            "deployed": deployed,
            "settings": settings,
        }
        assembled = firmware.assemble(build, main=program)
        return fleet.add(tmp_path / "twin", assembled, firmware.identity(config), World())

    with fleet:
        yield make


def says(words: str, times: int = 1) -> Callable[[Twin], bool]:
    return lambda twin: twin.console().count(words) >= times


def test_where_nobody_wants_anything_the_program_runs(make: Make) -> None:
    twin = make(SAY_SETUP)
    twin.start()
    twin.wait_for(says("setup wanted: False"))
    assert OPEN in twin.console()


def test_ctrl_c_leaves_the_prompt_and_says_what_to_do_next(make: Make) -> None:
    twin = make()
    twin.start()
    twin.wait_for(says(OPEN))
    assert twin.pid is not None
    os.kill(twin.pid, signal.SIGINT)
    twin.wait_for(says("the program has ended"))
    assert "appuyez sur EN" in twin.console()
    assert RUNS not in twin.console()


def test_a_press_of_the_builds_button_leaves_the_prompt(make: Make) -> None:
    twin = make()
    twin.start()
    twin.wait_for(says(OPEN))
    twin.control(press="button")
    twin.wait_for(says(SKIPPED))
    assert RUNS not in twin.console()
    twin.cut_power()  # the way back is the next start
    twin.start()
    twin.wait_for(says(RUNS))


def test_a_button_that_is_held_asks_for_setup_mode_and_the_program_runs(make: Make) -> None:
    twin = make(SAY_SETUP)
    twin.start()
    twin.wait_for(says(OPEN))
    twin.control(hold="button")
    twin.wait_for(says("setup wanted: True"))


def test_the_status_led_is_lit_meanwhile(make: Make) -> None:
    twin = make(led=4, led_kind="pixel", window=30)  # the first pixel of the lamp
    twin.start()
    twin.wait_for(says(OPEN))
    twin.control(say="pixels")
    twin.wait_for(says("pixels: 1/12"))
    twin.control(press="button")
    twin.wait_for(says(SKIPPED))
    twin.control(say="pixels")
    twin.wait_for(says("pixels: dark"))


def test_the_configuration_chooses_the_button(make: Make) -> None:
    twin = make(button=13)  # nothing is wired there
    twin.start()
    twin.wait_for(says(OPEN))
    twin.control(press="button")
    twin.wait_for(says(RUNS))


@pytest.mark.parametrize("wrong", [6, "deux", -1, 3.5, [1]])
def test_a_button_that_cannot_be_is_no_obstacle(make: Make, wrong: object) -> None:
    twin = make(button=wrong, led=wrong, window=0.1)
    twin.start()
    twin.wait_for(says(RUNS))


@pytest.mark.parametrize("program", [SOFT_RESET_ONCE, SLEEP_ONCE], ids=["soft", "sleep"])
def test_no_window_after_what_the_board_does_by_itself(make: Make, program: bytes) -> None:
    twin = make(program)
    twin.start()
    twin.wait_for(says(RUNS, 2))
    assert twin.console().count(OPEN) == 1


def test_the_window_can_be_closed(make: Make) -> None:
    twin = make(window=0)
    twin.start()
    twin.wait_for(says(RUNS))
    assert OPEN not in twin.console()


def test_without_a_usable_configuration_there_is_a_window(make: Make) -> None:
    twin = make()
    twin.install({"config.json": b"{", "build.json": b"[]"})
    world = json.loads((twin.folder / "world.json").read_text())
    assert world["parts"] == {}
    twin.start()
    twin.wait_for(says("Traceback"))


def test_a_press_on_a_deployed_object_keeps_it_off_for_a_while_only(make: Make) -> None:
    twin = make(deployed=True)
    twin.start()
    twin.wait_for(says(OPEN))
    twin.control(press="button")
    twin.wait_for(says("il part tout seul dans 10 minutes"))
    assert (twin.folder / "watchdog").read_text().strip() == "600000"
    assert RUNS not in twin.console()
