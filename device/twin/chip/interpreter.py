"""The MicroPython in a board: a process on a terminal of its own, and what passes in and out.

What the PC's MicroPython does otherwise than the chip's is levelled here: its greeting, and that it
ends where the chip starts anew with the raw REPL still on.
"""

import contextlib
import fcntl
import os
import re
import signal
import termios
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from device.twin.chip.serial_port import CHUNK, interrupt, interrupts, make_terminal, prints

RAW_GREETING = b"raw REPL; CTRL-B to exit\r\n>"
_PC_GREETING = re.compile(rb"MicroPython [^\r\n]*; linux [^\r\n]*\r\n[^\r\n]*\r\n")
_GREETING_BEGIN = b"MicroPython "
_GREETING_GOES_ON = re.compile(
    rb"MicroPython \w{6,}[^\r\n;]*(; linux [^\r\n]*(\r\n?[^\r\n]*\r?)?)?"
)
_LONGEST_GREETING = 200
_PROMPT = b">>> "

_INTERRUPT = b"\x03"
_END = 0x04
_ENDS = 3
_TO_RAW = b"\x01"
_INTERRUPT_TAKES_S = 0.5
"""How long what follows a Ctrl-C waits for the prompt that it should bring."""

_LONGEST_INPUT = 4096

CONTROL = 3
"""File descriptor on which the board's MicroPython hears of changes in its world."""

NEWS = 4
"""File descriptor on which it tells what no serial line carries."""


@dataclass(frozen=True)
class Ending:
    """How the process ended: by a signal, or with an exit code."""

    signal: int | None
    code: int | None


class Pasting:
    """Follows raw paste mode by what MicroPython prints (its documentation, "raw-paste mode").

    It answers ``R 0x01``, then a window byte and more, and 0x04 once it has the whole program; the
    program's output ends with 0x04, its errors with 0x04 and the prompt.
    """

    def __init__(self) -> None:
        self._ends: int | None = None  # of the program, its output, its errors; None: no pasting
        self._last = b""

    def hear(self, data: bytes) -> bool | None:
        """Take what it prints; return whether a program now runs, ``None`` if nothing changes."""
        changed: bool | None = None
        for byte in data:
            before, self._last = self._last, bytes((byte,))
            if self._ends is None:
                if before + self._last == b"R\x01":
                    self._ends = 0
            elif byte == _END:
                self._ends += 1
                changed = True if self._ends == 1 else changed
            elif self._ends >= _ENDS and before == bytes((_END,)) and self._last == b">":
                self._ends, changed = None, False
        return changed


Run = Callable[[], int]
"""Runs MicroPython in this process, and returns its exit code."""


