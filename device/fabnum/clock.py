"""What time it is, once somebody has said so; and how long the board has been running, always.

Moments of measurement are taken in monotonic seconds, which nothing can turn back. unix_of() dates
them when the time is known at last, also those from before.
"""

import time

from micropython import const

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

# No reading is older than this kit, and an ESP32 that does not know the time says 2000.
EARLIEST = const(1_704_067_200)  # 2024-01-01
LATEST = const(4_102_444_800)  # 2100-01-01
_MESSAGE_AFTER_NTP_S = const(86_400)  # until then NTP knows better than a message
_SLACK_S = const(2)  # a message may have been under way so long: no reason to set the clock again
_EPOCH_2000 = const(946_684_800)


class Clock:
    """The board's clock. Call now() or monotonic() at least once in six days: ticks wrap.

    ``on_set(unix)`` is called each time that the clock is set. ``trust_kept``: believe the chip's
    clock, which goes on through a reset, if it says 2024 or later. ``since``: the monotonic second
    that it begins at, of a board that has slept meanwhile.
    """

    def __init__(
        self,
        on_set: "Callable[[int], object] | None" = None,
        trust_kept: bool = True,
        since: int = 0,
    ) -> None:
        self._on_set = on_set
        self._ticks = time.ticks_ms()
        self._seconds = since
        self._milliseconds = 0
        self._start: int | None = None  # Unix seconds of monotonic second 0
        self._ntp_until = 0  # monotonic seconds until which messages are not heeded
        if trust_kept:
            kept = chip_time()
            if EARLIEST <= kept < LATEST:
                self._start = kept - since

    def monotonic(self) -> int:
        """Return the whole seconds since the clock was made. Never goes back."""
        # Seconds and the rest apart: a single count of milliseconds would outgrow the small
        # integers of a 32-bit chip after twelve days, and then every call would allocate.
        ticks = time.ticks_ms()
        milliseconds = self._milliseconds + time.ticks_diff(ticks, self._ticks)
        self._ticks = ticks
        self._seconds += milliseconds // 1000
        self._milliseconds = milliseconds % 1000
        return self._seconds

    def now(self) -> int | None:
        """Return Unix seconds (since 1970), or None while the time is not known."""
        return self.unix_of(self.monotonic())

    def unix_of(self, moment: int) -> int | None:
        """Return the Unix seconds of a monotonic second, or None while the time is not known."""
        return None if self._start is None else self._start + moment

    def set(self, unix: int) -> bool:
        """Take that as the time now. Outside of 2024 to 2099 it is not taken: returns False."""
        if not EARLIEST <= unix < LATEST:
            return False
        self._start = unix - self.monotonic()
        set_chip_time(unix)
        if self._on_set:
            self._on_set(unix)
        return True

    def set_from_ntp(self, unix: int) -> bool:
        """Take the answer of a time server, as set() does. Messages are not heeded for a day."""
        if not self.set(unix):
            return False
        self._ntp_until = self.monotonic() + _MESSAGE_AFTER_NTP_S
        return True

    def set_from_message(self, payload: bytes) -> bool:
        """Take the payload of ``fabnum/1/time``: Unix seconds as a decimal number.

        Returns whether the clock was set: not when NTP set it within a day, when it is right
        within two seconds, or when the payload is not a credible time.
        """
        whole = payload.split(b".", 1)[0]
        if not 0 < len(whole) < 16 or not whole.isdigit():
            return False
        unix = int(whole)
        now = self.now()
        if now is not None and (self._seconds < self._ntp_until or abs(unix - now) <= _SLACK_S):
            return False
        return self.set(unix)


def chip_time() -> int:
    """Return what the chip's clock says, right or wrong, in Unix seconds."""
    # The ESP32 port counts from 2000, the unix port from 1970.
    seconds = int(time.time())
    return seconds + _EPOCH_2000 if time.gmtime(0)[0] == 2000 else seconds


def set_chip_time(unix: int) -> None:
    """Set the chip's clock, where there is one, to Unix seconds."""
    # The chip's clock goes on through a reset, and mbedTLS compares certificates with it.
    try:
        from machine import RTC
    except ImportError:
        return
    seconds = unix - _EPOCH_2000 if time.gmtime(0)[0] == 2000 else unix
    year, month, day, hour, minute, second, weekday = time.gmtime(seconds)[:7]
    RTC().datetime((year, month, day, weekday, hour, minute, second, 0))
