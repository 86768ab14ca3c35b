"""BME280: temperature, relative humidity and air pressure, on I2C.

Bosch Sensortec, BME280 Data sheet, BST-BME280-DS002. It measures once when asked and sleeps in
between (forced mode, as section 3.5.1 recommends for weather), so that it does not warm itself.

The compensation is the one in integers (section 4.2.3). With the numbers of an ESP32, floats of
about seven digits, the other one would blur the pressure by some pascals; integers of MicroPython
are as long as they must be. Each specimen has trimming numbers of its own (section 4.2.2).

Many modules sold as BME280 bear a BMP280, which is the same without humidity (BST-BMP280-DS001).
It is taken for what it is, with a complaint.
"""

import asyncio
import struct

from drivers.errors import SensorError, SensorMissing, SensorNotReady
from drivers.registers import Registers
from drivers.sensor import Sensor
from micropython import const

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from machine import I2C

# Section 5.3, table 18.
_TRIMMING = const(0x88)
_ID = const(0xD0)
_RESET = const(0xE0)
_TRIMMING_OF_HUMIDITY = const(0xE1)
_CTRL_HUM = const(0xF2)
_STATUS = const(0xF3)
_CTRL_MEAS = const(0xF4)
_DATA = const(0xF7)

_IS_BME280 = const(0x60)  # section 5.4.1
_IS_BMP280 = const(0x58)  # BMP280, section 4.3.1
_RESET_WORD = const(b"\xb6")  # section 5.4.2
_MEASURING = const(0x08)  # section 5.4.4
_COPYING = const(0x01)

# Each of the three once, no filter: sections 5.4.3 and 5.4.5.
_HUMIDITY_ONCE = const(b"\x01")
_ONCE_ASLEEP = const(b"\x24")
_ONCE = const(b"\x25")

_START_MS = const(3)  # 2 ms: section 1.1, table 1
_MEASURE_MS = const(10)  # 9.3 ms at most: section 9.1
_POLL_MS = const(2)
_POLLS = const(10)


class SensorIsBmp280(SensorError):
    """It has no humidity: another, cheaper part."""

    code = "clone"
    sentence = "Le capteur {} est un BMP280, sans humidité : remplacez-le par un BME280."


class SensorIsOther(SensorError):
    """Something else answers at the address of a BME280."""

    code = "clone"
    sentence = "Le capteur {} n’est pas un BME280 : remplacez-le par un BME280."


def create(part: "dict[str, Any]") -> "Bme280":
    """Return the driver of a part of build.json."""
    from drivers import bus  # only here: the rest needs no pins

    return Bme280(part["id"], bus.i2c(part["pins"]), part["addresses"])


def fine_temperature(raw: int, t: tuple[int, ...]) -> int:
    """Return ``t_fine``, the temperature as the two other formulas take it. ``t``: dig_T1 to T3."""
    t1, t2, t3 = t
    linear = (((raw >> 3) - (t1 << 1)) * t2) >> 11
    square = (((((raw >> 4) - t1) * ((raw >> 4) - t1)) >> 12) * t3) >> 14
    return linear + square


def hundredths_of_degrees(fine: int) -> int:
    """Return the temperature in 0.01 °C."""
    return (fine * 5 + 128) >> 8


def pressure(raw: int, fine: int, p: tuple[int, ...]) -> int:
    """Return the pressure in 1/256 Pa, 0 if the trimming is nonsense. ``p``: dig_P1 to P9."""
    p1, p2, p3, p4, p5, p6, p7, p8, p9 = p
    warm = fine - 128_000
    offset = warm * warm * p6 + ((warm * p5) << 17) + (p4 << 35)
    slope = ((warm * warm * p3) >> 8) + ((warm * p2) << 12)
    slope = (((1 << 47) + slope) * p1) >> 33
    if slope == 0:
        return 0
    value = ((((1_048_576 - raw) << 31) - offset) * 3125) // slope
    square = (p9 * (value >> 13) * (value >> 13)) >> 25
    linear = (p8 * value) >> 19
    return ((value + square + linear) >> 8) + (p7 << 4)


