"""The INA219 on its module with a shunt of 0.1 Ω: Texas Instruments, SBOS448G, December 2015."""

import struct
import time

from .model import Model, damaged, refuse
from .quantity import Quantity

_SHUNT_OHM = 0.1
_AFTER_RESET = 0x399F

# Section 8.6.2.1, table 5: the time for 2, 4, … 128 samples is that of one, as often.
_SAMPLE_MS = (0.084, 0.148, 0.276, 0.532)


def create(part, room, ticks, clock, noise):
    """Return the model of a part of build.json. Its address pins are low: the first address."""
    return Ina219(part["addresses"][:1], room, ticks, clock, noise)


class Ina219(Model):
    """Six registers of 16 bits and a pointer (section 8.6)."""

    def __init__(self, addresses, room, ticks, clock, noise):
        super().__init__()
        self.addresses = addresses
        self._ticks = ticks
        self._clock = clock
        self._chance = noise
        # Section 7.5: 0.5 % gain, offsets of 0.1 mV and of two bits of 4 mV.
        self._gain = 1 + 0.005 * noise.normal() / 3
        self._current = Quantity(lambda: room.current, 0.02, 0.0003, 0.0001, noise)
        self._voltage = Quantity(lambda: room.voltage, 0.02, 0.008, 0.001, noise)
        self._last = None
        self.power_up()

    def power_up(self):
        """Start from scratch: no calibration, and measuring all the time."""
        self._registers = [_AFTER_RESET, 0, 0, 0, 0, 0]
        self._pointer = 0
        self._begin()

    def write(self, address, data):
        """Take the pointer, and after it the two bytes of a register."""
        if not self.plugged:
            refuse()
        if not data:
            return  # a scan of the bus
        self._pointer = data[0] & 0x07
        if len(data) == 3:
            self._set(struct.unpack(">H", bytes(data[1:]))[0])

    def read(self, address, count):
        """Return the register of the pointer."""
        if not self.plugged:
            refuse()
        self._advance()
        value = self._registers[self._pointer] if self._pointer < 6 else 0
        if self._pointer == 3:
            self._registers[2] &= ~0x02  # section 8.6.3.2: reading the power clears the flag
        answer = struct.pack(">H", value) + b"\xff" * (count - 2)
        return (damaged(answer, self._chance) if self.corrupt else answer)[:count]

    def _set(self, value):
        if self._pointer == 0 and value & 0x8000:
            self.power_up()
        elif self._pointer == 0:
            self._registers[0] = value
            self._registers[2] &= ~0x02
            self._begin()
        elif self._pointer == 5:
            self._registers[5] = value & 0xFFFE  # its last bit is always 0

    def _begin(self):
        configuration = self._registers[0]
        self._began_at = self._ticks()
        self._takes_ms = _conversion_ms(configuration >> 7) + _conversion_ms(configuration >> 3)

    def _advance(self):
        """Finish the conversion that is due."""
        mode = self._registers[0] & 0x07
        if self._began_at is None or mode in (0, 4):
            return
        if 0 <= time.ticks_diff(self._ticks(), self._began_at) < self._takes_ms:
            return
        self._began_at = self._ticks() if mode & 0x04 else None
        if not (self.stuck and self._last):
            now = self._clock()
            self._last = self._voltage.sample(now), self._current.sample(now) * self._gain
        volts, amperes = (30.0, 4.0) if self.out_of_range else self._last
        self._convert(volts, amperes)

    def _convert(self, volts, amperes):
        """Fill the registers: sections 8.5.1 and 8.6.3, equations 4 and 5."""
        configuration, calibration = self._registers[0], self._registers[5]
        full = 4000 << (configuration >> 11 & 0x03)  # 40 mV to 320 mV, of 10 µV a bit
        shunt = min(full, max(-full, round(amperes * _SHUNT_OHM / 10e-6)))
        most = 32 if configuration & 0x2000 else 16
        bus = round(min(most, max(0, volts)) / 0.004)
        current = int(shunt * calibration / 4096)
        power = abs(current) * bus // 5000
        overflow = not -0x8000 <= current <= 0x7FFF or power > 0xFFFF
        self._registers[1] = shunt & 0xFFFF
        self._registers[2] = bus << 3 & 0xFFFF | 0x02 | overflow
        self._registers[3] = power & 0xFFFF
        self._registers[4] = current & 0xFFFF


def _conversion_ms(setting):
    """Return how long one of the two conversions takes, by its four bits."""
    if setting & 0x08:
        return _SAMPLE_MS[3] * (1 << (setting & 0x07))
    return _SAMPLE_MS[setting & 0x03]
