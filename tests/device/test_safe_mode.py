"""A board whose firmware crashes three times in a row keeps its console, and loses nothing."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from device.twin.host import Fleet, World
from kit import firmware
from tests.twins import new_fleet

pytestmark = pytest.mark.e2e

CONFIG = {
    "town": "ville",
    "device": "objet",
    "build": "lamp",
    "wifi": [{"ssid": "atelier", "password": "sesame-sesame"}],
    "broker": {"host": "127.0.0.1", "port": 1, "tls": False, "password": "top-secret"},
    "ntp": "",
    "settings": {"window": 0},
}
CRASHING = b"""
from fabnum import app, station

async def crash(self):
    print("it breaks")
    raise OSError(5)

app.App._main = crash
station.run()
"""
STUCK_IN_A_RESET = b"""
from fabnum import station
print("the program runs")

@station.every(0.05)
def again():
    import machine
    machine.reset()

station.run()
"""
SAFE_MODE = "Mode sans échec"


@pytest.fixture
def fleet() -> Iterator[Fleet]:
    fleet = new_fleet()
    with fleet:
        yield fleet


def board(fleet: Fleet, folder: Path, program: bytes):  # type: ignore[no-untyped-def]
    assembled = firmware.assemble("lamp", main=program)
    return fleet.add(folder / "twin", assembled, firmware.identity(CONFIG), World())


def test_three_crashes_in_a_row_lead_to_safe_mode_and_power_leads_out(
    fleet: Fleet, tmp_path: Path
) -> None:
    twin = board(fleet, tmp_path, CRASHING)
    twin.start()
    # In safe mode the program is not run, and this one breaks the firmware itself.
    twin.wait_for(lambda twin: SAFE_MODE in twin.console())
    assert twin.console().count("it breaks\n") == 3
    assert twin.ends == ["reset"] * 3
    twin.cut_power()
    twin.start()
    twin.wait_for(lambda twin: twin.console().count("it breaks\n") > 3)
    assert "top-secret" not in twin.console()


def test_resets_that_a_program_asks_for_are_no_crashes(fleet: Fleet, tmp_path: Path) -> None:
    twin = board(fleet, tmp_path, STUCK_IN_A_RESET)
    twin.start()
    twin.wait_for(lambda twin: twin.console().count("the program runs") > 5)
    assert SAFE_MODE not in twin.console()
