"""The serial port of a board: a pseudo-terminal behind a stable name, such as ``ttyUSB0``.

It has no control lines (every TIOCM request fails, which the tools take). What nobody reads is
lost, as on a real line; the board never waits for a reader.
"""

import contextlib
import fcntl
import os
import select
import struct
import termios
import time
import tty
from pathlib import Path

_TCGETS2 = 0x802C542A  # asm-generic/ioctls.h
_TERMIOS2_SIZE = 44
_DEFAULT_BAUD = 115_200
_BITS_PER_BYTE = 10

_LOST_AFTER_S = 2.0
"""After so long without a byte read, what waits for the reader is lost."""

CHUNK = 4096


class SerialPort:
    """One port. It can be listed and opened while it is plugged in.

    ``baud_true``: lets no more bytes through than the line would at the rate that the tool has set.
    ``waiting`` holds what the reader has not yet taken.
    """

    def __init__(self, link: Path, *, baud_true: bool = False) -> None:
        self._link = link
        self._baud_true = baud_true
        self._master = -1
        self._progress_at = 0.0
        self._line_free_at = {"in": 0.0, "out": 0.0}
        self.waiting = bytearray()

    def plug(self) -> None:
        """Let the port appear."""
        self._master, slave = os.openpty()
        tty.setraw(slave)
        name = os.ttyname(slave)
        os.close(slave)
        os.set_blocking(self._master, False)
        self._link.parent.mkdir(parents=True, exist_ok=True)
        self._link.unlink(missing_ok=True)
        self._link.symlink_to(name)
        self.waiting.clear()
        # Only changes: a port that nobody has open would report that without end.
        self._events = select.epoll()
        self._events.register(
            self._master, select.EPOLLIN | select.EPOLLOUT | select.EPOLLHUP | select.EPOLLET
        )

    def fileno(self) -> int:
        """Return a descriptor that is readable when something has changed; see :meth:`clear`."""
        return self._events.fileno()

    def clear(self) -> None:
        """Take notice of what has changed."""
        self._events.poll(0)

    def unplug(self) -> None:
        """Let it vanish; whoever has it open meets an input/output error."""
        self._link.unlink(missing_ok=True)
        if self._master >= 0:
            self._events.close()
            os.close(self._master)
            self._master = -1

    @property
    def is_open(self) -> bool:
        """Whether somebody on the PC has it open."""
        poller = select.poll()
        poller.register(self._master, 0)
        return not poller.poll(0)

    def receive(self) -> bytes | None:
        """Return what the PC has sent; nothing yet: ``b""``; nobody has it open: ``None``."""
        size = CHUNK if self._may_pass("in") else 0
        if not size:
            return b""
        try:
            data = os.read(self._master, size)
        except BlockingIOError:
            return b""
        except OSError:
            return None
        self._passed("in", len(data))
        return data

    def send(self, data: bytes) -> None:
        """Send to the PC, as soon as it reads; lost if nobody has the port open."""
        if not self.is_open:
            self.waiting.clear()
            return
        if not self.waiting:
            self._progress_at = time.monotonic()
        self.waiting += data
        self.flush()

    def flush(self) -> None:
        """Hand on what waits."""
        while self.waiting and self._may_pass("out"):
            size = 256 if self._baud_true else CHUNK
            try:
                sent = os.write(self._master, self.waiting[:size])
            except BlockingIOError:
                if time.monotonic() - self._progress_at > _LOST_AFTER_S:
                    self.waiting.clear()
                return
            except OSError:
                self.waiting.clear()
                return
            self._passed("out", sent)
            del self.waiting[:sent]
            self._progress_at = time.monotonic()

    def busy_s(self) -> float | None:
        """Return the seconds until the line can carry more; ``None``: it is free."""
        now = time.monotonic()
        ends = [end - now for end in self._line_free_at.values() if end > now]
        return min(ends, default=None)

    def _may_pass(self, way: str) -> bool:
        return not self._baud_true or time.monotonic() >= self._line_free_at[way]

    def _passed(self, way: str, count: int) -> None:
        if self._baud_true:
            begin = max(self._line_free_at[way], time.monotonic() - 0.05)
            self._line_free_at[way] = begin + count * _BITS_PER_BYTE / self.baud()

    def baud(self) -> int:
        """Return the rate that the PC has set, in bits per second."""
        settings = bytearray(_TERMIOS2_SIZE)
        with contextlib.suppress(OSError):
            fcntl.ioctl(self._master, _TCGETS2, settings)
        return struct.unpack_from("<I", settings, 40)[0] or _DEFAULT_BAUD


def make_terminal() -> tuple[int, int]:
    """Return master and slave of a terminal for MicroPython.

    It interrupts nobody by itself: ISIG is on to tell that it is not at its prompt. What a program
    prints ends its lines as on the chip, by carriage return and line feed; those of the prompt do
    so by themselves and have one carriage return too many (see :func:`prints`).
    """
    master, slave = os.openpty()
    settings = termios.tcgetattr(slave)
    settings[0] = 0
    settings[1] = termios.OPOST | termios.ONLCR
    settings[2] |= termios.CS8 | termios.CREAD
    settings[3] = termios.ISIG | termios.NOFLSH
    characters = settings[6]
    characters[termios.VMIN] = 1
    characters[termios.VTIME] = 0
    for key in (termios.VINTR, termios.VQUIT, termios.VSUSP):
        characters[key] = b"\0"
    termios.tcsetattr(slave, termios.TCSANOW, settings)
    os.set_blocking(master, False)
    return master, slave


def prints(master: int) -> bool:
    """Whether what is sent through that terminal is text; else bytes that pass as they are."""
    return bool(termios.tcgetattr(master)[1] & termios.OPOST)


def is_prompting(master: int) -> bool:
    """Whether MicroPython has made itself ready to read at its prompt."""
    return not termios.tcgetattr(master)[3] & termios.ISIG
