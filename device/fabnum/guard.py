"""Ends a function of the program that holds everything else up, and says so.

asyncio cannot take the turn from a function that does not give it back: a loop without ``await``,
``time.sleep``. But the callback of a timer runs between two steps of MicroPython, even then. Where
the loop has not turned for ten seconds and a function of the program is running, it does what
Ctrl-C does, and KeyboardInterrupt is raised at the line where the function is. No shorter: a TLS
handshake or a flash that is erased holds the loop up too.

What a timer cannot reach is a single step that takes for ever (``10 ** 10 ** 8``), and functions
that the program has started as tasks of its own: there the watchdog remains.
"""

import asyncio
import time

from micropython import const

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from machine import Timer

_TURN_MS = const(1000)
_LOOK_MS = const(2000)
_LIMIT_MS = const(10_000)
_CTRL_C = const(3)

_tasks: "list[Any]" = [
    None
]  # in which functions of the program run; None: its lines before the loop
_ended: "list[Any]" = []  # functions that are not called again
_timer: "Timer | None" = None
_turned = time.ticks_ms()
_fired = False


class Ended(Exception):  # noqa: N818 - no error: it was said before
    """The function was ended before, and is not called again until the next start."""


async def call(function: "Callable[..., Any]", *value: "Any", **named: "Any") -> "Any":
    """Call a function of the program, plain or ``async``, and return what it returns.

    ``value``: one, which it gets if it takes it. Raises Ended, what the function raises, and
    KeyboardInterrupt: :func:`fired` tells whose it is.
    """
    if function in _ended:
        raise Ended("Cette fonction est arrêtée jusqu’au prochain départ.")
    task = asyncio.current_task()
    _tasks.append(task)
    try:
        outcome = with_value(function, value[0]) if value else function(**named)
        return await outcome if hasattr(outcome, "send") else outcome
    except KeyboardInterrupt:
        if _fired:
            _ended.append(function)
        raise
    finally:
        _tasks.remove(task)


def with_value(function: "Callable[..., Any]", value: "Any") -> "Any":
    """Call a function with a value, or without if it takes none."""
    try:
        return function(value)
    except TypeError as error:
        if "positional argument" not in str(error):
            raise
    return function()


def fired() -> bool:
    """Whether a KeyboardInterrupt was the guard's, and nobody's Ctrl-C; once for each."""
    global _fired, _turned
    was, _fired = _fired, False
    _turned = time.ticks_ms()
    return was


async def turn() -> None:
    """Show that the loop turns, for ever."""
    global _fired, _turned
    while True:
        _fired = False  # what it ended may have caught its KeyboardInterrupt itself
        _turned = time.ticks_ms()
        await asyncio.sleep_ms(_TURN_MS)


def start() -> None:
    """Begin to look, where there is a timer."""
    global _timer, _turned
    _turned = time.ticks_ms()
    if _timer is None:
        try:
            from machine import Timer
        except ImportError:
            return
        # Any timer that nobody counts: a program may want one of those with a number.
        _timer = Timer(-1)
        _timer.init(mode=Timer.PERIODIC, period=_LOOK_MS, callback=_look)


def stop() -> None:
    """Look no longer: the prompt is nobody's business."""
    global _timer
    if _timer:
        _timer.deinit()
        _timer = None


def loop_begins() -> None:
    """From now on the program runs in tasks."""
    if None in _tasks:
        _tasks.remove(None)


def _look(_timer: "Timer") -> None:
    if time.ticks_diff(time.ticks_ms(), _turned) < _LIMIT_MS:
        return
    if asyncio.core.cur_task in _tasks:  # type: ignore[attr-defined]
        _interrupt()


def _interrupt() -> None:
    """Raise KeyboardInterrupt where the program is: a second terminal types Ctrl-C."""
    global _fired
    import io
    import os

    class Terminal(io.IOBase):
        def readinto(self, buffer: bytearray) -> int:
            buffer[0] = _CTRL_C
            return 1

        def write(self, data: bytes) -> int:
            return len(data)

    _fired = True
    os.dupterm(Terminal())
    os.dupterm_notify(None)
    os.dupterm(None)