def humidity(raw: int, fine: int, h: tuple[int, ...]) -> int:
    """Return the relative humidity in 1/1024 %, from 0 to 100 %. ``h``: dig_H1 to H6."""
    h1, h2, h3, h4, h5, h6 = h
    warm = fine - 76_800
    value = ((raw << 14) - (h4 << 20) - h5 * warm + 16_384) >> 15
    gain = (((warm * h6) >> 10) * (((warm * h3) >> 11) + 32_768)) >> 10
    value *= ((gain + 2_097_152) * h2 + 8192) >> 14
    value -= ((((value >> 15) * (value >> 15)) >> 7) * h1) >> 4
    return min(max(value, 0), 419_430_400) >> 12


class Bme280(Sensor):
    """Temperature in °C, humidity in %, pressure in hPa. ``addresses``: 0x76 or 0x77.

    ``complaint``: what is wrong though it measures, ``None`` if nothing is.
    """

    channels = ("temperature", "humidity", "pressure")

    def __init__(self, part: str, i2c: "I2C", addresses: tuple[int, ...] = (0x76, 0x77)) -> None:
        super().__init__(part)
        self.complaint: SensorError | None = None
        self._addresses = addresses
        self._registers = Registers(part, i2c, addresses[0])
        self._t: tuple[int, ...] = ()
        self._p: tuple[int, ...] = ()
        self._h: tuple[int, ...] = ()

    async def _start(self) -> None:
        chip = self._find()
        self.complaint = None if chip == _IS_BME280 else SensorIsBmp280(self.part)
        self._registers.write(_RESET, _RESET_WORD)
        await asyncio.sleep_ms(_START_MS)
        await self._until_clear(_COPYING)
        self._read_trimming()
        self._registers.write(_CTRL_MEAS, _ONCE_ASLEEP)

    def _find(self) -> int:
        """Return which of the two chips is there, and talk to that one from now on."""
        error: SensorError = SensorMissing(self.part)
        for address in self._addresses:
            self._registers.address = address
            try:
                chip = self._registers.read_twice(_ID, 1)[0]
            except SensorMissing:
                continue
            if chip in (_IS_BME280, _IS_BMP280):
                return chip
            error = SensorIsOther(self.part)
        raise error

    def _read_trimming(self) -> None:
        """Read the numbers of this specimen: section 4.2.2, table 16."""
        numbers = struct.unpack("<HhhHhhhhhhhhBB", self._registers.read_twice(_TRIMMING, 26))
        self._t = numbers[:3]
        self._p = numbers[3:12]
        if self.complaint:
            return
        more = self._registers.read_twice(_TRIMMING_OF_HUMIDITY, 7)
        h2, h3, h4, shared, h5, h6 = struct.unpack("<hBbBbb", more)
        self._h = (numbers[13], h2, h3, h4 << 4 | shared & 0x0F, h5 << 4 | shared >> 4, h6)

    async def _measure(self) -> dict[str, float]:
        # Without power, even for a moment, it forgets what it was told, and may be another one.
        if self._registers.read(_CTRL_MEAS, 1) != _ONCE_ASLEEP:
            await self._start()
        if not self.complaint:
            self._registers.write(_CTRL_HUM, _HUMIDITY_ONCE)  # taken over with the next line
        self._registers.write(_CTRL_MEAS, _ONCE)
        await asyncio.sleep_ms(_MEASURE_MS)
        await self._until_clear(_MEASURING)
        return self._compensated(self._registers.read_twice(_DATA, 6 if self.complaint else 8))

    def _compensated(self, data: bytes) -> dict[str, float]:
        """Return the values in what was measured: section 4.1."""
        fine = fine_temperature(_twenty_bits(data[3:6]), self._t)
        pascals = (pressure(_twenty_bits(data[0:3]), fine, self._p) + 128) >> 8
        # The limits of the part: section 1, tables 1 to 3.
        values = {
            "temperature": self._within(hundredths_of_degrees(fine) / 100, -40, 85),
            "pressure": self._within(pascals / 100, 300, 1100),
        }
        if not self.complaint:
            percent = humidity(data[6] << 8 | data[7], fine, self._h)
            values["humidity"] = ((percent * 100 + 512) >> 10) / 100
        return values

    async def _until_clear(self, flag: int) -> None:
        """Wait until the sensor has done what it is at. Raises SensorNotReady."""
        for _ in range(_POLLS):
            if not self._registers.read(_STATUS, 1)[0] & flag:
                return
            await asyncio.sleep_ms(_POLL_MS)
        raise SensorNotReady(self.part)


def _twenty_bits(data: bytes) -> int:
    return data[0] << 12 | data[1] << 4 | data[2] >> 4
