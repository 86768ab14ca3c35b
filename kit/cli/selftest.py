"""`fabnum selftest`: test one board at the cable, with somebody before the terminal."""

import asyncio
import json
import time
from collections.abc import Mapping
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from kit import catalogue
from kit.cli.exits import EXPECTED_FAILURE
from kit.cli.person import Nobody, TerminalPerson
from kit.i18n import _

if TYPE_CHECKING:
    from provisioning.ports import PortSource

MARKS = {True: ("✓", "green"), False: ("✗", "bold red"), None: ("–", "dim")}
"""Sign and style by how a test ended: the sign alone says it too."""


def run_selftest(
    port: str = "",
    *,
    as_json: bool = False,
    yes: bool = False,
    source: "PortSource | None" = None,
) -> int:
    """Test the board on that port, or the only one; return 2 if a test failed.

    ``yes`` asks nobody: what needs a person is not checked. ``as_json`` prints the result as one
    JSON object. The board publishes the result itself, with its next connection.
    """
    from kit.cli.plugged import only_board

    chosen = only_board(port, source)
    console = Console(stderr=as_json)
    result = asyncio.run(_test(chosen, console, yes=yes or not console.is_terminal))
    if as_json:
        print(json.dumps(result, ensure_ascii=False))
    _report(console, result)
    return 0 if result["passed"] else EXPECTED_FAILURE


async def _test(port: str, console: Console, *, yes: bool) -> dict[str, Any]:
    from provisioning import selftest
    from provisioning.bench.model import Job, Person
    from provisioning.board import Board

    board = Board(port)
    build, _firmware = await selftest.program_on(board)
    job = Job(port=port, name=PurePath(port).name, build=build)
    with console.status(_("Testing the board…")) as status:
        screen = _StatusLine(status.start, status.stop)
        person: Person = Nobody() if yes else TerminalPerson(console, screen)
        result = await selftest.run(
            board,
            catalogue.load_build(build),
            person,
            job,
            lambda _fraction, words: status.update(Text(words)),
        )
    await board.restart()
    return result


class _StatusLine:
    """The line that shows what is tested, as something that can be paused."""

    def __init__(self, start: Any, stop: Any) -> None:
        self.go_on = start
        self.pause = stop


def _report(console: Console, result: Mapping[str, Any]) -> None:
    """Show how each test ended, and of what failed what to do next."""
    from provisioning import cards

    table = Table.grid(padding=(0, 2))
    for test in result["tests"]:
        sign, style = MARKS[test["passed"]]
        table.add_row(Text(sign, style=style), test["name"], Text(test.get("words", "")))
    console.print(table)
    for code in dict.fromkeys(test["code"] for test in result["tests"] if test.get("code")):
        console.print(Text(f"→ {cards.find(code).action_on()}"))
    if result["shown"] == "none":
        console.print(_("This board has no light to show the result on."))
    when = time.strftime("%H:%M", time.localtime(result["at"]))
    word = _("Everything passed") if result["passed"] else _("Not everything passed")
    console.print(Text(f"{word} ({when})", style=MARKS[result["passed"]][1]))
