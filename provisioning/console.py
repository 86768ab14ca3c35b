"""What a board says by itself on its port, before any tool speaks with it.

The port is opened by pyserial, as the tools do. What is heard tells why a board does not answer.
"""

import asyncio
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple, TypeVar

import serial

from provisioning import diagnosis

_Result = TypeVar("_Result")

_BAUD = 115200
_ATTEMPTS = 5
_AGAIN_AFTER_S = 0.4
"""A port may need a moment: its rights come after its name, a program that ended lets go late, and
a chip that is its own USB device comes back only a second after a reset."""

_KNOCK_EVERY_S = 0.25
_INTERRUPT = b"\r\x03"
_NORMAL_PROMPT = b"\r\x02"
_PROMPT = b">>> "
_KEPT_BYTES = 16_384


_THREADS = ThreadPoolExecutor(max_workers=32, thread_name_prefix="port")
"""Of its own: asyncio has but six threads on a PC of two cores, and a class set twelve boards."""


class Heard(NamedTuple):
    """What a board said, and whether MicroPython's prompt came up."""

    text: str
    prompt: bool


async def check(port: str) -> None:
    """See that the port can be used. Raises CardError: no-port, permission, port-busy, driver."""
    for attempt in range(_ATTEMPTS):
        try:
            await _in_thread(lambda: _open(port).close())
        except serial.SerialException as error:
            if attempt == _ATTEMPTS - 1:
                raise await asyncio.to_thread(diagnosis.cannot_open, port, error) from error
            await asyncio.sleep(_AGAIN_AFTER_S)
        else:
            return


async def listen(port: str, seconds: float, begun: asyncio.Event | None = None) -> Heard:
    """Hear for some seconds what the board says by itself; until it restarts over and over.

    ``begun`` is set when the port is open.
    """
    return await _hear(port, seconds, begun, knock=False)


async def knock(port: str, seconds: float, begun: asyncio.Event | None = None) -> Heard:
    """Interrupt the board's program until MicroPython shows its prompt, for some seconds at most.

    ``begun`` is set when the port is open. Raises CardError if that cannot be used or goes away.
    """
    return await _hear(port, seconds, begun, knock=True)


async def _hear(port: str, seconds: float, begun: asyncio.Event | None, *, knock: bool) -> Heard:
    await check(port)
    enough = threading.Event()
    loop = asyncio.get_running_loop()

    def hear() -> Heard:
        with _open(port) as line:
            if begun is not None:
                loop.call_soon_threadsafe(begun.set)
            return _hear_blocking(line, seconds, enough, knock=knock)

    try:
        return await _in_thread(hear)
    except (serial.SerialException, OSError) as error:
        raise await asyncio.to_thread(diagnosis.went_away, port, error) from error
    finally:
        enough.set()  # where the caller was cancelled, the thread lets go of the port


async def _in_thread(work: Callable[[], _Result]) -> _Result:
    return await asyncio.get_running_loop().run_in_executor(_THREADS, work)


def _hear_blocking(
    line: serial.Serial, seconds: float, enough: threading.Event, *, knock: bool
) -> Heard:
    heard = bytearray()
    until = time.monotonic() + seconds
    knock_at = 0.0
    while time.monotonic() < until and not enough.is_set():
        if knock and time.monotonic() >= knock_at:
            line.write(_INTERRUPT + _NORMAL_PROMPT)
            knock_at = time.monotonic() + _KNOCK_EVERY_S
        heard += line.read(line.in_waiting or 1)
        del heard[:-_KEPT_BYTES]
        if (knock and heard.endswith(_PROMPT)) or diagnosis.is_clear(_text(heard)):
            break
    return Heard(_text(heard), knock and heard.endswith(_PROMPT))


def _text(heard: bytearray) -> str:
    return heard.decode(errors="replace")


def _open(port: str) -> serial.Serial:
    """Open a port for this program alone, without resetting the board.

    DTR and RTS are wired to the chip's boot and reset lines. Linux and macOS raise both when they
    open a port, which changes nothing as long as they stay so; Windows does as it is told.
    """
    line = serial.Serial(baudrate=_BAUD, timeout=0.1, write_timeout=1, exclusive=True)
    line.port = port
    if sys.platform == "win32":
        line.dtr = line.rts = False
    line.open()
    return line
