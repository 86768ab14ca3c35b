"""A school canteen to be heard: silent by night, two services at noon, quieter where a door shuts.

Runs on MicroPython and on CPython. Nothing is kept: all depends on the seed and the time alone.
"""

import math

from chance import chance, drifting

# From which hour on, and how loud it then is on a school day: dB, mean over a minute.
_DAY = (
    (0.0, 34.0),
    (7.5, 47.0),  # deliveries
    (9.0, 52.0),  # the kitchen
    (11.25, 62.0),  # tables are laid
    (11.75, 78.0),  # first service
    (12.5, 70.0),  # one goes, one comes
    (12.67, 80.0),  # second service
    (13.5, 66.0),  # washing up
    (14.5, 50.0),
    (17.5, 44.0),  # cleaning
    (19.0, 34.0),
)
_WEEKEND_DB = 34.0
_MINUTE, _SHARE = range(2)  # purposes of chance


class Canteen:
    """What is heard at the moment it is read. ``clock``: the local time in seconds since 1970."""

    def __init__(self, seed, clock):
        self._seed = seed
        self._clock = clock

    @property
    def noise(self):
        """Sound pressure level in dB re 20 µPa, unweighted."""
        now = self._clock()
        base = _base(now)
        # The fuller the room, the more it goes up and down.
        wavers = (base - 30) / 8
        minute = drifting(self._seed, now / 60, _MINUTE) - 0.5
        return base + 2 * wavers * minute + wavers * (chance(self._seed, int(now), _SHARE) - 0.5)


def _base(now):
    if (math.floor(now / 86400) + 3) % 7 >= 5:  # 1 January 1970 was a Thursday
        return _WEEKEND_DB
    hour = now % 86400 / 3600
    return [decibel for begins, decibel in _DAY if begins <= hour][-1]
