"""BH1750: how bright it is, on I2C.

ROHM, Digital 16bit Serial Output Type Ambient Light Sensor IC BH1750FVI, technical note, rev. B,
April 2009. It measures once when asked and sleeps in between.
"""

import asyncio

from drivers.errors import SensorChecksum, SensorMissing
from drivers.sensor import Sensor
from micropython import const

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from machine import I2C

# Page 5, instruction set.
_POWER_ON = const(0x01)
_ONE_TIME_HIGH_RESOLUTION = const(0x20)
_TIME_HIGH_BITS = const(0x40)
_TIME_LOW_BITS = const(0x60)

# Page 11: how long it collects light. The default ends at 54,612 lx; the sun reaches 100,000.
_USUAL_TIME = const(69)
_SHORTEST_TIME = const(31)
_MEASURE_MS = const(180)  # with the usual time, at most: page 2
_FULL = const(0xFFFF)


def create(part: "dict[str, Any]") -> "Bh1750":
    """Return the driver of a part of build.json."""
    from drivers import bus  # only here: the rest needs no pins

    return Bh1750(part["id"], bus.i2c(part["pins"]), part["addresses"])


def lux(count: int, time: int = _USUAL_TIME) -> float:
    """Return the brightness for a count of the part: pages 10 and 11, to a tenth."""
    return round(count * (5 * _USUAL_TIME) / (6 * time), 1)  # count / 1.2 · 69 / time


class Bh1750(Sensor):
    """Light in lx. ``addresses``: where it may be, 0x23 or 0x5C (page 10)."""

    channels = ("light",)

    def __init__(self, part: str, i2c: "I2C", addresses: tuple[int, ...] = (0x23, 0x5C)) -> None:
        super().__init__(part)
        self._i2c = i2c
        self._addresses = addresses
        self._address = addresses[0]

    async def _start(self) -> None:
        for address in self._addresses:
            self._address = address
            try:
                self._send(_POWER_ON)
            except SensorMissing:
                continue
            return
        raise SensorMissing(self.part)

    async def _measure(self) -> dict[str, float]:
        time = _USUAL_TIME
        count = await self._count(time)
        if count == _FULL:
            time = _SHORTEST_TIME
            count = await self._count(time)
        # Brighter than the sun: it is broken, or its wire hangs at 3.3 V.
        self._within(count, 0, _FULL - 1)
        return {"light": lux(count, time)}

    async def _count(self, time: int) -> int:
        """Collect light for that time and return what it counted."""
        self._send(_TIME_HIGH_BITS | time >> 5)
        self._send(_TIME_LOW_BITS | time & 0x1F)
        self._send(_ONE_TIME_HIGH_RESOLUTION)
        await asyncio.sleep_ms(_MEASURE_MS * time // _USUAL_TIME)
        count = self._receive()
        if self._receive() != count:  # it holds still, and has no checksum: two reads must agree
            raise SensorChecksum(self.part)
        return count

    def _send(self, instruction: int) -> None:
        try:
            self._i2c.writeto(self._address, bytes((instruction,)))
        except OSError:
            raise SensorMissing(self.part) from None

    def _receive(self) -> int:
        try:
            high, low = self._i2c.readfrom(self._address, 2)
        except OSError:
            raise SensorMissing(self.part) from None
        return high << 8 | low
