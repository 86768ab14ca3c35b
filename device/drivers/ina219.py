"""INA219: voltage, current and power of a direct current below 26 V, on I2C. Never on the mains.

Texas Instruments, INA219 Zerø-Drift, Bidirectional Current/Power Monitor, SBOS448G, December 2015.
With the shunt of 0.1 Ω that is soldered on the usual modules it measures up to 3.2 A.
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

# Section 8.6, table 2.
_CONFIGURATION = const(0x00)
_BUS_VOLTAGE = const(0x02)
_POWER = const(0x03)
_CURRENT = const(0x04)
_CALIBRATION = const(0x05)

_RESET = const(0x8000)  # section 8.6.2.1, as are the three below
_AFTER_RESET = const(0x399F)
# Up to 32 V and ±320 mV over the shunt, the mean of 128 samples each, once.
_MEASURE = const(0x3FFB)
_MEASURE_MS = const(140)  # 2 × 68.1 ms, and a tenth more at most: section 8.6.2.1, table 5
_POLL_MS = const(5)
_POLLS = const(10)

_READY = const(0x02)  # section 8.6.3.2, as is the other
_OVERFLOW = const(0x01)

# Section 8.5.1, equation 1: 0.04096 / (0.0001 A a bit · 0.1 Ω).
_CALIBRATED = const(4096)
_SHUNT_FULL = const(32_000)  # ±320 mV of 10 µV a bit, which is ±3.2 A of 0.1 mA a bit
_MOST_VOLTS = const(26)  # section 7.1


class SensorOverload(SensorError):
    """More volts or amperes than the part can bear."""

    code = "overload"
    sentence = "Le capteur {} reçoit trop de courant : débranchez l’appareil mesuré."


def create(part: "dict[str, Any]") -> "Ina219":
    """Return the driver of a part of build.json."""
    from drivers import bus  # only here: the rest needs no pins

    return Ina219(part["id"], bus.i2c(part["pins"]), part["addresses"])


def volts(register: int) -> float:
    """Return the voltage in the bus voltage register: 4 mV a bit from bit 3 on."""
    return (register >> 3) * 4 / 1000


def amperes(register: int) -> float:
    """Return the current in the current register: 0.1 mA a bit, in two's complement."""
    return (register - 0x10000 if register & 0x8000 else register) / 10_000


def watts(register: int) -> float:
    """Return the power in the power register: 20 times the bit of the current, by the volt."""
    return register * 2 / 1000


class Ina219(Sensor):
    """Voltage in V between load and ground, current in A through the shunt, power in W.

    ``addresses``: 0x40 to 0x4F, by two jumpers (section 8.5.5.1). The current is negative where
    the load feeds it back, or the two wires are swapped.
    """

    channels = ("voltage", "current", "power")

    def __init__(self, part: str, i2c: "I2C", addresses: tuple[int, ...] = (0x40,)) -> None:
        super().__init__(part)
        self._addresses = addresses
        self._registers = Registers(part, i2c, addresses[0])

    async def _start(self) -> None:
        for address in self._addresses:
            self._registers.address = address
            try:
                self._write(_CONFIGURATION, _RESET)
            except SensorMissing:
                continue
            if self._read(_CONFIGURATION) != _AFTER_RESET:
                raise SensorError(self.part)  # its sisters, such as the INA226, start otherwise
            self._write(_CALIBRATION, _CALIBRATED)
            return
        raise SensorMissing(self.part)

    async def _measure(self) -> dict[str, float]:
        # Without its calibration, lost with its power, it would tell 0 A for ever.
        if self._read(_CALIBRATION) != _CALIBRATED:
            await self._start()
        self._write(_CONFIGURATION, _MEASURE)
        await asyncio.sleep_ms(_MEASURE_MS)
        bus_voltage = await self._finished()
        current, power = self._read(_CURRENT), self._read(_POWER)
        voltage = volts(bus_voltage)
        too_much = abs(amperes(current)) * 10_000 >= _SHUNT_FULL or voltage > _MOST_VOLTS
        if too_much or bus_voltage & _OVERFLOW:
            raise SensorOverload(self.part)
        return {"voltage": voltage, "current": amperes(current), "power": watts(power)}

    async def _finished(self) -> int:
        """Return the bus voltage register once it says that the values are there."""
        for _ in range(_POLLS):
            # Read once: between two looks it may become ready.
            if self._registers.read(_BUS_VOLTAGE, 2)[1] & _READY:
                return self._read(_BUS_VOLTAGE)
            await asyncio.sleep_ms(_POLL_MS)
        raise SensorNotReady(self.part)

    def _write(self, register: int, value: int) -> None:
        self._registers.write(register, struct.pack(">H", value))

    def _read(self, register: int) -> int:
        value: int = struct.unpack(">H", self._registers.read_twice(register, 2))[0]
        return value
