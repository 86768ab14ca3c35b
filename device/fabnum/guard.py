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

from fabnum import drop
from micropython import const

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from machine import Timer

_TURN_MS = const(1000)
_LOOK_MS = const(2000)
_LIMIT_MS = const(10_000)

watched: "list[Any]" = []
"""The tasks in which functions of the program run; ``None``: its lines before the loop."""

ended: "list[Any]" = []
"""The functions that held everything up: they are not called again until the next start."""

_timer: "Timer | None" = None
_turned = time.ticks_ms()
_fired = False


async def call(function: "Callable[..., Any]", *value: "Any", **named: "Any") -> "Any":
    """Call a function of the program, plain or ``async``, and return what it returns.

    ``value``: one, which it gets if it takes it. Raises what the function raises, and
    KeyboardInterrupt: :func:`fired` tells whose it is.
    """
    task = asyncio.current_task()
    watched.append(task)
    try:
        outcome = with_value(function, value[0]) if value else function(**named)
        return await outcome if hasattr(outcome, "send") else outcome
    except KeyboardInterrupt:
        if _fired:
            ended.append(function)
        raise
    finally:
        watched.remove(task)


def with_value(function: "Callable[..., Any]", value: "Any") -> "Any":
    """Call a function with a value, or without if it takes none."""
    try:
        return function(value)
    except TypeError as error:
        # "takes 0 positional arguments but 1 were given", of a method 1 and 2: it takes no value.
        # What it calls itself with too few arguments is another mistake, which must not be hidden.
        text = str(error)
        if not ("takes 0 " in text or ("takes 1 " in text and "but 2 " in text)):
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
    while True:
        fired()  # what it ended may have caught its KeyboardInterrupt itself
        await asyncio.sleep_ms(_TURN_MS)


def start() -> None:
    """Begin to look, where there is a timer."""
    global _timer
    fired()
    if _timer is None:
        try:
            from machine import Timer
        except ImportError:
            return
        try:
            # One that nobody counts: a program may want those with a number.
            _timer = Timer(-1)
        except ValueError:  # MicroPython 1.25 to 1.28 has none such; every chip of the kit has 1
            _timer = Timer(1)
        _timer.init(mode=Timer.PERIODIC, period=_LOOK_MS, callback=_look)


def stop() -> None:
    """Look no longer: the prompt is nobody's business."""
    global _timer
    if _timer:
        _timer.deinit()
        _timer = None


def _look(_timer: "Timer") -> None:
    global _fired
    held_ms = time.ticks_diff(time.ticks_ms(), _turned)
    if held_ms >= _LIMIT_MS and asyncio.core.cur_task in watched:  # type: ignore[attr-defined]
        from fabnum import ctrl_c

        _fired = True
        # No branch from here on, also in what is called: MicroPython raises the exception at the
        # next one, and one that is raised in a callback reaches nobody.
        ctrl_c.press()
        drop("ctrl_c")
