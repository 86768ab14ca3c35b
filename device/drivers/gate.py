"""Two VL53L0X side by side in a doorway: who goes in, who goes out. Counts, and nothing else.

Both answer at 0x29 after power-up. Their pins XSHUT hold them asleep: one is woken and given
another address, then the other (ST, AN4846). One that loses power for a moment is at 0x29 again,
and silent for us: then both are put to sleep and woken anew.
"""

import asyncio

from drivers.crossing import Beam, Crossing
from drivers.errors import SensorError, SensorNotReady
from drivers.vl53l0x import BOOT_MS, Vl53l0x
from micropython import const

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from drivers.handcount import HandCount
    from machine import I2C, Pin

_OUTSIDE_ADDRESS = const(0x30)
_INSIDE_ADDRESS = const(0x31)
_LOOK_MS = const(30)  # one range takes 33 ms; a person is between the beams for at least 200 ms
_BLIND_LOOKS = const(34)  # a second without a new range
_RETRY_MS = const(2000)
_BOTH = const(3)


def create(part: "dict[str, Any]") -> "Gate":
    """Return the driver of a part of build.json."""
    from drivers import bus  # only here: the rest needs no pins
    from machine import Pin

    pins = part["pins"]
    # Pulled low or let go: the pins work with the 2.8 V that the breakout boards pull them to.
    sleepers = [
        Pin(pins[name], Pin.OPEN_DRAIN, value=0) for name in ("xshut_outside", "xshut_inside")
    ]
    return Gate(part["id"], bus.i2c(pins), sleepers)


class Gate:
    """Entries and exits since the last reading. ``sleepers``: the pins XSHUT, outside and inside.

    It looks by itself, and goes on looking after a failure; :meth:`read` says what there is.
    """

    channels = ("entries", "exits")

    def __init__(self, part: str, i2c: "I2C", sleepers: "list[Pin]") -> None:
        self.part = part
        self._sleepers = sleepers
        self._sensors = [
            Vl53l0x(part, i2c, address) for address in (_OUTSIDE_ADDRESS, _INSIDE_ADDRESS)
        ]
        self._beams = [Beam(), Beam()]
        self._blind = [0, 0]  # looks since the last range of each
        self._ranged = 0  # which of them have ranged since they were woken
        self._crossing = Crossing()
        self._counted = {"entries": 0, "exits": 0}
        self._total = 0
        self._by_hand: HandCount | None = None
        self._failure: SensorError | None = None
        self._looked = asyncio.Event()
        self._task: "asyncio.Task[None] | None" = None

    async def start(self) -> None:
        """Begin to look, or see whether it works. Raises SensorError."""
        if self._task is None:
            self._task = asyncio.create_task(self._watch())
        self._looked.clear()
        await self._looked.wait()
        if self._failure:
            raise self._failure

    async def read(self) -> dict[str, int]:
        """Return the passages since the last call. Raises SensorError.

        What was counted before a failure is returned first.
        """
        counted = self._counted
        if not (counted["entries"] or counted["exits"]):
            await self.start()
        self._counted = {"entries": 0, "exits": 0}
        return counted

    async def calibrate(self, step: str, value: float | None) -> "dict[str, Any]":
        """Compare with a count by hand (see ``drivers.handcount``): ``start``, then ``stop``."""
        await self.start()
        if self._by_hand is None:
            from drivers.handcount import HandCount

            self._by_hand = HandCount()
        return self._by_hand.step(step, self._total, value)

    async def _watch(self) -> None:
        """Look for ever. A failure is one if waking the sensors does not end it."""
        while True:
            self._ranged = 0
            try:
                await self._wake()
                await self._keep_looking()
            except SensorError as failure:
                if self._ranged != _BOTH:
                    self._failure = failure
                    self._looked.set()
                    await asyncio.sleep_ms(_RETRY_MS)

    async def _keep_looking(self) -> None:
        while True:
            self._look()
            if self._ranged == _BOTH and self._beams[0].learnt and self._beams[1].learnt:
                self._failure = None
                self._looked.set()
            await asyncio.sleep_ms(_LOOK_MS)

    async def _wake(self) -> None:
        """Give each its own address, and let both range. Raises SensorError."""
        self._crossing.forget()
        self._blind = [0, 0]
        for sleeper in self._sleepers:
            sleeper.value(0)
        await asyncio.sleep_ms(BOOT_MS)
        for sleeper, sensor in zip(self._sleepers, self._sensors):
            sleeper.value(1)
            await asyncio.sleep_ms(BOOT_MS)
            sensor.settle()
        for sensor in self._sensors:
            await sensor.start()

    def _look(self) -> None:
        """Look once at both. Raises SensorError."""
        for i in range(2):
            distance = self._sensors[i].take()
            if distance is not None:
                self._blind[i] = 0
                self._ranged |= 1 << i
                self._beams[i].look(distance)
            else:
                self._blind[i] += 1
                if self._blind[i] > _BLIND_LOOKS:
                    raise SensorNotReady(self.part)
        passed = self._crossing.look(self._beams[0].broken, self._beams[1].broken)
        if passed:
            self._counted["entries" if passed > 0 else "exits"] += 1
            self._total += 1
