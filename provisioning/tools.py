"""``esptool`` and ``mpremote`` as processes: their output line by line, and an end in time.

Both are run as they are: esptool is under the GPL, this kit under the MIT licence, and mpremote's
modules are not yet a stable interface. Each call has a timeout, for a board that says nothing lets
mpremote wait for ever.
"""

import asyncio
import contextlib
import os
import sys
from collections.abc import Callable, Sequence
from typing import NamedTuple

Listener = Callable[[str], None]
"""Hears each line of a tool as it comes, without its end."""

_KILL_AFTER_S = 2.0


class Outcome(NamedTuple):
    """How a tool ended: its exit code (``None``: it was ended, time was up) and all it said."""

    code: int | None
    output: str

    @property
    def timed_out(self) -> bool:
        """Whether it was ended because time was up."""
        return self.code is None


def esptool(port: str, *arguments: str) -> list[str]:
    """Return the command line of esptool for a board."""
    return [sys.executable, "-m", "esptool", "--port", port, *arguments]


def mpremote(port: str, *arguments: str) -> list[str]:
    """Return the command line of mpremote for a board."""
    return [sys.executable, "-m", "mpremote", "connect", port, *arguments]


async def run(
    command: Sequence[str], *, timeout_s: float, on_line: Listener | None = None
) -> Outcome:
    """Run a tool to its end. ``on_line`` hears its lines; a carriage return ends one too.

    It is ended when time is up, and when the caller is cancelled. Standard input is empty.
    """
    process = await asyncio.create_subprocess_exec(
        *command,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        env={**os.environ, "PYTHONUNBUFFERED": "1", "PYTHONIOENCODING": "utf-8"},
    )
    heard: list[str] = []
    try:
        async with asyncio.timeout(timeout_s):
            await _read(process, heard, on_line)
            return Outcome(await process.wait(), "".join(heard))
    except TimeoutError:
        return Outcome(None, "".join(heard))
    finally:
        await _end(process)


async def _read(
    process: asyncio.subprocess.Process, heard: list[str], on_line: Listener | None
) -> None:
    assert process.stdout is not None
    unfinished = ""
    while chunk := await process.stdout.read(4096):
        text = chunk.decode(errors="replace")
        heard.append(text)
        if on_line is None:
            continue
        *lines, unfinished = (unfinished + text).replace("\r", "\n").split("\n")
        for line in filter(None, lines):
            on_line(line)
    if on_line is not None and unfinished:
        on_line(unfinished)


async def _end(process: asyncio.subprocess.Process) -> None:
    if process.returncode is not None:
        return
    with contextlib.suppress(ProcessLookupError):
        process.terminate()
    try:
        await asyncio.wait_for(asyncio.shield(process.wait()), _KILL_AFTER_S)
    except TimeoutError:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
