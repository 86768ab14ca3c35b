"""A serial line that garbles what is said too fast: what a long or bad USB cable does.

It is a pseudo-terminal of its own before the board's port. What the tool sends goes on unchanged up
to a baud rate; above it, one bit of every so many bytes is turned.
"""

import contextlib
import os
import select
import termios
import threading
import tty
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_BAUDS = {
    getattr(termios, name): int(name[1:])
    for name in dir(termios)
    if name[0] == "B" and name[1:].isdigit()
}
_EVERY_BYTES = 5000


@contextmanager
def noisy_line(port: str, link: Path, *, good_up_to: int) -> Iterator[str]:
    """Lead a line to a port; yield the path of its other end. ``good_up_to``: bits a second."""
    ours, theirs = os.openpty()
    tty.setraw(theirs)
    link.symlink_to(os.ttyname(theirs))
    stop_reading, stop_writing = os.pipe()
    thread = threading.Thread(
        target=_carry, args=(ours, port, stop_reading, good_up_to), name="line", daemon=True
    )
    thread.start()
    try:
        yield str(link)
    finally:
        os.close(stop_writing)
        thread.join()
        link.unlink()
        for descriptor in (ours, theirs, stop_reading):
            os.close(descriptor)


def _carry(ours: int, port: str, stop: int, good_up_to: int) -> None:
    board = os.open(port, os.O_RDWR | os.O_NOCTTY)
    tty.setraw(board)
    sent = 0
    try:
        while True:
            ready, _, _ = select.select([ours, board, stop], [], [])
            if stop in ready:
                return
            if ours in ready:
                said = bytearray(os.read(ours, 4096))
                if _BAUDS.get(termios.tcgetattr(ours)[5], 0) > good_up_to:
                    for at in range(-sent % _EVERY_BYTES, len(said), _EVERY_BYTES):
                        said[at] ^= 0x10
                    sent += len(said)
                _write(board, said)
            if board in ready:
                with contextlib.suppress(OSError):
                    _write(ours, os.read(board, 4096))
    finally:
        os.close(board)


def _write(descriptor: int, data: bytes | bytearray) -> None:
    while data:
        data = data[os.write(descriptor, data) :]
