"""The INMP441: InvenSense, DS-INMP441-00, revision 1.1. Its samples, as the chip finds them."""

import time
from array import array

from .model import Model

_FULL_SCALE = (1 << 23) - 1
_PEAK_AT_94_DB = 420_426  # table 1, “Understanding Sensitivity”
_OWN_NOISE_DB = 36.0  # 33 dBA: table 1
_SILENT_CYCLES = 1 << 18  # “Normal Operation”
_CYCLES_A_SAMPLE = 64
_PATTERN = 256


def create(part, room, ticks, clock, noise):
    """Return the model of a part of build.json."""
    return Inmp441(room, ticks, noise)


class Inmp441(Model):
    """Noise of the loudness of the room: ``room.noise``, in dB."""

    def __init__(self, room, ticks, noise):
        super().__init__()
        self._room = room
        self._ticks = ticks
        self._noise = noise
        self._error_db = noise.normal()  # table 1: 3 dB at most
        self._offset = round(300 * noise.normal())
        self._pattern = _white(noise)
        self.power_up()

    def power_up(self):
        """Be silent for a while."""
        self._woken_at = self._ticks()
        self._waking = True
        self._last = 0

    def listen(self, samples, rate):
        """Fill an array of 32-bit slots: 24 bits of sound, then zeros."""
        if not self.plugged or self._is_silent(rate):
            self._fill(samples, 0)
        elif self.stuck:
            self._fill(samples, self._last)
        elif self.out_of_range:
            for i in range(len(samples)):
                samples[i] = (_FULL_SCALE if i & 4 else -_FULL_SCALE) << 8
        else:
            self._sound(samples)
            self._last = samples[-1]

    def _sound(self, samples):
        loudness = 10 ** (self._room.noise / 10) + 10 ** (_OWN_NOISE_DB / 10)
        # No two moments are as loud.
        wavers = 10 ** (0.1 * (self._error_db + 0.8 * self._noise.normal()))
        root_mean_square = _PEAK_AT_94_DB * (loudness * wavers / 10**9.4 / 2) ** 0.5
        pattern, offset = self._pattern, self._offset
        begin = int(_PATTERN * self._noise.uniform())
        for i in range(len(samples)):
            sample = int(root_mean_square * pattern[(begin + i) % _PATTERN]) + offset
            samples[i] = max(-_FULL_SCALE, min(_FULL_SCALE, sample)) << 8

    def _is_silent(self, rate):
        if self._waking:
            awake_after_ms = 1000 * _SILENT_CYCLES / (_CYCLES_A_SAMPLE * rate)
            since_ms = time.ticks_diff(self._ticks(), self._woken_at)
            self._waking = 0 <= since_ms < awake_after_ms
        return self._waking

    def _fill(self, samples, value):
        for i in range(len(samples)):
            samples[i] = value


def _white(noise):
    """Return noise without a mean, whose root mean square is 1."""
    pattern = [noise.normal() for _ in range(_PATTERN)]
    mean = sum(pattern) / _PATTERN
    power = sum((sample - mean) ** 2 for sample in pattern) / _PATTERN
    return array("f", [(sample - mean) / power**0.5 for sample in pattern])
