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

from device.twin.chip.micropython import MicroPython
from device.twin.chip.serial_port import CHUNK, is_prompting, make_terminal, prints

RAW_GREETING = b"raw REPL; CTRL-B to exit\r\n>"
_PC_GREETING = re.compile(rb"MicroPython [^\r\n]*; linux [^\r\n]*\r\n[^\r\n]*\r\n")
_GREETING_BEGIN = b"MicroPython "
_GREETING_GOES_ON = re.compile(
    rb"MicroPython \w{6,}[^\r\n;]*(; linux [^\r\n]*(\r\n?[^\r\n]*\r?)?)?"
)
_LONGEST_GREETING = 200
_PROMPT = b">>> "

_INTERRUPT = b"\x03"
_TO_RAW = b"\x01"
_INTERRUPT_TAKES_S = 0.5
"""How long what follows a Ctrl-C waits for the prompt that it should bring."""

_TYPED_AHEAD_S = 0.05
"""How long what comes while a program runs waits for the prompt."""

_AGAIN_AFTER_S = 2.0
"""How long after a Ctrl-C another one, of a program that still runs, is left out."""

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


class Interpreter:
    """One run of MicroPython, from its start to its end.

    ``terminal`` and ``news`` are the file descriptors to poll. ``raw``: it begins in the raw REPL,
    as after a soft reset there. ``greeting``: what the chip says at its prompt.
    """

    def __init__(
        self, micropython: MicroPython, folder: Path, greeting: bytes, *, raw: bool
    ) -> None:
        self.raw = raw
        self._interrupt_signal = micropython.interrupt
        self._greeting = greeting
        self._entering_raw = raw
        self._held = bytearray()
        self._came_at = 0.0
        self._held_until = 0.0
        self._interrupted_at = -_AGAIN_AFTER_S
        self._unfinished = b""
        self._tail = b""
        self._after_return = False
        self._ready = False
        self.terminal, slave = make_terminal()
        control, self._control = os.pipe()
        self.news, news = os.pipe()
        for end in (self._control, self.news):
            os.set_blocking(end, False)
        self.pid = os.fork()
        if not self.pid:
            _become_board(micropython.run, folder, slave, control, news)
        for end in (slave, control, news):
            os.close(end)

    def write(self, data: bytes) -> None:
        """Hand on what the PC has sent. What follows a Ctrl-C waits until the prompt is there.

        MicroPython discards what it has not read when it comes back to its prompt.
        """
        if not self._held:
            self._came_at = time.monotonic()
        self._held += data
        del self._held[:-_LONGEST_INPUT]
        self.go_on()

    def go_on(self) -> None:
        """Hand on what can be handed on now."""
        while self._held and self._ready:
            running = _is_running(self.pid)
            if not running:
                self._interrupted_at = -_AGAIN_AFTER_S
            if not self._is_ready_to_read(running):
                return
            if running and self._held.startswith(_INTERRUPT):
                if not self._interrupt():
                    return
                del self._held[:1]
                continue
            end = self._held.find(_INTERRUPT) if running else -1
            try:
                sent = os.write(self.terminal, self._held[: end if end > 0 else None])
            except OSError:
                return
            del self._held[:sent]

    def _is_ready_to_read(self, running: bool) -> bool:
        """Whether what is handed on now is read, and not discarded on the way to the prompt.

        A program that may be about to end, or was interrupted, gets a moment for that; then it is
        taken for one that reads.
        """
        now = time.monotonic()
        if running and now < self._held_until:
            return False
        if is_prompting(self.terminal):
            return True
        return running and (_INTERRUPT in self._held or now > self._came_at + _TYPED_AHEAD_S)

    def _interrupt(self) -> bool:
        """Interrupt the program; return whether that is done, or is to be tried again soon.

        MicroPython takes it only while a program runs, and may die of it otherwise; so it is
        stopped while that is found out. One that runs as a program of its own also ends at a
        second one before it has handled the first, which therefore is left out.
        """
        now = time.monotonic()
        if now < self._interrupted_at + _AGAIN_AFTER_S:
            return True
        os.kill(self.pid, signal.SIGSTOP)
        state = os.waitid(os.P_PID, self.pid, os.WSTOPPED | os.WEXITED | os.WNOWAIT)
        if state is None or state.si_code not in (os.CLD_STOPPED, os.CLD_TRAPPED):
            return True  # it has ended meanwhile
        os.waitid(os.P_PID, self.pid, os.WSTOPPED | os.WNOHANG)
        hears = _is_running(self.pid)
        if hears:
            os.kill(self.pid, self._interrupt_signal)
            self._interrupted_at = now
            self._held_until = now + _INTERRUPT_TAKES_S
        os.kill(self.pid, signal.SIGCONT)
        return hears

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
        return self._watch(self._level(self._unfinished + self._end_lines(data)))

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


def _is_running(pid: int) -> bool:
    """Whether that MicroPython runs a program which Ctrl-C is to interrupt.

    It has a handler for SIGINT then, and only then (proc_pid_status(5), SigCgt).
    """
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="ascii", errors="replace")
    except OSError:
        return False
    caught = re.search(r"^SigCgt:\s*([0-9a-f]+)$", status, re.MULTILINE)
    return caught is not None and bool(int(caught[1], 16) >> (signal.SIGINT - 1) & 1)


def _become_board(
    run: Callable[[], int], folder: Path, terminal: int, control: int, news: int
) -> None:
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
