"""HC-SR501: a passive infrared motion sensor, on a pin of its own. It sees motion, not people.

After the data sheet of the module (HC-SR501 PIR motion detector, as its sellers publish it; the
chip on it is a BISS0001): its output is at 3.3 V while something warm moves, and for some seconds
after; then it is blind for 2.5 s. For a minute after power-up it says anything.
"""

import asyncio
import time

from micropython import const

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from drivers.handcount import HandCount
    from machine import Pin

_WARM_UP_MS = const(60_000)
_SAMPLE_MS = const(50)  # its shortest pulse lasts longer than half a second


def create(part: "dict[str, Any]") -> "Pir":
    """Return the driver of a part of build.json."""
    from machine import Pin  # only here: the rest needs no pins

    # Where nothing is plugged the pin rests low: no motion, instead of any.
    return Pir(Pin(part["pins"]["input"], Pin.IN, Pin.PULL_DOWN))


class Pir:
    """Counts motions. Whether one is plugged cannot be told from its pin: no motion is low too."""

    channels = ("motions",)

    def __init__(self, pin: "Pin") -> None:
        self._pin = pin
        self._motions = 0
        self._total = 0
        self._by_hand: HandCount | None = None
        self._task: "asyncio.Task[None] | None" = None

    async def start(self) -> None:
        """Begin to watch the pin."""
        if self._task is None:
            self._task = asyncio.create_task(self._watch())

    async def read(self) -> dict[str, int]:
        """Return the motions since the last call."""
        await self.start()
        motions, self._motions = self._motions, 0
        return {"motions": motions}

    async def calibrate(self, step: str, value: float | None) -> "dict[str, Any]":
        """Compare with a count by hand (see ``drivers.handcount``): ``start``, then ``stop``."""
        if self._by_hand is None:
            from drivers.handcount import HandCount

            self._by_hand = HandCount()
        return self._by_hand.step(step, self._total, value)

    async def _watch(self) -> None:
        # It has power at least since the chip has, whose ticks begin at 0 then. (They begin again
        # every 12 days: a program that starts just then waits a minute for nothing.)
        on_for_ms: Any = time.ticks_ms()
        await asyncio.sleep_ms(max(0, _WARM_UP_MS - on_for_ms))
        moved = False
        while True:
            moves = self._pin.value() == 1
            if moves and not moved:
                self._motions += 1
                self._total += 1
            moved = moves
            await asyncio.sleep_ms(_SAMPLE_MS)
