"""The program that belongs on a board: of its build, with the pins of its chip."""

import asyncio

from kit import chips, firmware
from kit.firmware import Firmware
from provisioning.board import Board
from provisioning.preflight import require_recent

_WHICH = """\
import os, sys
print(*sys.implementation[1][:3], sep=".")
print(os.uname().machine)
"""


async def program_for(board: Board, build: str, main: bytes | None = None) -> Firmware:
    """Assemble the firmware of a build for the chip of a board that is at its prompt.

    ``main``: a ``main.py`` instead of the build's own. Raises FabnumError as
    :func:`kit.firmware.assemble`, and CardError if the board cannot be reached or its MicroPython
    is too old to run it.
    """
    version, machine = (await board.ask(_WHICH)).splitlines()[:2]
    require_recent(version)
    chip = chips.named_in(machine)
    return await asyncio.to_thread(firmware.assemble, build, main, chip=chip)


async def chip_of(board: Board) -> str:
    """Return the chip of a board that is at its prompt. Raises CardError if it is not reached."""
    return chips.named_in(await board.ask("import os; print(os.uname().machine)"))


async def deploy(board: Board) -> None:
    """Tell a board that it leaves the bench: from its next start on the watchdog keeps it running.

    Enrolling takes that back. Raises CardError if the board cannot be reached.
    """
    await board.ask('from fabnum import config; config.update({"deployed": True})')
