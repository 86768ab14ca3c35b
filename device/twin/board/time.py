"""Time as on an ESP32: seconds since 2000, and not known after power-on until it is set.

Sleeping and ticks are those of the unix port; while the board sleeps, the world goes on.
"""

import utime
import world
from utime import *

EPOCH_2000 = 946684800
"""Seconds from 1970 to 2000, where the ESP32 port counts from."""

_offset_ns = 0
_DAYS_BEFORE_MONTH = (0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334)


def start_clock(offset_ns=None):
    """Go on with a clock that a reset left running; ``None`` starts it on 1 January 2000.

    Return its offset from the PC's, in nanoseconds, for the next reset.
    """
    global _offset_ns
    _offset_ns = -utime.time_ns() if offset_ns is None else offset_ns
    return _offset_ns


def set_clock(seconds_since_2000):
    """Set the clock and return the offset from the PC's, in nanoseconds, for the next reset."""
    global _offset_ns
    _offset_ns = seconds_since_2000 * 1_000_000_000 - utime.time_ns()
    return _offset_ns


def time_ns():
    """Return the nanoseconds since 2000 by the board's clock."""
    return utime.time_ns() + _offset_ns


def time():
    """Return the whole seconds since 2000 by the board's clock."""
    return time_ns() // 1_000_000_000


def gmtime(seconds=None):
    """Return (year, month, day, hour, minute, second, weekday, yearday)."""
    return utime.gmtime((time() if seconds is None else int(seconds)) + EPOCH_2000)[:8]


localtime = gmtime


def mktime(moment):
    """Return the seconds since 2000 of (year, month, day, hour, minute, second, …)."""
    year, month, day, hour, minute, second = moment[:6]
    years = year - 1
    days = 365 * years + years // 4 - years // 100 + years // 400 - 730119
    days += _DAYS_BEFORE_MONTH[month - 1] + day - 1
    if month > 2 and ((year % 4 == 0 and year % 100 != 0) or year % 400 == 0):
        days += 1
    return ((days * 24 + hour) * 60 + minute) * 60 + second


def sleep(seconds):
    """Block for that long."""
    world.wait_ms(int(seconds * 1000))


def sleep_ms(milliseconds):
    """Block for that long."""
    world.wait_ms(milliseconds)
