"""The voltage of a battery: the model of the twin, and what the firmware says of it."""

import asyncio
import importlib
import sys
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from types import ModuleType

import pytest

from device.twin.host import World
from tests.device.living_board import LAB, PATIENCE_S, LivingBoard, living_board
from tests.device.test_surroundings import BOARD

DAY_S = 86_400.0
PROGRAM = "from fabnum import station\nstation.run()\n"


@pytest.fixture(scope="module")
def battery() -> Iterator[ModuleType]:
    sys.path.insert(0, str(BOARD))
    try:
        yield importlib.import_module("battery")
    finally:
        sys.path.remove(str(BOARD))
        sys.modules.pop("battery", None)


def test_a_cell_runs_down_and_never_recovers_by_itself(battery: ModuleType) -> None:
    charges = [step / 50 for step in range(60, -20, -1)]
    volts = [battery.at(charge) for charge in charges]
    assert all(later <= earlier for earlier, later in pairwise(volts))
    assert (volts[0], volts[-1]) == (4.2, 3.0)
    assert battery.at(0.5) == pytest.approx(3.75)


def test_it_is_seen_at_its_own_pin_and_divided(battery: ModuleType) -> None:
    now = 0.0
    cell = battery.Battery({"pin": 34, "ratio": 2, "days": 10, "since": 0.0}, lambda: now)
    assert cell.microvolts(34, None) == 2_100_000
    assert cell.microvolts(35, None) == 0
    assert cell.microvolts(34, 3.3) == 1_650_000
    now = 5 * DAY_S
    assert cell.microvolts(34, None) == 1_875_000


def test_a_board_without_a_battery_has_nothing_on_its_pins(battery: ModuleType) -> None:
    assert battery.Battery({}, lambda: 0.0).microvolts(34, None) == 0


async def says(board: LivingBoard, matches: Callable[[float], bool]) -> float:
    """Ask for its status until the voltage matches; return it."""
    async with asyncio.timeout(PATIENCE_S):
        while True:
            since = len(board.said)
            await board.tell("report")
            status = await board.hears("status", lambda _: True, since)
            if matches(status["battery"]):
                return float(status["battery"])


@pytest.mark.e2e
@pytest.mark.servers
class TestOnABoard:
    """On the real MicroPython."""

    async def test_the_status_follows_the_battery_as_it_runs_down(self, tmp_path: Path) -> None:
        world = World(access_points=[LAB], battery={"pin": 34, "ratio": 2, "days": 10})
        settings = {"window": 0, "battery": {"pin": 34, "ratio": 2}}
        async with living_board(tmp_path, PROGRAM, world=world, settings=settings) as board:
            full = await board.hears("status", lambda s: "battery" in s)
            assert full["battery"] == pytest.approx(4.2, abs=0.02)
            board.twin.control(pace=10 * DAY_S)  # ten days a second
            empty = await says(board, lambda volts: volts < 3.5)
            assert empty >= 2.9
            board.twin.control(pace=1, room={"battery": 3.61})
            assert await says(board, lambda volts: volts > 3.5) == pytest.approx(3.61, abs=0.02)

    @pytest.mark.parametrize(
        "wired", [{"pin": 99, "ratio": 2}, {"pin": 34}, "pin 34", {"pin": "x"}]
    )
    async def test_a_setting_that_cannot_be_is_said_and_costs_nothing_else(
        self, tmp_path: Path, wired: object
    ) -> None:
        settings = {"window": 0, "battery": wired}
        async with living_board(tmp_path, PROGRAM, settings=settings) as board:
            status = await board.hears("status", lambda s: s["state"] == "ready")
            assert "battery" not in status
            assert "settings.battery" in board.twin.console()
