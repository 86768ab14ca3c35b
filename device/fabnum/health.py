"""Whether the firmware may run the program: reset cause, crashes in a row, the watchdog.

Three crashes in a row, and the board starts in safe mode: Wi-Fi, messages, log and commands, but
not the program. It deletes nothing. Only crashes of the firmware and resets by the watchdog count:
whoever switches the power, presses the button or restarts the program starts afresh.

The watchdog of the ESP32 port may be made again, with another time (ports/esp32/machine_wdt.c), but
never stopped; a soft reset leaves it running.
"""

import asyncio
import time

from fabnum import drop
from fabnum.kept import WATCHED, Kept
from micropython import const

TYPE_CHECKING = False
if TYPE_CHECKING:
    from machine import WDT

CRASHES_TO_SAFE_MODE = const(3)
_HEALTHY_S = const(60)
_WATCHDOG_S = const(60)  # longer than any TLS handshake or flash erase holds the loop
_FEED_S = const(5)


class Health:
    """The health of this start. ``reset``: the contract's word for why the board started.

    ``kept``: what survives a reset. ``safe_mode``: whether the program must not run, until the next
    restart.
    """

    def __init__(self, kept: Kept | None = None) -> None:
        from fabnum import causes

        self.kept = kept or Kept()
        self._watchdog: WDT | None = None
        self.reset = causes.of_reset()
        causes.count(self.kept, self.reset)
        drop("causes")
        self.safe_mode = self.kept.crashes >= CRASHES_TO_SAFE_MODE

    def watch(self, deployed: bool) -> None:
        """Start the watchdog on a deployed board, and on one where it runs since before.

        On others not: once started it cannot be stopped.
        """
        if self._watchdog is None and (deployed or self.kept.has(WATCHED)):
            self._watchdog = start_watchdog(self.kept, _WATCHDOG_S)

    def crashed(self) -> None:
        """Count a crash of the firmware, which is about to restart."""
        self.kept.set_crashes(self.kept.crashes + 1)

    async def run(self) -> None:
        """Feed the watchdog as long as the loop runs; forget the crashes after a healthy minute.

        In safe mode too: the next restart tries the program again.
        """
        started = time.ticks_ms()
        while True:
            if self._watchdog:
                self._watchdog.feed()
            ran_ms = time.ticks_diff(time.ticks_ms(), started)
            if self.kept.crashes and ran_ms >= _HEALTHY_S * 1000:
                self.kept.set_crashes(0)
            await asyncio.sleep(_FEED_S)


def start_watchdog(kept: Kept, seconds: int) -> "WDT":
    """Start the watchdog, or give the running one another time; return it, fed."""
    from machine import WDT

    watchdog = WDT(timeout=seconds * 1000)
    watchdog.feed()
    kept.set(WATCHED)
    return watchdog
