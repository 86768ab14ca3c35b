"""Boards that only talk: their program, or a lack of power, leaves room for nothing else."""

import os
import threading
import tty
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

START = (
    b"ets Jul 29 2019 12:21:46\r\n\r\nrst:0x1 (POWERON_RESET),boot:0x13 (SPI_FAST_FLASH_BOOT)\r\n"
    b"configsip: 0, SPIWP:0xee\r\nmode:DIO, clock div:2\r\nentry 0x400805f0\r\n"
)

BROWNOUT = (
    START.replace(b"0x1 (POWERON_RESET)", b"0xf (RTCWDT_BROWN_OUT_RESET)")
    + b"\r\nBrownout detector was triggered\r\n\r\n"
)

AWAKE = START.replace(b"0x1 (POWERON_RESET)", b"0x5 (DEEPSLEEP_RESET)")
"""Awake for a moment, before it sleeps again."""


@contextmanager
def talking_board(folder: Path, words: bytes) -> Iterator[str]:
    """Yield the port of a board that says these words again and again, and never listens."""
    master, slave = os.openpty()
    tty.setraw(slave)
    os.set_blocking(master, False)
    port = folder / "ttyUSB0"
    port.symlink_to(os.ttyname(slave))
    done = threading.Event()
    talker = threading.Thread(target=_talk, args=(master, words, done))
    talker.start()
    try:
        yield str(port)
    finally:
        done.set()
        talker.join()
        os.close(slave)
        os.close(master)


def _talk(master: int, words: bytes, done: threading.Event) -> None:
    while not done.wait(0.02):
        with suppress(BlockingIOError):
            os.read(master, 4096)
        with suppress(BlockingIOError):  # nobody reads: lost, as on a line
            os.write(master, words)
