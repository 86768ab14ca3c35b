"""Whether the firmware may run the program: reset cause, crashes in a row, the watchdog.

Three crashes in a row, and the board starts in safe mode: Wi-Fi, messages, log and commands, but
not the program. It deletes nothing. Only crashes of the firmware and resets by the watchdog count:
whoever switches the power, presses the button or restarts the program starts afresh.

The watchdog of the ESP32 port may be made again, with another time (ports/esp32/machine_wdt.c), but
never stopped; a soft reset leaves it running.
"""

import asyncio
import time

from fabnum import log
from fabnum.kept import HELD, IDLE, WATCHED, Kept
from micropython import const

TYPE_CHECKING = False
if TYPE_CHECKING:
    from machine import WDT

CRASHES_TO_SAFE_MODE = const(3)
_HEALTHY_S = const(60)
_WATCHDOG_S = const(60)  # longer than any TLS handshake or flash erase holds the loop
_FEED_S = const(5)

# In the words of the contract; by the names that ports give the constants.
_CAUSES = (
    ("PWRON_RESET", "power"),
    ("HARD_RESET", "reset"),
    ("WDT_RESET", "watchdog"),
    ("DEEPSLEEP_RESET", "sleep"),
    ("SOFT_RESET", "soft"),
    ("BROWNOUT_RESET", "brownout"),
)


class Health:
    """The health of this start. ``reset``: the contract's word for why the board started.

    ``safe_mode``: whether the program must not run, until the next restart.
    """

    def __init__(self, kept: Kept | None = None) -> None:
        self._kept = kept or Kept()
        self._watchdog: WDT | None = None
        self.reset = reset_cause()
        self._count()
        self.safe_mode = self._kept.crashes >= CRASHES_TO_SAFE_MODE

    @property
    def kept(self) -> Kept:
        """What survives a reset."""
        return self._kept

    def watch(self, deployed: bool) -> None:
        """Start the watchdog on a deployed board, and on one where it runs since before.

        On others not: once started it cannot be stopped.
        """
        if self._watchdog is None and (deployed or self._kept.has(WATCHED)):
            self._watchdog = start_watchdog(self._kept, _WATCHDOG_S)

    def crashed(self) -> None:
        """Count a crash of the firmware, which is about to restart."""
        self._kept.set_crashes(self._kept.crashes + 1)

    async def run(self) -> None:
        """Feed the watchdog as long as the loop runs; forget the crashes after a healthy minute.

        In safe mode too: the next restart tries the program again.
        """
        started = time.ticks_ms()
        while True:
            if self._watchdog:
                self._watchdog.feed()
            ran_ms = time.ticks_diff(time.ticks_ms(), started)
            if self._kept.crashes and ran_ms >= _HEALTHY_S * 1000:
                self._kept.set_crashes(0)
            await asyncio.sleep(_FEED_S)

    def _count(self) -> None:
        kept = self._kept
        if self.reset == "watchdog":
            if not kept.has(HELD) and not kept.has(IDLE):
                self.crashed()
                log.say("Le programme s’est bloqué : le chien de garde a redémarré la carte.")
        elif self.reset in ("power", "soft", "brownout"):
            kept.set_crashes(0)
        kept.set(IDLE if self.reset == "soft" else HELD | WATCHED | IDLE, False)


def start_watchdog(kept: Kept, seconds: int) -> "WDT":
    """Start the watchdog, or give the running one another time; return it, fed."""
    from machine import WDT

    watchdog = WDT(timeout=seconds * 1000)
    watchdog.feed()
    kept.set(WATCHED)
    return watchdog


def reset_cause() -> str:
    """Return the contract's word for why the board started."""
    import machine

    cause = machine.reset_cause() if hasattr(machine, "reset_cause") else None
    for name, word in _CAUSES:
        if cause is not None and getattr(machine, name, None) == cause:
            return word
    return "unknown"
