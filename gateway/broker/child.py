"""A program that lives and dies with this process, and whose log lines we read."""

import asyncio
import contextlib
import ctypes
import os
import signal
import sys
from collections.abc import Callable

LINE_LIMIT = 1 << 20
"""Longest line that is read whole, in bytes."""

_SET_PARENT_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG, prctl(2)


class Child:
    """One running program. Make it with :meth:`start`."""

    def __init__(self, process: asyncio.subprocess.Process, on_line: Callable[[str], None]) -> None:
        self._process = process
        self._on_line = on_line
        self._reader = asyncio.create_task(self._read(), name=f"log of process {process.pid}")
        self.exited = asyncio.create_task(self._exit(), name=f"end of process {process.pid}")
        """Ends, with the exit code, when the program has ended and its last line was heard."""

    @classmethod
    async def start(cls, command: list[str], on_line: Callable[[str], None]) -> "Child":
        """Start a program; ``on_line`` hears each line of its output.

        On Linux the kernel ends the program when the thread that called this ends, whatever the
        reason, kill -9 included. Elsewhere it is ended by :meth:`stop` alone.
        """
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            limit=LINE_LIMIT,
            start_new_session=os.name == "posix",  # Ctrl-C at the terminal is ours to handle
            preexec_fn=_die_with_parent() if sys.platform == "linux" else None,
        )
        return cls(process, on_line)

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    def send(self, number: int) -> None:
        """Send it a signal; nothing happens if it has already ended."""
        with contextlib.suppress(ProcessLookupError):
            self._process.send_signal(number)

    async def stop(self, grace: float) -> None:
        """Ask it to end, and end it if it has not after ``grace`` seconds."""
        with contextlib.suppress(ProcessLookupError):
            self._process.terminate()
        done, _ = await asyncio.wait({self.exited}, timeout=grace)
        if not done:
            with contextlib.suppress(ProcessLookupError):
                self._process.kill()
            await self.exited

    async def _exit(self) -> int:
        await self._reader
        return await self._process.wait()

    async def _read(self) -> None:
        output = self._process.stdout
        assert output is not None
        while True:
            try:
                line = await output.readline()
            except ValueError:  # longer than the limit: its beginning is lost, the rest follows
                continue
            if not line:
                return
            self._on_line(line.decode("utf-8", "replace").rstrip())


def _die_with_parent() -> Callable[[], None]:
    """Return what a new process does before it becomes the program: tie its life to ours.

    Everything is looked up beforehand: between fork and exec nothing may be imported or locked.
    """
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    parent, number = os.getpid(), int(signal.SIGTERM)

    def tie() -> None:
        prctl(_SET_PARENT_DEATH_SIGNAL, number, 0, 0, 0)
        if os.getppid() != parent:  # it died before the call above
            os._exit(1)

    return tie
