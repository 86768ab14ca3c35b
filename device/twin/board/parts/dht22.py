"""The DHT22: Aosong, Digital-output relative humidity & temperature sensor DHT22."""

import time
from errno import ETIMEDOUT

from .model import Model
from .quantity import Quantity

_POWER_UP_MS = 1000
_INTERVAL_MS = 2000


def create(part, room, ticks, clock, noise):
    """Return the model of a part of build.json."""
    return Dht22(room, ticks, clock, noise)


class Dht22(Model):
    """It answers a start pulse with 40 bits, but not twice within two seconds."""

    def __init__(self, room, ticks, clock, noise):
        super().__init__()
        self._ticks = ticks
        self._clock = clock
        self._frame = None
        # Section 4: accuracy, repeatability, response time of the humidity; the case is slower.
        self._temperature = Quantity(lambda: room.temperature, 20, 0.5, 0.1, noise)
        self._humidity = Quantity(lambda: room.humidity, 5, 2, 0.3, noise)
        self.power_up()

    def power_up(self):
        """Be deaf for a second (section 6)."""
        self._rest_from = self._ticks()
        self._rest_ms = _POWER_UP_MS

    def read_into(self, frame):
        """Fill a bytearray with the five bytes, as machine.dht_readinto() does.

        Raises OSError(ETIMEDOUT) if the sensor stays silent.
        """
        if not self.plugged or self._resting():
            raise OSError(ETIMEDOUT)
        self._rest_from = self._ticks()
        self._rest_ms = _INTERVAL_MS
        if not (self.stuck and self._frame):
            self._frame = self._measure()
        frame[:] = b"\xff\xff\xff\xff\xfc" if self.out_of_range else self._frame
        if self.corrupt:
            frame[1] ^= 0x04

    def _resting(self):
        if not self._rest_ms:
            return False
        if 0 <= time.ticks_diff(self._ticks(), self._rest_from) < self._rest_ms:
            return True
        # Said once: the ticks may wrap around before the next read.
        self._rest_ms = 0
        return False

    def _measure(self):
        now = self._clock()
        tenths = round(10 * min(80, max(-40, self._temperature.sample(now))))
        humidity = round(10 * min(100, max(0, self._humidity.sample(now))))
        # Sign and magnitude (section 7): -10.1 °C is 0x8065.
        temperature = 0x8000 - tenths if tenths < 0 else tenths
        frame = bytes((humidity >> 8, humidity & 0xFF, temperature >> 8, temperature & 0xFF))
        return frame + bytes((sum(frame) & 0xFF,))
