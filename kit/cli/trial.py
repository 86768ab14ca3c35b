"""`fabnum try`: a learner's program from RAM, on a board or on a twin; nothing stays of it."""

import asyncio
import contextlib
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kit import firmware
from kit.cli.check import stop_if_wrong, target_for
from kit.cli.install import checked_for
from kit.cli.program_file import read_program
from kit.errors import FabnumError
from kit.i18n import _

if TYPE_CHECKING:
    from device.twin.host import Twin
    from provisioning.ports import PortSource

_ON_A_TWIN = b"""\
from fabnum import trial
with open("/trial.txt") as file:
    source = file.read()
trial.run(source)
"""
_TWIN: dict[str, Any] = {
    "town": "essai",
    "device": "essai",
    "wifi": [],
    "broker": {"host": "127.0.0.1", "tls": False},
    "settings": {"window": 0},
}
_OF_THE_TWIN = "[twin] "
_ENDED = "[twin] the program has ended"
_LOOK_EVERY_S = 0.05


def try_program(
    main: Path,
    port: str = "",
    *,
    twin: bool = False,
    build: str = "",
    seconds: float | None = None,
    anyway: bool = False,
    source: "PortSource | None" = None,
) -> None:
    """Run a program and print what it prints, until it ends, Ctrl-C, or ``seconds`` have passed.

    On the board on ``port``, or the only one, which then goes on with its installed program; with
    ``twin`` on a simulated board of that build, which is thrown away. A program with mistakes is
    not run, unless ``anyway``.
    """
    program = read_program(main)
    if twin:
        if build and not anyway:
            stop_if_wrong(main, program, target_for(program, main, build))
        with contextlib.suppress(KeyboardInterrupt):
            _try_on_twin(program, build, seconds)
        return
    from kit.cli.plugged import only_board

    chosen = only_board(port, source)
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_try_on_board(chosen, program, seconds, None if anyway else main))
    print(_("The board goes on with its installed program."))


async def _try_on_board(
    port: str, program: str, seconds: float | None, checked: Path | None
) -> None:
    """Run a program; ``checked`` is its file where it has to be checked before."""
    from provisioning import rescue, trial
    from provisioning.board import Board

    board = Board(port)
    if checked is not None:
        await checked_for(board, await rescue.build_of(board), checked, program)
    await trial.run(board, program, lambda line: print(line, flush=True), seconds=seconds)


def _try_on_twin(program: str, build: str, seconds: float | None) -> None:
    from device.twin.host import Fleet

    if not build:
        raise FabnumError(
            _("A simulated board has to be told what it is."),
            _("Name its build: --build lamp, for example."),
        )
    assembled = firmware.assemble(build, _ON_A_TWIN)
    identity = firmware.identity({**_TWIN, "build": build})
    with tempfile.TemporaryDirectory(prefix="fabnum-") as folder, Fleet() as fleet:
        twin = fleet.add(
            Path(folder, "essai"), assembled, {**identity, "trial.txt": program.encode()}
        )
        twin.start()
        _follow(twin, seconds)


def _follow(twin: "Twin", seconds: float | None) -> None:
    """Print what the twin prints, whole lines, until it has ended."""
    until = None if seconds is None else time.monotonic() + seconds
    shown = 0
    while until is None or time.monotonic() < until:
        said = twin.console()
        whole = said.rfind("\n") + 1
        for line in said[shown:whole].splitlines():
            if line == _ENDED:
                return
            if not line.startswith(_OF_THE_TWIN):
                print(line, flush=True)
        shown = max(shown, whole)
        if not twin.powered:
            return
        time.sleep(_LOOK_EVERY_S)
