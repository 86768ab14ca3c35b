"""Who answers the bench's questions at a terminal: somebody, or nobody."""

import asyncio
from typing import Protocol

from rich.console import Console
from rich.panel import Panel
from rich.prompt import Confirm

from kit.i18n import _
from provisioning.bench.model import Job, Kind, Question


class Screen(Protocol):
    """What must leave the terminal to a question."""

    def pause(self) -> None:
        """Leave the terminal."""

    def go_on(self) -> None:
        """Take it back."""


class Nobody:
    """There is nobody: what only a person can see or do is not checked."""

    async def answer(self, _job: Job, question: Question) -> bool | None:
        """Say so."""
        return False if question.kind is Kind.DO else None


class TerminalPerson:
    """Somebody at the terminal, who is asked one thing at a time."""

    def __init__(self, console: Console, screen: Screen) -> None:
        self._console = console
        self._screen = screen
        self._one_at_a_time = asyncio.Lock()

    async def answer(self, job: Job, question: Question) -> bool | None:
        """Ask for a yes or no; for something to be done, show it and go on at once."""
        name = job.key.device if job.key else job.name
        async with self._one_at_a_time:
            self._screen.pause()
            self._console.print(Panel(question.text, title=name, title_align="left"))
            try:
                if question.kind is Kind.DO:
                    return None
                return await asyncio.to_thread(
                    Confirm.ask, _("Yes or no?"), console=self._console, choices=[_("y"), _("n")]
                )
            finally:
                self._screen.go_on()
