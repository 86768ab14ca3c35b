"""The BH1750: ROHM, BH1750FVI technical note, rev. B, April 2009."""

import time

from .model import Model, damaged, refuse
from .quantity import Quantity

_USUAL_TIME = 69
_MEASURE_MS = 120  # page 2: usually; a slow specimen takes 180
_SLOWEST = 1.4


def create(part, room, ticks, clock, noise):
    """Return the model of a part of build.json. Its ADDR pin is low: the first address."""
    return Bh1750(part["addresses"][:1], room, ticks, clock, noise)


class Bh1750(Model):
    """It takes instructions of one byte (page 5) and gives a count of two bytes."""

    def __init__(self, addresses, room, ticks, clock, noise):
        super().__init__()
        self.addresses = addresses
        self._ticks = ticks
        self._clock = clock
        self._chance = noise
        self._light = Quantity(lambda: room.light, 0.1, 0, 0, noise)
        self._gain = 1 + 0.2 * noise.normal() / 3  # page 2: 0.96 to 1.44 times instead of 1.2
        self._slowness = 1 + (_SLOWEST - 1) * noise.uniform()
        self.power_up()

    def power_up(self):
        """Start from scratch: asleep, with the usual time, and nothing counted."""
        self._time = _USUAL_TIME
        self._count = 0
        self._began_at = None

    def write(self, address, data):
        """Take one instruction (page 10); what is unknown is passed over."""
        if not self.plugged:
            refuse()
        if data:
            self._do(data[0])

    def read(self, address, count):
        """Return the last count: while one is under way, the one before."""
        if not self.plugged:
            refuse()
        self._advance()
        shown = 0xFFFF if self.out_of_range else self._count
        answer = bytes((shown >> 8, shown & 0xFF)) + b"\xff" * (count - 2)
        return (damaged(answer, self._chance) if self.corrupt else answer)[:count]

    def _do(self, instruction):
        if instruction >> 3 == 0b01000:
            self._time = (instruction & 0x07) << 5 | self._time & 0x1F
        elif instruction >> 5 == 0b011:
            self._time = self._time & 0xE0 | instruction & 0x1F
        elif instruction in (0x10, 0x11, 0x20, 0x21):
            self._began_at = self._ticks()

    def _advance(self):
        if self._began_at is None:
            return
        needed_ms = _MEASURE_MS * self._slowness * self._time / _USUAL_TIME
        if 0 <= time.ticks_diff(self._ticks(), self._began_at) < needed_ms:
            return
        self._began_at = None
        if not (self.stuck and self._count):
            light = self._light.sample(self._clock()) * self._gain
            light *= 1 + 0.002 * self._chance.normal()
            self._count = min(0xFFFF, max(0, round(light * 1.2 * self._time / _USUAL_TIME)))
