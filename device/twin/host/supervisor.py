"""A small process that starts boards, waits for them, and starts them again after a reset.

It runs apart from the host so that it can load MicroPython once and fork: a twin shares all memory
with it but its own heap. It imports the standard library alone, and little of that. Where
MicroPython is a program instead of the wheel's library, it starts that program for each twin.

Run as ``python -I -S supervisor.py MICROPYTHON BOARD``. Each line of its input is a request:
``{"do": "start", "folder", "firmware", "heap"}``, ``{"do": "cut", "folder"}`` for the power, or
``{"do": "tell", "folder", "line"}`` for the board's standard input. Each start and end is a line
of its output: ``{"folder", "pid", "cause"}``, ``{"folder", "ended": why}``. A board prints into
``console.log`` of its folder. When the host goes, everything ends.
"""

import contextlib
import gc
import json
import os
import select
import signal
import sys
import time
from collections.abc import Callable
from importlib.machinery import ExtensionFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from typing import Any

RESTART_S = 0.3
"""What an ESP32 needs from reset to the first line of Python; it also tames a loop of resets."""

TICK_S = 0.25
"""How often the watchdogs are looked at."""

POWER_CUT = "power-cut"
CRASH = "crash"


class Board:
    """One twin: what it is started with, and its process while it runs."""

    def __init__(self, request: dict[str, str]) -> None:
        self.folder = request["folder"]
        self.firmware = request["firmware"]
        self.heap = request["heap"]
        self.input, self.line = os.pipe()
        os.set_blocking(self.line, False)
        self.console = os.open(self.file("console.log"), os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        self.pid: int | None = None
        self.start_at: float | None = 0.0
        self.cause = "power"
        self.wanted_end: str | None = None

    def file(self, name: str) -> Path:
        """Return a file in the twin's folder."""
        return Path(self.folder, name)

    def close(self) -> None:
        """Let go of what it was started with."""
        for stream in (self.input, self.line, self.console):
            os.close(stream)


Launch = Callable[[Board], int]
"""Starts a board and returns its process."""


class Supervisor:
    """Runs the boards that the host asks for, until the host closes its end."""

    def __init__(self, requests: int, news: int, launch: Launch) -> None:
        self._requests = requests
        self._news = news
        self._launch = launch
        self._unfinished = b""
        self._boards: dict[str, Board] = {}
        self._ticked_at = time.monotonic()
        self._wake, wake_write = os.pipe()
        os.set_blocking(wake_write, False)
        os.set_blocking(self._wake, False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(wake_write)

    def run(self) -> None:
        """Serve the host."""
        try:
            while True:
                readable, _, _ = select.select([self._requests, self._wake], [], [], TICK_S)
                if self._wake in readable:
                    os.read(self._wake, 4096)
                if self._requests in readable and not self._take_requests():
                    return
                self._reap()
                self._watch()
                self._start_due()
        finally:
            self._end()

    def _end(self) -> None:
        running = [board.pid for board in self._boards.values() if board.pid is not None]
        for pid in running:
            os.kill(pid, signal.SIGKILL)
        for pid in running:
            os.waitpid(pid, 0)

    def _take_requests(self) -> bool:
        """Do what the host asks for; return False once it has gone."""
        received = os.read(self._requests, 65536)
        *lines, self._unfinished = (self._unfinished + received).split(b"\n")
        for line in lines:
            request = json.loads(line)
            board = self._boards.get(request["folder"])
            if request["do"] == "start":
                self._prepare(request)
            elif board is None:
                pass  # it has just ended by itself, and the host will hear of it
            elif request["do"] == "cut":
                self._kill(board, POWER_CUT)
            else:
                _tell_board(board, request["line"])
        return bool(received)

    def _prepare(self, request: dict[str, str]) -> None:
        board = self._boards[request["folder"]] = Board(request)
        for name in ("rtc.json", "exit.json"):  # nothing of that survives without power
            board.file(name).unlink(missing_ok=True)

    def _start_due(self) -> None:
        now = time.monotonic()
        for board in self._boards.values():
            if board.pid is None and board.start_at is not None and board.start_at <= now:
                if board.cause != "soft":  # which leaves the watchdog running
                    board.file("watchdog").unlink(missing_ok=True)
                board.file("ports.json").unlink(missing_ok=True)  # of the process before
                board.wanted_end = None
                board.pid = self._launch(board)
                self._tell(board, pid=board.pid, cause=board.cause)

    def _reap(self) -> None:
        for board in list(self._boards.values()):
            if board.pid is None:
                continue
            pid, status = os.waitpid(board.pid, os.WNOHANG)
            if pid:
                board.pid = None
                self._decide(board, status)

    def _decide(self, board: Board, status: int) -> None:
        """Start a board again that has reset itself; let go of one that lost its power."""
        wish = _read_wish(board.file("exit.json"))
        if board.wanted_end == "watchdog":
            wish = {"cause": "watchdog"}
        if board.wanted_end != POWER_CUT and wish is not None:
            board.cause = wish["cause"]
            pause_ms = wish.get("ms", 0)
            board.start_at = (
                None if pause_ms is None else time.monotonic() + RESTART_S + pause_ms / 1000
            )
            self._tell(board, ended=board.cause)
            return
        killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
        self._forget(board, POWER_CUT if killed else CRASH)

    def _kill(self, board: Board, why: str) -> None:
        board.wanted_end = why
        if board.pid is None:
            self._forget(board, why)
        else:
            os.kill(board.pid, signal.SIGKILL)

    def _forget(self, board: Board, why: str) -> None:
        del self._boards[board.folder]
        board.close()
        self._tell(board, ended=why)

    def _watch(self) -> None:
        """Bite the boards that have not fed their watchdog in time."""
        late = time.monotonic() - self._ticked_at
        self._ticked_at = time.monotonic()
        if late > 4 * TICK_S:
            return  # the whole PC was asleep or busy: no board is to blame
        for board in self._boards.values():
            if board.pid is not None and _is_hungry(board.file("watchdog")):
                self._kill(board, "watchdog")

    def _tell(self, board: Board, **news: object) -> None:
        os.write(self._news, json.dumps({"folder": board.folder, **news}).encode() + b"\n")


def _tell_board(board: Board, line: str) -> None:
    # If it has not listened for long: what lasts it will find in world.json.
    with contextlib.suppress(BlockingIOError):
        os.write(board.line, line.encode() + b"\n")


def _is_hungry(watchdog: Path) -> bool:
    try:
        fed_at = watchdog.stat().st_mtime
        timeout_ms = watchdog.read_text(encoding="ascii")
    except OSError:
        return False  # it has none
    return bool(timeout_ms) and time.time() - fed_at > int(timeout_ms) / 1000


def _read_wish(path: Path) -> dict[str, Any] | None:
    """Return what a board asked for as it ended, ``None`` if it ended without a word."""
    try:
        wish: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    path.unlink()
    return wish


def _arguments(board: Board) -> list[str]:
    heap = ["-X", "heapsize=" + board.heap]
    return ["micropython", *heap, "-m", "boot", board.folder, board.firmware, board.cause]


def _enter(board: Board) -> None:
    """In the child: become the board's process as far as streams and signals go."""
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.chdir(os.environ["MICROPYPATH"].split(":")[0])  # MicroPython looks there first
    os.dup2(board.input, 0)
    os.dup2(board.console, 1)
    os.dup2(board.console, 2)
    os.closerange(3, 65536)


def forking(library: str) -> Launch:
    """Return how to start a board where MicroPython is a library: load it once, fork."""
    loader = ExtensionFileLoader("micropython_run", library)
    spec = spec_from_loader("micropython_run", loader, origin=library)
    assert spec is not None
    module = module_from_spec(spec)
    loader.exec_module(module)
    gc.collect()
    gc.freeze()  # so that no collection touches, and thereby copies, what is shared

    def launch(board: Board) -> int:
        pid = os.fork()
        if pid:
            return pid
        status = 70
        try:
            _enter(board)
            status = module.run_main(_arguments(board))
        finally:
            os._exit(status)

    return launch


def executing(program: str) -> Launch:
    """Return how to start a board where MicroPython is a program."""

    def launch(board: Board) -> int:
        pid = os.fork()
        if pid:
            return pid
        try:
            _enter(board)
            os.execv(program, _arguments(board))  # noqa: S606 - it needs no shell
        finally:
            os._exit(70)

    return launch


def main() -> None:
    """Serve the host on standard input and output."""
    micropython, board_folder = sys.argv[1:3]
    os.environ["MICROPYPATH"] = board_folder + ":.frozen"
    is_library = Path(micropython).name.startswith("micropython_run")
    requests, news = os.dup(0), os.dup(1)
    Supervisor(requests, news, (forking if is_library else executing)(micropython)).run()


if __name__ == "__main__":
    main()
