"""SHT31: temperature and relative humidity, on I2C.

Sensirion, Data sheet SHT3x-DIS, version 5, May 2018. It measures only when asked, so that it does
not warm itself.
"""

import asyncio

from drivers import sensirion
from drivers.errors import SensorMissing
from drivers.sensor import Sensor
from micropython import const

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from machine import I2C

_SOFT_RESET = const(0x30A2)  # section 4.9
_MEASURE = const(0x2400)  # one shot, high repeatability, no clock stretching: section 4.3, table 9

_RESET_MS = const(2)  # 1.5 ms at most: section 2.2, table 4
_MEASURE_MS = const(20)  # 15 ms at most; a little more costs nothing: section 2.2, table 4


def create(part: "dict[str, Any]") -> "Sht31":
    """Return the driver of a part of build.json."""
    from drivers import bus  # only here: the rest needs no pins

    return Sht31(part["id"], bus.i2c(part["pins"]), part["addresses"])


class Sht31(Sensor):
    """Temperature in °C, humidity in %. ``addresses``: where it may be, 0x44 or 0x45 (table 8)."""

    channels = ("temperature", "humidity")

    def __init__(self, part: str, i2c: "I2C", addresses: tuple[int, ...] = (0x44, 0x45)) -> None:
        super().__init__(part)
        self._addresses = addresses
        self._link = sensirion.Link(part, i2c, addresses[0])

    async def _start(self) -> None:
        for address in self._addresses:
            self._link.address = address
            try:
                self._link.send(_SOFT_RESET)
            except SensorMissing:
                continue
            await asyncio.sleep_ms(_RESET_MS)
            return
        raise SensorMissing(self.part)

    async def _measure(self) -> dict[str, float]:
        temperature, humidity = await self._link.ask(_MEASURE, 2, _MEASURE_MS)
        return {
            # The limits of the part (section 1, tables 1 and 2): a broken one sends all 0 or all 1.
            "temperature": self._within(sensirion.temperature(temperature), -40, 125),
            "humidity": sensirion.humidity(humidity),
        }
