"""The weather and a garden bed in it: what sensors feel that stand outside, in the north of France.

Runs on MicroPython and on CPython. Nothing is kept: all depends on the seed and the time alone, so
that an hour that is looked at again is the same.

- Fronts come about every three days: low pressure, clouds, rain, mild nights.
- The temperature follows the season (Lille, normals 1991-2020: 4 °C in January, 19 °C in July) and
  the sun; the humidity is what the air of the coldest hour holds (Magnus formula: ``room.py``).
- Light: the height of the sun at 50.6° N, less what the clouds keep; the sun alone gives about
  100,000 lx from above.
- The soil dries by two thirds within four days, faster in the warm season; rain and volunteers
  with a watering can wet it again.
"""

import math

from chance import chance, drifting
from room import MAGNUS

_HOUR_S = 3600.0
_DAY_S = 86400.0
_YEAR_DAYS = 365.25
_LATITUDE = math.radians(50.6)
_NOON_H = 13.0  # by the clock on the wall, between winter time and summer time

_COLDEST_H = 5
_FRONT_DAYS = 1.5
_CLOUD_HOURS = 5.0
_RAINS_ABOVE = 0.82  # of cloud

_WATERING_H = 19
_LONGEST_DRY_DAYS = 12
_WET, _DRY = 72.0, 8.0  # % of moisture
_FRONT, _CLOUD, _DAY, _CAN, _SHOWER = range(5)  # purposes of chance


class Outdoors:
    """What is true outside at the moment it is read.

    ``clock`` gives the local time in seconds since 1970.
    """

    def __init__(self, seed, clock):
        self._seed = seed
        self._clock = clock

    @property
    def temperature(self):
        """Temperature in the shade, in °C."""
        return self._temperature(self._clock())

    @property
    def humidity(self):
        """Relative humidity in %."""
        now = self._clock()
        dew_point = self._coldest(now) - 1.5
        percent = 100 * _vapour(dew_point) / _vapour(self._temperature(now))
        return min(98.0, percent + 12 * self._cloud(now))

    @property
    def pressure(self):
        """Pressure of the air in hPa, at the height of the site."""
        return self._pressure(self._clock())

    @property
    def light(self):
        """Light in lx."""
        now = self._clock()
        height = _height_of_sun(now)
        if height <= -0.1:
            return 0.0
        if height <= 0.02:
            return 600 * ((height + 0.1) / 0.12) ** 2  # twilight
        clear = 600 + 105_000 * (height - 0.02) ** 1.1
        return clear * (1 - 0.85 * self._cloud(now) ** 2)

    @property
    def moisture(self):
        """Moisture of the soil in %, between dry and as wet as it gets."""
        now = self._clock()
        days = self._days_since_water(now)
        fades_in = 4.0 - 1.2 * _season(now)
        return _DRY + (_WET - _DRY) * math.exp(-days / fades_in)

    def _coldest(self, now):
        """Return the temperature of the coldest hour: of this morning, by night towards the next.

        Air does not change at midnight: from noon on the one goes over into the other.
        """
        day = now / _DAY_S - _COLDEST_H / 24
        morning = math.floor(day)
        share = max(0.0, 2 * (day - morning) - 1)
        this, following = (
            self._temperature((n + _COLDEST_H / 24) * _DAY_S) for n in (morning, morning + 1)
        )
        return this + share * (following - this)

    def _temperature(self, now):
        hour = now % _DAY_S / _HOUR_S
        mean = 11.5 + 7.5 * _season(now) + 6 * (drifting(self._seed, now / _DAY_S, _DAY) - 0.5)
        swing = (2.5 + 2.5 * (1 + _season(now)) / 2) * (1 - 0.6 * self._cloud(now))
        return mean - swing * math.cos((hour - 4) / 12 * math.pi)

    def _pressure(self, now):
        front = drifting(self._seed, now / _DAY_S / _FRONT_DAYS, _FRONT)
        return 993 + 38 * front

    def _cloud(self, now):
        """Return how much of the sky is covered: 0 to 1, more when the pressure is low."""
        low = (1014 - self._pressure(now)) / 38
        passing = drifting(self._seed, now / _HOUR_S / _CLOUD_HOURS, _CLOUD)
        return min(1.0, max(0.0, low + 0.25 + 0.7 * passing))

    def _days_since_water(self, now):
        """Return the days since the last watering can or shower."""
        today = math.floor(now / _DAY_S)
        for day in range(today, today - _LONGEST_DRY_DAYS, -1):
            at = day * _DAY_S + _WATERING_H * _HOUR_S
            by_can = chance(self._seed, day, _CAN) < 0.22
            shower = day * _DAY_S + chance(self._seed, day, _SHOWER) * _DAY_S
            rain = self._cloud(shower) > _RAINS_ABOVE and chance(self._seed, day, _CAN) > 0.6
            past = [t for t, wet in ((at, by_can), (shower, rain)) if wet and t <= now]
            if past:
                return (now - max(past)) / _DAY_S
        return float(_LONGEST_DRY_DAYS)


def _season(now):
    """Return 1 in the middle of July, -1 in the middle of January."""
    return math.cos(2 * math.pi * (now / _DAY_S % _YEAR_DAYS - 197) / _YEAR_DAYS)


def _height_of_sun(now):
    """Return the sine of the sun's height above the horizon."""
    day = now / _DAY_S % _YEAR_DAYS
    declination = math.radians(-23.44) * math.cos(2 * math.pi * (day + 10) / _YEAR_DAYS)
    turn = (now % _DAY_S / _HOUR_S - _NOON_H) / 12 * math.pi
    upright = math.sin(_LATITUDE) * math.sin(declination)
    return upright + math.cos(_LATITUDE) * math.cos(declination) * math.cos(turn)


def _vapour(celsius):
    """Return the vapour pressure of saturated air in hPa."""
    scale, slope, base = MAGNUS
    return scale * math.exp(slope * celsius / (base + celsius))
