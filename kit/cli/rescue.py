"""`fabnum rescue`: back into a board whose program has gone wrong, and what is wrong with it."""

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape

from kit.i18n import _, ngettext

if TYPE_CHECKING:
    from provisioning.board import Board
    from provisioning.ports import PortSource
    from provisioning.rescue import Condition


@dataclass(frozen=True)
class Options:
    """What to do besides looking. ``yes``: ask nothing. ``build``: where the board has lost it."""

    log: bool = False
    config: bool = False
    program: bool = False
    yes: bool = False
    build: str = ""


def rescue_board(
    port: str = "", options: Options | None = None, source: "PortSource | None" = None
) -> None:
    """Get into the board on that port, or the only one; say how it is; do what is wished.

    Readings that wait are never touched. Afterwards the board starts again. Raises CardError.
    """
    from kit.cli.plugged import only_board

    chosen = only_board(port, source)
    asyncio.run(_rescue(chosen, options or Options(), Console(soft_wrap=True, highlight=False)))


async def _rescue(port: str, options: Options, console: Console) -> None:
    from provisioning import rescue
    from provisioning.board import Board

    board = Board(port)
    await rescue.get_in(
        board, lambda: console.print(_("Press the board’s button EN (or RST) now."))
    )
    async with board.going_on():
        condition = await rescue.examine(board)
        if options.log:
            _show_log(console, condition)
        _say(console, condition)
        if options.program and _sure(console, options, _("Put the kit’s own program back?")):
            await _reset_program(board, options, console)
        if options.config and _sure(
            console, options, _("Let the board forget its Wi-Fi networks?")
        ):
            await _reset_configuration(board, console)
        if not (options.program or options.config or options.log):
            _advise(console, condition)


def _show_log(console: Console, condition: "Condition") -> None:
    console.print(_("What the board has noted, seconds after its start:"))
    for line in condition.log or [_("nothing")]:
        console.print("  " + escape(line))


def _say(console: Console, condition: "Condition") -> None:
    """Say what is wrong, or that nothing is, and what waits."""
    wrong = [
        (condition.boot, _("boot.py cannot be used: {why}", why=condition.boot)),
        (condition.program, _("main.py cannot be used: {why}", why=condition.program)),
        (condition.configuration, _("The configuration: {why}", why=condition.configuration)),
        (condition.safe_mode, _("Safe mode: the program stopped the board three times.")),
        (condition.full, _("The memory of the board is almost full.")),
    ]
    for is_wrong, words in wrong:
        if is_wrong:
            console.print("[red]✗[/red] " + escape(words))
    if not any(is_wrong for is_wrong, _words in wrong):
        console.print("[green]✓[/green] " + _("Program, configuration and memory are in order."))
    if condition.full:
        for name, size in condition.large.items():
            console.print(f"  {escape(name)}: {size / 1000:.0f} kB")
    console.print(
        ngettext(
            "{n} reading waits on the board, and stays there.",
            "{n} readings wait on the board, and stay there.",
            condition.waiting,
        )
    )


def _advise(console: Console, condition: "Condition") -> None:
    if condition.program or condition.boot or condition.safe_mode:
        console.print(_("→ Put the program back with “fabnum rescue --program”."))
    elif condition.configuration:
        console.print(_("→ Reset the configuration with “fabnum rescue --config”."))


def _sure(console: Console, options: Options, question: str) -> bool:
    """Ask, unless that was said before; no answer is no."""
    if options.yes:
        return True
    try:
        said = console.input(escape(question) + " " + _("(y: yes)") + " ")
    except EOFError:
        return False
    return said.strip().lower()[:1] in ("o", "y")  # oui, yes


async def _reset_program(board: "Board", options: Options, console: Console) -> None:
    from kit.cli.install import bar, build_for, report
    from provisioning import rescue

    build = await build_for(board, options.build)
    with bar(console) as progress:
        task = progress.add_task("", total=1.0)

        def show(fraction: float, words: str) -> None:
            progress.update(task, completed=fraction, description=words)

        done = await rescue.reset_program(board, build, show)
    report(console, done)


async def _reset_configuration(board: "Board", console: Console) -> None:
    from provisioning import rescue
    from provisioning.rescue import Reset

    words = {
        Reset.RESET: _("✓ It has forgotten its networks; setup mode opens at its next start."),
        Reset.ASIDE: _(
            "✓ The file is laid aside as config.before.json. Name the board anew: “fabnum enrol”."
        ),
        Reset.NONE: _("It has no configuration. Give it a name: “fabnum enrol”."),
    }
    console.print(words[await rescue.reset_configuration(board)])
