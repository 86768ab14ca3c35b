"""Who answers the bench's questions at a terminal: somebody, or nobody."""

import asyncio
import threading
from typing import Protocol

from rich.console import Console
from rich.panel import Panel
from rich.text import Text

from kit.i18n import _
from provisioning.bench.model import Job, Kind, Question


class Pausable(Protocol):
    """Something that draws on the terminal, and can leave it to a question."""

    def pause(self) -> None:
        """Leave the terminal."""

    def go_on(self) -> None:
        """Take it back."""


class Nobody:
    """Nobody is there: what a person must do or see is not checked."""

    async def answer(self, _job: Job, question: Question) -> bool | None:
        """Say that nobody does it, or can tell."""
        return False if question.kind is Kind.DO else None


class TerminalPerson:
    """Somebody before the terminal, asked one thing at a time, however many boards ask."""

    def __init__(self, console: Console, screen: Pausable | None = None) -> None:
        self.console = console
        self._screen = screen
        self._turn = asyncio.Lock()

    async def answer(self, job: Job, question: Question) -> bool | None:
        """Show what is to be done, or ask and wait; ``None``: the person cannot tell."""
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

    def _show(self, job: Job, text: str, keys: str) -> None:
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
