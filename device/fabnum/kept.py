"""What survives a reset but not power loss: a few bytes of the chip's RTC memory.

They wear no flash, and power-on clears them: so nothing in here can be the fault of somebody who
flicks the switch. Where there is no such memory (MicroPython on a PC) they last as long as the
program.
"""

import struct

from micropython import const

TYPE_CHECKING = False
if TYPE_CHECKING:
    from machine import RTC

_FORM = const("<2sBB")
_MAGIC = const(b"F1")


class Kept:
    """``crashes``: in a row, without a healthy minute between. ``clock_set``: by somebody."""

    def __init__(self) -> None:
        self._rtc = _rtc()
        self.crashes = 0
        self.clock_set = self._rtc is None  # a PC knows the time
        data = self._rtc.memory() if self._rtc else b""
        if len(data) >= 4:
            magic, crashes, clock_set = struct.unpack_from(_FORM, data)
            if magic == _MAGIC:
                self.crashes = crashes
                self.clock_set = bool(clock_set)

    def set_crashes(self, crashes: int) -> None:
        """Remember how often in a row the firmware has crashed."""
        if crashes != self.crashes:
            self.crashes = min(crashes, 255)
            self._write()

    def set_clock_set(self) -> None:
        """Remember that the chip's clock is right from now on."""
        if not self.clock_set:
            self.clock_set = True
            self._write()

    def _write(self) -> None:
        if self._rtc:
            self._rtc.memory(struct.pack(_FORM, _MAGIC, self.crashes, self.clock_set))


def _rtc() -> "RTC | None":
    try:
        from machine import RTC
    except ImportError:
        return None
    return RTC()
