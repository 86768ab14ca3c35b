"""`fabnum selftest`: test one board at the cable, with somebody before the terminal."""

import asyncio
import json
import threading
import time
from collections.abc import Mapping
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, Protocol

from rich.console import Console
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from kit import catalogue
from kit.cli.exits import EXPECTED_FAILURE
from kit.i18n import _

if TYPE_CHECKING:
    from provisioning.bench.model import Job, Question
    from provisioning.ports import PortSource

MARKS = {True: ("✓", "green"), False: ("✗", "bold red"), None: ("–", "dim")}
"""Sign and style by how a test ended: the sign alone says it too."""


class Pausable(Protocol):
    """Something that draws on the terminal, and can leave it to a question."""

    def pause(self) -> None:
        """Leave the terminal."""

    def go_on(self) -> None:
        """Take it back."""


class Nobody:
    """Nobody is there: what a person must do or see is not checked."""

    async def answer(self, job: "Job", question: "Question") -> bool | None:  # noqa: ARG002 - the protocol's
        """Say that nobody does it, or can tell."""
        from provisioning.bench.model import Kind

        return False if question.kind is Kind.DO else None


class TerminalPerson:
    """Somebody before the terminal, asked one thing at a time, however many boards ask."""

    def __init__(self, console: Console, screen: Pausable | None = None) -> None:
        self.console = console
        self._screen = screen
        self._turn = asyncio.Lock()

    async def answer(self, job: "Job", question: "Question") -> bool | None:
        """Show what is to be done, or ask and wait; ``None``: the person cannot tell."""
        from provisioning.bench.model import Kind

        if question.kind is Kind.DO:
            self._show(job, question.text, "")
            return True
        async with self._turn:
            if self._screen:
                self._screen.pause()
            try:
                self._show(job, question.text, _("y: yes, n: no, Enter: I cannot tell"))
                return await self._yes_or_no()
            finally:
                if self._screen:
                    self._screen.go_on()

    def _show(self, job: "Job", text: str, keys: str) -> None:
        panel = Panel(
            Text(text, style="bold"), title=job.name, subtitle=keys, padding=(1, 2), expand=False
        )
        self.console.print(panel)

    async def _yes_or_no(self) -> bool | None:
        while True:
            said = (await _line(self.console)).strip().lower()
            if said in ("", "?"):
                return None
            if said[0] in "oy":  # oui, yes
                return True
            if said[0] == "n":
                return False
            self.console.print(_("Please answer y, n or Enter."))


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
    from kit.cli.flash import choose
    from provisioning.ports import SystemPorts

    chosen = choose([port] if port else [], every=False, source=source or SystemPorts())[0]
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


async def _line(console: Console) -> str:
    """Return the next line from the keyboard; whoever is interrupted does not wait for Enter."""
    loop = asyncio.get_running_loop()
    line: asyncio.Future[str] = loop.create_future()

    def read() -> None:
        try:
            said = console.input("> ")
        except EOFError:
            said = ""
        loop.call_soon_threadsafe(_settle, line, said)

    threading.Thread(target=read, name="keyboard", daemon=True).start()
    return await line


def _settle(line: "asyncio.Future[str]", said: str) -> None:
    if not line.done():
        line.set_result(said)
