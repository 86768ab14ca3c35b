"""`fabnum install`: the firmware and a build's program onto one board, changed files only."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from kit.cli.program_file import read_program
from kit.errors import FabnumError
from kit.i18n import _, ngettext

if TYPE_CHECKING:
    from provisioning.board import Board
    from provisioning.install import Installed
    from provisioning.ports import PortSource


def install_program(
    port: str = "",
    *,
    build: str = "",
    main: Path | None = None,
    anyway: bool = False,
    source: "PortSource | None" = None,
) -> None:
    """Bring the board on that port, or the only one, to a build's program; then it starts.

    ``build`` empty: the one that the board has already. ``main``: a ``main.py`` instead of the
    build's own. Name, password and readings stay. A ``main`` with mistakes is not installed, unless
    ``anyway``.
    """
    from kit.cli.plugged import only_board
    from provisioning.board import Board

    program = None if main is None else read_program(main)
    chosen = only_board(port, source)
    console = Console(soft_wrap=True, highlight=False)
    board = Board(chosen)
    installing = _install(board, build, program, console, None if anyway else main)
    report(console, asyncio.run(installing))


async def build_for(board: "Board", build: str) -> str:
    """Return the build that is meant: the one named, else the one that the board has."""
    from provisioning import rescue

    known = build or await rescue.build_of(board)
    if not known:
        raise FabnumError(
            _("This board does not say what it is."),
            _("Name its build: --build lamp, for example."),
        )
    return known


def bar(console: Console) -> Progress:
    """Return a bar for one board's work; it is not shown where the output is no terminal."""
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
        TimeElapsedColumn(),
        console=console,
        disable=not console.is_terminal,
        transient=True,
    )


def report(console: Console, done: "Installed") -> None:
    """Say what an installation did."""
    if not done.written and not done.removed:
        console.print(_("✓ The program is up to date"))
    else:
        console.print(
            ngettext(
                "✓ {n} file written, {kib} kB, {same} unchanged",
                "✓ {n} files written, {kib} kB, {same} unchanged",
                len(done.written),
                kib=f"{done.bytes / 1000:.1f}",
                same=len(done.unchanged),
            )
        )
    for path in done.kept:
        console.print(_("What had been changed on the board is kept there as {path}", path=path))


async def checked_for(board: "Board", build: str, main: Path, source: str) -> None:
    """Check a learner's program for the board that it is going to: its build and its chip.

    Raises FabnumError where it has mistakes; the board then goes on as before.
    """
    from kit.cli.check import stop_if_wrong, target_for
    from provisioning.program import chip_of

    target = target_for(source, main, build, await chip_of(board))
    try:
        await asyncio.to_thread(stop_if_wrong, main, source, target)
    except BaseException:
        async with board.going_on():  # it was stopped to be asked
            raise


async def _install(
    board: "Board", build: str, program: str | None, console: Console, checked: Path | None
) -> "Installed":
    """Install; ``checked`` is the file of ``program`` where that has to be checked before."""
    from provisioning import install
    from provisioning.program import program_for

    build = await build_for(board, build)
    if program is not None and checked is not None:
        await checked_for(board, build, checked, program)
    wanted = await program_for(board, build, None if program is None else program.encode())
    with bar(console) as progress:
        task = progress.add_task("", total=1.0)

        def show(fraction: float, words: str) -> None:
            progress.update(task, completed=fraction, description=words)

        return await install.install(board, wanted.files, show, restart=True)
