"""The VL53L0X as seen from its I2C bus: ST, DS11555, and the register names of ST's API.

One chip, not a part of a build: ``gate.py`` has two. It has a page of private registers (0xFF), and
ranges only for who gives it its own “stop variable” back.
"""

import time

from .model import refuse

ADDRESS = 0x29
_BOOT_MS = 1.2  # section 2.9
_RANGING_MS = 33
_CALIBRATION_MS = 6
_NOTHING_MM = 8190
_VALID, _NO_SIGNAL = 11, 4  # what bits 3 to 6 of the status can say
_TO_MM = 2000


class Vl53l0x:
    """One sensor. ``distance()`` gives what is true, in mm, or None if nothing is there."""

    def __init__(self, distance, ticks, noise):
        self._distance = distance
        self._ticks = ticks
        self._noise = noise
        self.stuck = False
        self.out_of_range = False
        self.asleep = False
        self._stop = int(noise.uniform() * 255) + 1
        # Section 1: some per cent; an offset that ST's API would take off.
        self._offset = 20 * noise.normal() / 3
        self.power_up()

    def power_up(self):
        """Be at 0x29 again, and know of nothing."""
        self.address = ADDRESS
        self._woken_at = self._ticks()
        self._booting = True
        self._registers = {0xC0: 0xEE, 0xC1: 0xAA, 0xC2: 0x10, 0x01: 0xFF, 0x0A: 0, 0x89: 0}
        self._private = {0x91: self._stop}
        self._given = None
        self._index = 0
        self._ready_in = None
        self._ranging = False
        self._result = bytes(12)
        self._new = False

    def sleep(self, asleep):
        """Take the level of XSHUT: low puts it to sleep, and makes it forget."""
        if self.asleep and not asleep:
            self.power_up()
        self.asleep = asleep

    def write(self, data):
        """Take an index, and bytes from there on."""
        self._require_awake()
        if not data:
            return
        self._index = data[0]
        for value in data[1:]:
            self._set(self._index, value)
            self._index = self._index + 1 & 0xFF

    def read(self, count):
        """Return the registers from the index on."""
        self._require_awake()
        self._advance()
        answer = bytes(self._get(self._index + i & 0xFF) for i in range(count))
        self._index = self._index + count & 0xFF
        return answer

    def _require_awake(self):
        if self._booting:
            self._booting = time.ticks_diff(self._ticks(), self._woken_at) < _BOOT_MS
        if self.asleep or self._booting:
            refuse()

    def _get(self, register):
        if self._registers.get(0xFF):
            return self._private.get(register, 0)
        if register == 0x13:
            return 0x44 if self._new else 0x40
        if 0x14 <= register < 0x20:
            return self._result[register - 0x14]
        return self._registers.get(register, 0)

    def _set(self, register, value):
        if register != 0xFF and self._registers.get(0xFF):
            self._private[register] = value
            if register == 0x91:
                self._given = value
            return
        self._registers[register] = value
        if register == 0x8A:
            self.address = value & 0x7F
        elif register == 0x0B and value & 1:
            self._new = False
        elif register == 0x00 and not self._registers.get(0x80):
            self._begin(value)

    def _begin(self, mode):
        self._ranging = bool(mode & 2) and self._given == self._stop
        self._began_at = self._ticks()
        self._ready_in = None
        if self._ranging:
            self._ready_in = _RANGING_MS
        elif mode & 1:
            self._ready_in = _CALIBRATION_MS

    def _advance(self):
        if self._ready_in is None:
            return
        if time.ticks_diff(self._ticks(), self._began_at) < self._ready_in:
            return
        if not self._ranging:
            self._ready_in = None
        elif self.stuck:
            return
        else:
            self._began_at = self._ticks()
            self._range()
        self._new = self._registers[0x0A] == 4

    def _range(self):
        truth = self._distance()
        status, millimetres = _NO_SIGNAL, _NOTHING_MM
        if truth is not None and truth < _TO_MM:
            status = _VALID
            millimetres = round(max(20, truth * (1 + 0.02 * self._noise.normal()) + self._offset))
        if self.out_of_range:
            status, millimetres = _VALID, 0xFFFF
        self._result = bytes([status << 3] + [0] * 9) + millimetres.to_bytes(2, "big")
