"""VL53L0X: a distance by the time that light takes. One sensor; ``drivers.gate`` has two of them.

ST, VL53L0X data sheet DS11555 (revision 6) for what is public: how registers are written and read
(section 3), the address after power-up and how long that takes (sections 2.9 and 3), the registers
that say what it is (section 3.2). UM2039 and AN4846 describe the order of things: wake, new
address, settings, calibration, ranging. The other registers have no public description; their
numbers and meanings are known from the header files of ST's own API (STSW-IMG005).

Left out are ST's tuning tables and its choice of light-sensitive cells. Without them a distance is
some per cent off, and dark things are seen less far: whether somebody stands half-way to the other
side of a door is told all the same.
"""

import asyncio

from drivers.errors import SensorMissing, SensorOutOfRange
from drivers.registers import Registers
from micropython import const

TYPE_CHECKING = False
if TYPE_CHECKING:
    from machine import I2C

ADDRESS = const(0x29)
"""Where it answers after power-up."""
BOOT_MS = const(2)
"""1.2 ms at most (section 2.9, table 4)."""
FAR = const(8190)
"""What a distance is, in mm, where nothing throws the light back."""

_IDENTITY = const(0xC0)
_VL53L0X = const(b"\xee\xaa")  # section 3.2, table 5

_SYSRANGE_START = const(0x00)
_SEQUENCE = const(0x01)
_INTERRUPT_WHEN = const(0x0A)
_INTERRUPT_CLEAR = const(0x0B)
_INTERRUPT_STATUS = const(0x13)  # the result follows from 0x14 on
_LEAST_SIGNAL = const(0x44)
_POWER_PAD = const(0x89)
_ADDRESS = const(0x8A)

_SINGLE, _CONTINUOUS = const(0x01), const(0x02)
_NEW_SAMPLE = const(b"\x04")
_PATIENCE = const(20)  # times 5 ms: a step of the calibration takes some milliseconds
_STEP_MS = const(5)

_RESULT_BYTES = const(13)
_STATUS, _MILLIMETRES = const(1), const(11)  # where they stand in it
# Bits 3 to 6 of the status. What is none of these saw nothing, or nothing clear.
_GOOD = const((8, 10, 11))
_BROKEN = const((1, 2, 3))  # the light source, or its supply


class Vl53l0x:
    """One sensor at ``address``. ``part``: the id of the part that it belongs to."""

    def __init__(self, part: str, i2c: "I2C", address: int) -> None:
        self.part = part
        self.address = address
        self._registers = Registers(part, i2c, ADDRESS)
        self._stop = b"\0"

    def settle(self) -> None:
        """Take its own address; it has just woken up. Raises SensorMissing."""
        self._registers.address = ADDRESS
        if self._registers.read(_IDENTITY, 2) != _VL53L0X:
            raise SensorMissing(self.part)
        self._registers.write(_ADDRESS, bytes((self.address,)))
        self._registers.address = self.address

    async def start(self) -> None:
        """Set it up and let it range, again and again, as fast as it can: some 30 times a second.

        Raises SensorMissing.
        """
        pad = self._registers.read(_POWER_PAD, 1)[0]
        self._write(_POWER_PAD, pad | 1)  # its bus works with 2.8 V, not with 1.8 V
        self._open_private()
        self._stop = self._registers.read(0x91, 1)
        self._close_private()
        self._registers.write(_LEAST_SIGNAL, b"\0\x20")  # 0.25 million photons a second, by 128
        self._registers.write(_INTERRUPT_WHEN, _NEW_SAMPLE)
        self._registers.write(_INTERRUPT_CLEAR, b"\x01")
        # The reference calibration: of the voltage of the light source, then of the phase.
        await self._calibrate(0x01, 0x40)
        await self._calibrate(0x02, 0x00)
        self._write(_SEQUENCE, 0xE8)
        self._open_private()
        self._registers.write(0x91, self._stop)
        self._close_private()
        self._write(_SYSRANGE_START, _CONTINUOUS)

    def take(self) -> int | None:
        """Return the distance in mm, FAR if there is nothing; ``None`` if there is no new one.

        Raises SensorMissing, SensorOutOfRange.
        """
        answer = self._registers.read(_INTERRUPT_STATUS, _RESULT_BYTES)
        if not answer[0] & 7:
            return None
        self._registers.write(_INTERRUPT_CLEAR, b"\x01")
        status = answer[_STATUS] >> 3 & 0x0F
        millimetres = answer[_MILLIMETRES] << 8 | answer[_MILLIMETRES + 1]
        if status in _BROKEN or millimetres > FAR + 1:
            raise SensorOutOfRange(self.part)
        return min(millimetres, FAR) if status in _GOOD else FAR

    async def _calibrate(self, sequence: int, mode: int) -> None:
        self._write(_SEQUENCE, sequence)
        self._write(_SYSRANGE_START, mode | _SINGLE)
        for _ in range(_PATIENCE):
            await asyncio.sleep_ms(_STEP_MS)
            if self._registers.read(_INTERRUPT_STATUS, 1)[0] & 7:
                self._registers.write(_INTERRUPT_CLEAR, b"\x01")
                self._write(_SYSRANGE_START, 0)
                return
        raise SensorMissing(self.part)

    # What ST calls the stop variable lies among private registers.

    def _open_private(self) -> None:
        self._write(0x80, 1)
        self._write(0xFF, 1)
        self._write(0x00, 0)

    def _close_private(self) -> None:
        self._write(0x00, 1)
        self._write(0xFF, 0)
        self._write(0x80, 0)

    def _write(self, register: int, value: int) -> None:
        self._registers.write(register, bytes((value,)))
