"""``esptool`` and ``mpremote`` as processes: their output line by line, and an end in time.

Both are run as they are: esptool is under the GPL, this kit under the MIT licence, and mpremote's
modules are not yet a stable interface. Each call has a timeout, for a board that says nothing lets
mpremote wait for ever.
"""

import asyncio
import codecs
import contextlib
import os
import sys
from collections.abc import Callable, Sequence
from typing import NamedTuple

Listener = Callable[[str], None]
"""Hears each line of a tool as it comes, without its end."""

_KILL_AFTER_S = 2.0


class Outcome(NamedTuple):
    """How a tool ended: its exit code (``None``: it was ended, time was up) and all it said.

    ``complaint`` is what it said on standard error, where that was asked for apart.
    """

    code: int | None
    output: str
    complaint: str = ""

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
    command: Sequence[str],
    *,
    timeout_s: float | None,
    idle_s: float | None = None,
    on_line: Listener | None = None,
    apart: bool = False,
) -> Outcome:
    """Run a tool to its end. ``on_line`` hears its lines; a carriage return ends one too.

    It is ended when it takes longer than ``timeout_s``, when it has said nothing for ``idle_s``,
    and when the caller is cancelled. Standard input is empty. Standard error is part of the output,
    or with ``apart`` in the outcome's ``complaint``, which ``on_line`` does not hear.
    """
    process = await asyncio.create_subprocess_exec(
        *command,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE if apart else asyncio.subprocess.STDOUT,
        env={**os.environ, "PYTHONUNBUFFERED": "1", "PYTHONIOENCODING": "utf-8"},
    )
    said: list[str] = []
    complaint: list[str] = []
    try:
        async with asyncio.timeout(timeout_s):
            await asyncio.gather(
                _read(process.stdout, said, idle_s, on_line), _read(process.stderr, complaint)
            )
            code: int | None = await process.wait()
    except TimeoutError:
        code = None
    finally:
        await _end(process)
    return Outcome(code, "".join(said), "".join(complaint))


async def _read(
    stream: asyncio.StreamReader | None,
    heard: list[str],
    idle_s: float | None = None,
    on_line: Listener | None = None,
) -> None:
    if stream is None:
        return
    decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
    unfinished = ""
    while chunk := await asyncio.wait_for(stream.read(4096), idle_s):
        text = decoder.decode(chunk)
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
