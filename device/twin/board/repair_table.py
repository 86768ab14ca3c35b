"""The table of a repair café: a bench supply, and what people bring to it one after another."""

import math

from chance import chance

_TURN_S = 600.0  # how long one thing stays on the table
_OPENS_H, _CLOSES_H = 9, 19

_IDLE = (12.0, 0.0)
_BROUGHT = (
    _IDLE,
    (5.1, 1.15),  # a telephone that charges
    (12.0, 0.42),  # a lamp
    (9.0, 0.18),  # a radio
    (6.0, 0.55),  # a toy car
    (19.0, 2.1),  # a laptop computer
)
"""Volts and amperes."""

_THING, _LOAD = range(2)  # purposes of chance


class RepairTable:
    """What is on the table at the moment it is read; nothing by night.

    ``clock`` gives the local time in seconds since 1970.
    """

    def __init__(self, seed, clock):
        self._seed = seed
        self._clock = clock

    @property
    def voltage(self):
        """Voltage of the supply in V."""
        return self._thing()[0]

    @property
    def current(self):
        """Current that is drawn in A; it wavers a little from minute to minute."""
        wavers = 0.94 + 0.12 * chance(self._seed, math.floor(self._clock() / 60), _LOAD)
        return self._thing()[1] * wavers

    def _thing(self):
        now = self._clock()
        if not _OPENS_H <= now % 86400 / 3600 < _CLOSES_H:
            return _IDLE
        drawn = chance(self._seed, math.floor(now / _TURN_S), _THING)
        return _BROUGHT[int(drawn * len(_BROUGHT))]
