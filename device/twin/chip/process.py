"""The process of one board: takes what its keeper asks for, and keeps the board going.

Started by ``device/twin/virtual/board.py`` with its settings in JSON as argument. Each line of its
input is a request ``{"do": name, …}``, answered by one line. When the keeper goes, it ends.
"""

import contextlib
import json
import os
import select
import signal
import sys
from typing import Any

from device.twin.chip.board import Board
from device.twin.chip.faults import Fault


def main() -> None:
    """Serve the keeper on standard input and output."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the keeper, which then ends this
    requests, answers = os.dup(0), os.dup(1)
    board = Board(json.loads(sys.argv[1]))
    try:
        board.plug()
        _answer(answers, _obey(board, {"do": "look"}))
        _serve(board, requests, answers)
    except BrokenPipeError:
        pass  # the keeper has gone while it was answered
    finally:
        with contextlib.suppress(FileNotFoundError):  # the folder may have gone with the keeper
            board.unplug()


def _serve(board: Board, requests: int, answers: int) -> None:
    unfinished = b""
    while True:
        if requests in _wait(board, requests):
            received = os.read(requests, 65536)
            if not received:
                return
            *lines, unfinished = (unfinished + received).split(b"\n")
            for line in lines:
                _answer(answers, _obey(board, json.loads(line)))
        board.go_on()


def _wait(board: Board, requests: int) -> set[int]:
    poller = select.poll()
    for descriptor in (requests, *board.waits_for()):
        poller.register(descriptor, select.POLLIN)
    return {descriptor for descriptor, _ in poller.poll(board.wait_s() * 1000)}


def _obey(board: Board, request: dict[str, Any]) -> dict[str, Any]:
    wish = request["do"]
    if wish == "fault":
        board.set_fault(None if request["fault"] is None else Fault(request["fault"]))
    elif wish == "tell":
        board.tell(request["line"])
    elif wish == "hold":
        board.hold(request["part"], request["seconds"])
    elif wish == "cut-after":
        board.fuse.arm(request["writes"])
    elif wish == "plug":
        board.plug()
    elif wish == "unplug":
        board.unplug()
    elif wish == "press-reset":
        board.press_reset(with_boot=request["with_boot"])
    return {
        "powered": board.powered,
        "chip": board.profile.name,
        "shows": board.shown,
        "says": board.said,
    }


def _answer(answers: int, content: dict[str, Any]) -> None:
    os.write(answers, json.dumps(content).encode() + b"\n")
