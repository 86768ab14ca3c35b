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

CLOCK_SET = const(1)
"""The chip's clock was set by somebody, and is right."""
HELD = const(2)
"""The bench has the board: a soft reset starts neither watchdog nor program."""
WATCHED = const(4)
"""A watchdog runs: nothing but a reset of the chip can stop it."""
IDLE = const(8)
"""The program was not running: if the watchdog bites, it is nobody's crash."""


class Kept:
    """``crashes``: in a row, without a healthy minute between. ``has``: one of those above.

    ``rest``: what a board that sleeps keeps besides (``fabnum.sleep``), bytes.
    """

    def __init__(self) -> None:
        self._rtc = _rtc()
        self.crashes = 0
        self._flags = 0 if self._rtc else CLOCK_SET  # a PC knows the time
        self.rest = b""
        data = self._rtc.memory() if self._rtc else b""
        if len(data) >= 4:
            magic, crashes, flags = struct.unpack_from(_FORM, data)
            if magic == _MAGIC:
                self.crashes = crashes
                self._flags = flags
                self.rest = data[4:]

    def has(self, flag: int) -> bool:
        """Whether all of these flags are set."""
        return self._flags & flag == flag

    def set(self, flags: int, wanted: bool = True) -> None:
        """Set some flags, or clear them."""
        self._store(self.crashes, self._flags | flags if wanted else self._flags & ~flags)

    def set_crashes(self, crashes: int) -> None:
        """Remember how often in a row the firmware has crashed."""
        self._store(min(crashes, 255), self._flags)

    def set_rest(self, rest: bytes) -> None:
        """Keep other bytes besides; at most 2044."""
        self.rest = rest
        self._write()

    def _store(self, crashes: int, flags: int) -> None:
        if (crashes, flags) == (self.crashes, self._flags):
            return
        self.crashes = crashes
        self._flags = flags
        self._write()

    def _write(self) -> None:
        if self._rtc:
            self._rtc.memory(struct.pack(_FORM, _MAGIC, self.crashes, self._flags) + self.rest)


def _rtc() -> "RTC | None":
    try:
        from machine import RTC
    except ImportError:
        return None
    return RTC()
