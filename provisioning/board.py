"""A board with MicroPython on it, as ``mpremote`` reaches it."""

import asyncio
from pathlib import Path

from provisioning import cards, tools
from provisioning.tools import Listener, Outcome


class Board:
    """The board on one serial port. Every call is one run of mpremote, and interrupts the program.

    After the last call :meth:`restart` lets the board go on by itself.
    """

    def __init__(self, port: str) -> None:
        self.port = port

    async def ask(
        self,
        code: str,
        *,
        timeout_s: float = 15,
        fresh: bool = False,
        on_line: Listener | None = None,
    ) -> str:
        """Run some MicroPython on the board; return what it prints.

        ``fresh`` restarts MicroPython first (a soft reset: ``boot.py`` runs, ``main.py`` does not);
        without it the code runs beside whatever the program has left in memory. Raises CardError if
        the board cannot be reached, BoardError if the code fails there.
        """
        before = () if fresh else ("resume",)
        outcome = await self._run(*before, "exec", code, timeout_s=timeout_s, on_line=on_line)
        return outcome.output.replace("\r\n", "\n")

    async def copy(self, folder: Path, target: str, *, timeout_s: float = 180) -> None:
        """Copy what a folder holds into a folder of the board that exists."""
        names = sorted(map(str, await asyncio.to_thread(lambda: list(folder.iterdir()))))
        if names:
            await self._run("resume", "fs", "cp", "-r", *names, f":{target}", timeout_s=timeout_s)

    async def restart(self) -> None:
        """Let the board start anew, as with its reset button."""
        await tools.run(
            tools.mpremote(
                self.port, "resume", "exec", "--no-follow", "import machine; machine.reset()"
            ),
            timeout_s=10,
        )

    async def _run(
        self, *arguments: str, timeout_s: float, on_line: Listener | None = None
    ) -> Outcome:
        command = tools.mpremote(self.port, *arguments)
        outcome = await tools.run(command, timeout_s=timeout_s, on_line=on_line)
        if outcome.code == 0:
            return outcome
        if "Traceback" in outcome.output:
            raise BoardError(outcome.output)
        if outcome.timed_out:
            raise cards.failure("no-answer")
        raise cards.failure("raw-repl-refused", seen=outcome.output.strip()[-200:])


class BoardError(Exception):
    """Code that the bench ran on a board failed there: a fault of the kit; holds the traceback."""
