"""The way back into a board whose program has gone wrong. Readings that wait are never touched.

A program can keep Ctrl-C out, sleep, or start over and over; it cannot keep out who interrupts in
the two seconds after a reset: the firmware's ``boot.py`` waits for that before it runs a program.
"""

import asyncio
import contextlib
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

import serial

from provisioning import console, diagnosis, install, staging
from provisioning.board import Board
from provisioning.cards import CardError, failure
from provisioning.install import Installed, Progress
from provisioning.program import program_for

WAIT_S = 60.0
"""How long somebody has to press the reset button."""

_AT_ONCE_S = 5.0
"""A board whose reset line the computer holds has started by then, and shown its prompt."""

_PULSE_S = 0.1
_NEEDED_BYTES = 300_000
"""Each file takes whole blocks, and a new program lies beside the old one for a moment."""

_CLOSED = frozenset({"raw-repl-refused", "no-answer", "asleep"})
"""What is said of a board that a reset may open. One that crashes at each start had its chance."""


@dataclass
class Condition:
    """How a board is. ``program`` and ``boot``: what is wrong with main.py and boot.py, if any.

    ``configuration``: what is wrong with it. ``waiting``: readings on the flash that no broker has
    yet. ``crashes``: in a row; three lead to safe mode. ``free``, ``size``: bytes of the flash.
    ``large``: files of somebody's own and their size, the largest first. ``log``: oldest first.
    """

    program: str = ""
    boot: str = ""
    configuration: str = ""
    waiting: int = 0
    crashes: int = 0
    free: int = 0
    size: int = 0
    large: dict[str, int] = field(default_factory=dict)
    log: list[str] = field(default_factory=list)

    @property
    def safe_mode(self) -> bool:
        """Whether the firmware has given the program up until the next power-on."""
        return self.crashes >= 3

    @property
    def full(self) -> bool:
        """Whether there is no room for a program beside the one that is there."""
        return bool(self.size) and self.free < _NEEDED_BYTES


class Reset(StrEnum):
    """What became of the configuration: without networks now, laid aside, or not there at all."""

    RESET = "reset"
    ASIDE = "aside"
    NONE = "none"


async def get_in(board: Board, ask_for_reset: Callable[[], None]) -> None:
    """Bring the board to its prompt, whatever its program does. Raises CardError.

    ``ask_for_reset`` is called when somebody has to press EN (or RST): where the computer cannot do
    it itself.
    """
    try:
        await board.ask("")
    except CardError as error:
        if error.code not in _CLOSED:
            raise
    else:
        return
    heard = await _knock_after_pulse(board.port)
    if not heard.prompt:
        ask_for_reset()
        heard = await _knock_until(board.port, WAIT_S)
    if heard.prompt:
        await board.ask("")
        return
    seen = diagnosis.last_words(heard.text)
    if diagnosis.is_blank(heard.text):
        raise failure("no-micropython", seen=seen)
    raise failure(diagnosis.trouble(heard.text) or "no-way-in", seen=seen)


async def examine(board: Board) -> Condition:
    """Ask a board that is at its prompt how it is."""
    script = staging.board_code("examine") + b"\nexamine()\ntell_log()\n"
    return _understood(await board.run([script], fresh=True, timeout_s=60))


async def build_of(board: Board) -> str:
    """Return the id of the build that is installed, or was enrolled; empty if nobody knows."""
    code = """
import json
for name in ("build.json", "config.json"):
    try:
        with open("/" + name) as file:
            told = json.load(file)
        print(json.dumps(told.get("id") or told.get("build") or ""))
        break
    except Exception:
        pass
"""
    lines = (await board.ask(code)).split()
    return str(json.loads(lines[-1])) if lines else ""


async def reset_program(board: Board, build: str, on_progress: Progress) -> Installed:
    """Install the kit's own program of that build again; what was changed is kept beside it."""
    wanted = await program_for(board, build)
    return await install.install(board, wanted.files, on_progress)


async def reset_configuration(board: Board) -> Reset:
    """Let the board forget its networks and settings, not who it is. Nothing of it is printed."""
    script = staging.board_code("reset_config") + b"\nreset_config()\n"
    return Reset((await board.run([script], timeout_s=30)).split()[-1])


def _understood(output: str) -> Condition:
    told = [json.loads(line) for line in output.splitlines() if line.startswith("{")]
    condition = Condition(**told[0], log=[line["log"] for line in told[1:]])
    condition.large = dict(sorted(condition.large.items(), key=lambda file: -file[1]))
    return condition


async def _knock_after_pulse(port: str) -> console.Heard:
    """Reset the board as esptool does, where the port can, and interrupt what starts."""
    with contextlib.suppress(OSError):  # a virtual port has no such lines: ENOTTY
        await asyncio.to_thread(_pulse, port)
    return await console.knock(port, _AT_ONCE_S)


async def _knock_until(port: str, seconds: float) -> console.Heard:
    """Interrupt until the prompt is there, also through a port that goes away with the reset."""
    until = time.monotonic() + seconds
    heard = console.Heard("", prompt=False)
    while not heard.prompt and time.monotonic() < until:
        try:
            heard = await console.knock(port, until - time.monotonic())
        except CardError as error:
            if error.code not in ("no-port", "cable-pulled", "no-answer"):
                raise
            await asyncio.sleep(0.2)
        if diagnosis.is_clear(heard.text):
            break
    return heard


def _pulse(port: str) -> None:
    """Pull EN low for a moment through RTS, with IO0 high: the chip starts its program.

    Espressif, "esptool documentation", chapter "Boot Mode Selection", Automatic Bootloader.
    """
    with serial.Serial(port, 115200, exclusive=True) as line:
        line.dtr = False
        line.rts = True
        time.sleep(_PULSE_S)
        line.rts = False