class Interpreter:
    """One run of MicroPython, from its start to its end.

    ``terminal`` and ``news`` are the file descriptors to poll. ``raw``: it begins in the raw REPL,
    as after a soft reset there. ``greeting``: what the chip says at its prompt.
    """

    def __init__(self, run: Run, folder: Path, greeting: bytes, *, raw: bool) -> None:
        self.raw = raw
        self._greeting = greeting
        self._entering_raw = raw
        self._held = bytearray()
        self._held_until: float | None = None
        self._unfinished = b""
        self._tail = b""
        self._after_return = False
        self._ready = False
        self._pasting = Pasting()
        self.terminal, slave = make_terminal()
        control, self._control = os.pipe()
        self.news, news = os.pipe()
        for end in (self._control, self.news):
            os.set_blocking(end, False)
        self.pid = os.fork()
        if not self.pid:
            _become_board(run, folder, slave, control, news)
        for end in (slave, control, news):
            os.close(end)

    def write(self, data: bytes) -> None:
        """Hand on what the PC has sent. What follows a Ctrl-C waits until the prompt is there.

        MicroPython discards what it has not read when it comes back to its prompt; and a second
        Ctrl-C before it has handled the first would end it.
        """
        self._held += data
        del self._held[:-_LONGEST_INPUT]
        self.go_on()

    def go_on(self) -> None:
        """Hand on what can be handed on now."""
        while self._held and self._ready:
            running = interrupts(self.terminal)
            if self._held_until is not None:
                if running and time.monotonic() < self._held_until:
                    return
                self._held_until = None
            end = self._held.find(_INTERRUPT) + 1 if running else 0
            part = bytes(self._held[: end or len(self._held)])
            try:
                sent = os.write(self.terminal, part)
            except OSError:
                return
            del self._held[:sent]
            if end and sent == end:
                self._held_until = time.monotonic() + _INTERRUPT_TAKES_S

    @property
    def is_holding(self) -> bool:
        """Whether something waits to be handed on."""
        return bool(self._held)

    def tell(self, line: str) -> None:
        """Tell it of a change in its world; what lasts it finds in its folder as well."""
        with contextlib.suppress(OSError):
            os.write(self._control, line.encode() + b"\n")

    def hear(self) -> Iterator[list[str]]:
        """Yield what it tells beside the line, in words."""
        try:
            told = os.read(self.news, 65536)
        except OSError:
            return
        for line in told.decode(errors="replace").splitlines():
            words = line.split()
            if words == ["ready"]:
                self._ready = True
                self.go_on()
            elif words:
                yield words

    def read(self) -> bytes | None:
        """Return what it has printed; ``None``: it has ended."""
        try:
            data = os.read(self.terminal, CHUNK)
        except BlockingIOError:
            return b""
        except OSError:
            return None
        self._let_interrupts_through(data)
        return self._watch(self._level(self._unfinished + self._end_lines(data)))

    def _let_interrupts_through(self, data: bytes) -> None:
        """Have 0x03 interrupt also what was pasted: MicroPython on a PC forgets that."""
        running = self._pasting.hear(data)
        if running is not None:
            interrupt(self.terminal, running)

    def _end_lines(self, data: bytes) -> bytes:
        """Take out the carriage returns that the terminal has added to those of the prompt."""
        if not prints(self.terminal):
            return data
        after_return, self._after_return = self._after_return, data.endswith(b"\r")
        if after_return and data.startswith(b"\r\n"):
            data = data[1:]
        return data.replace(b"\r\r\n", b"\r\n")

    def _level(self, data: bytes) -> bytes:
        """Replace the PC's greeting by the chip's; keep one that is not yet whole."""
        self._unfinished = b""
        if self._entering_raw:
            return self._enter_raw(data)
        data = _PC_GREETING.sub(lambda _: self._greeting, data)
        begin = data.rfind(_GREETING_BEGIN)
        if begin >= 0 and _GREETING_GOES_ON.fullmatch(data, begin):
            data, self._unfinished = data[:begin], data[begin:]
        return data

    def _enter_raw(self, data: bytes) -> bytes:
        """Hide the prompt that the chip would not show, and change to the raw REPL."""
        greeting = _PC_GREETING.search(data)
        if greeting is None:
            begin = data.rfind(_GREETING_BEGIN)
            if begin < 0:
                return data
            data, self._unfinished = data[:begin], data[begin:]
            return data
        if not data.endswith(_PROMPT):
            self._unfinished = data[greeting.start() :]
            return data[: greeting.start()]
        self._entering_raw = False
        os.write(self.terminal, _TO_RAW)
        return data[: greeting.start()]

    def _watch(self, data: bytes) -> bytes:
        """Remember which of the two REPLs it is in."""
        self._tail = (self._tail + data)[-2 * _LONGEST_GREETING :]
        raw, friendly = self._tail.rfind(RAW_GREETING), self._tail.rfind(self._greeting)
        if raw != friendly:
            self.raw = raw > friendly
        return data

    def kill(self) -> None:
        """End it at once, as when the power goes."""
        os.kill(self.pid, signal.SIGKILL)
        self.wait()

    def wait(self) -> Ending:
        """Return how it ended, and let go of it."""
        _, status = os.waitpid(self.pid, 0)
        for end in (self.terminal, self.news, self._control):
            os.close(end)
        if os.WIFSIGNALED(status):
            return Ending(os.WTERMSIG(status), None)
        return Ending(None, os.WEXITSTATUS(status))


def _become_board(run: Run, folder: Path, terminal: int, control: int, news: int) -> None:
    """In the child: take the terminal, and run MicroPython. Never returns."""
    status = 70
    try:
        os.setsid()
        fcntl.ioctl(terminal, termios.TIOCSCTTY, 0)
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # until MicroPython hears it itself
        high = [fcntl.fcntl(end, fcntl.F_DUPFD, 10) for end in (control, news)]
        for target in (0, 1, 2):
            os.dup2(terminal, target)
        os.dup2(high[0], CONTROL)
        os.dup2(high[1], NEWS)
        os.closerange(5, 4096)
        os.chdir(folder)
        status = run()
    finally:
        os._exit(status)
