"""A room that sensors can stand in: people come by a timetable, somebody airs it, night falls.

Runs on MicroPython and on CPython. Physics, all per well-mixed room:

- CO2: mass balance. A seated adult breathes out about 19 L/h (0.0052 L/s at 1.2 met; Persily & de
  Jonge, Indoor Air 27, 2017, table 4). Steady state: outdoors + people · 0.019 m³/h / (ACH · V).
- Moisture: the same balance, 50 g/h a person; relative humidity by the Magnus formula (Alduchov &
  Eskridge, J. Appl. Meteor. 35, 1996).
- Heat: the air with the furniture, and the walls behind it. Airing cools the air in minutes and
  the walls hardly, so that it is warm again soon after the window is shut.

ACH, air changes per hour, is how often the outdoor air that enters would fill the room in an hour.
"""

import math

CO2_PER_PERSON = 0.019  # m³/h
MOISTURE_PER_PERSON = 50.0  # g/h
HEAT_PER_PERSON = 80.0  # W
MAGNUS = (6.1094, 17.625, 243.04)  # hPa, –, °C
AIR_HEAT = 0.34  # Wh/(m³·K)

_STEP_S = 60.0
_LONGEST_ABSENCE_S = 12 * 3600.0
_DAY_S = 86400

# Lessons, in minutes of the day. Each may be left out on a day, and has its own number of people.
_LESSONS = ((540, 630), (645, 735), (810, 915), (930, 1020))

DEFAULTS = {
    "seed": 1,
    "volume": 150.0,  # m³
    "seats": 14,
    "closed_ach": 0.6,  # what leaks with everything shut
    "open_ach": 7.0,
    "outdoor_co2": 420.0,  # ppm
    "outdoor_mean": 7.0,  # °C, over the day
    "outdoor_swing": 4.0,  # K, from the mean to the afternoon
    "day_setpoint": 20.0,  # °C
    "night_setpoint": 16.0,
    "heating": 3500.0,  # W at most
    "airs_above": 1300.0,  # ppm at which somebody thinks of the window
    # None: by the timetable and by habit. A number or a truth value: as somebody says.
    "people": None,
    "window": None,
}


class Room:
    """The state of the room, true at the moment it is read: ``co2``, ``temperature``, ``humidity``.

    ``settings`` replaces some of DEFAULTS; ``clock`` gives the room's time in seconds since 1970,
    local time. What is chance depends on ``seed`` and the day alone, so that a room that is looked
    at again after a restart has had the same day.
    """

    def __init__(self, settings, clock):
        self._settings = dict(DEFAULTS)
        self._clock = clock
        self._now = clock() - _LONGEST_ABSENCE_S
        self._settings.update(settings)
        self._co2 = self._settings["outdoor_co2"] + 30
        self._air = self._walls = self._setpoint()
        self._moisture = self._outdoor_moisture() + 1.5
        self._airing_until = 0.0

    def change(self, settings):
        """Take other settings from now on, for example ``{"people": 20}``."""
        self._advance()
        self._settings.update(settings)

    @property
    def co2(self):
        """CO2 in ppm."""
        self._advance()
        return self._co2

    @property
    def temperature(self):
        """Temperature of the air in °C."""
        self._advance()
        return self._air

    @property
    def humidity(self):
        """Relative humidity in %."""
        self._advance()
        return 100 * self._moisture / saturation(self._air)

    @property
    def people(self):
        """How many are in the room."""
        self._advance()
        return self._people()

    @property
    def airing(self):
        """Whether a window is open."""
        self._advance()
        return self._window_open()

    def _advance(self):
        """Let happen what has happened since the room was last looked at."""
        end = self._clock()
        self._now = max(self._now, end - _LONGEST_ABSENCE_S)
        while self._now < end:
            seconds = min(_STEP_S, end - self._now)
            self._now += seconds
            self._decide_on_window()
            self._step(seconds / 3600)

    def _step(self, hours):
        """Advance the balances by so many hours, people and window staying as they are.

        Each balance is linear, so that its exponential is exact whatever the step.
        """
        settings = self._settings
        people = self._people()
        volume = settings["volume"]
        ach = settings["open_ach"] if self._window_open() else settings["closed_ach"]
        stays = math.exp(-ach * hours)

        source = people * CO2_PER_PERSON * 1e6 / volume
        steady = settings["outdoor_co2"] + source / ach
        self._co2 = steady + (self._co2 - steady) * stays

        source = people * MOISTURE_PER_PERSON / volume
        steady = self._outdoor_moisture() + source / ach
        moisture = steady + (self._moisture - steady) * stays

        self._exchange_heat(hours, ach, people)
        # What the air cannot hold runs down the panes.
        self._moisture = min(moisture, saturation(self._air))

    def _exchange_heat(self, hours, ach, people):
        """Advance the temperatures of air and walls."""
        volume = self._settings["volume"]
        outdoors = self._outdoor_temperature()
        airing = AIR_HEAT * ach * volume
        panes = 0.5 * volume  # W/K through windows and doors
        to_walls = 4.0 * volume
        wish = (self._setpoint() + 0.4 - self._air) * 2500
        heating = min(self._settings["heating"], max(0.0, wish))
        gain = heating + people * HEAT_PER_PERSON

        loss = airing + panes + to_walls
        steady = ((airing + panes) * outdoors + to_walls * self._walls + gain) / loss
        furnished_air = 5 * AIR_HEAT * volume
        self._air = steady + (self._air - steady) * math.exp(-loss / furnished_air * hours)

        through_walls = 0.4 * volume
        steady = (to_walls * self._air + through_walls * outdoors) / (to_walls + through_walls)
        heavy = 60.0 * volume
        self._walls = steady + (self._walls - steady) * math.exp(
            -(to_walls + through_walls) / heavy * hours
        )

    def _decide_on_window(self):
        """Open it when the air is bad and somebody is there to notice, or before they leave."""
        if self._settings["window"] is not None or self._now < self._airing_until:
            return
        lesson = self._lesson()
        if lesson is None or not self._people():
            return
        notices = self._co2 > self._settings["airs_above"] * (0.85 + 0.3 * self._chance(lesson, 2))
        if notices:
            self._airing_until = self._now + 60 * (5 + 8 * self._chance(lesson, 3))

    def _window_open(self):
        wanted = self._settings["window"]
        return self._now < self._airing_until if wanted is None else bool(wanted)

    def _people(self):
        said = self._settings["people"]
        if said is not None:
            return said
        lesson = self._lesson()
        if lesson is None or self._chance(lesson, 0) < 0.15:
            return 0
        return 1 + int(self._settings["seats"] * (0.5 + 0.5 * self._chance(lesson, 1)))

    def _lesson(self):
        """Return which lesson of the day it is, or None: in between, at night, at the weekend."""
        if self._weekday() >= 5:
            return None
        minute = self._now % _DAY_S / 60
        for number, (start, end) in enumerate(_LESSONS):
            if start <= minute < end:
                return number
        return None

    def _weekday(self):
        """Return 0 for Monday; 1 January 1970 was a Thursday."""
        return (int(self._now) // _DAY_S + 3) % 7

    def _setpoint(self):
        """Return what the heating aims at: by day from 6 to 18 o'clock, not at the weekend."""
        hour = self._now % _DAY_S / 3600
        by_day = 6 <= hour < 18 and self._weekday() < 5
        return self._settings["day_setpoint" if by_day else "night_setpoint"]

    def _outdoor_temperature(self):
        """Return the temperature outside: coldest at 5 o'clock, each day a little different."""
        hour = self._now % _DAY_S / 3600
        mean = self._settings["outdoor_mean"] + 4 * (self._chance(0, 4) - 0.5)
        return mean - self._settings["outdoor_swing"] * math.cos((hour - 5) / 12 * math.pi)

    def _outdoor_moisture(self):
        """Return the grams of water in a cubic metre outside, at 80 % relative humidity."""
        return 0.8 * saturation(self._outdoor_temperature())

    def _chance(self, lesson, purpose):
        """Return a number in [0, 1) that is always the same for this day, lesson and purpose."""
        day = int(self._now) // _DAY_S
        state = self._settings["seed"] * 2654435761 + day * 40503 + lesson * 977 + purpose * 131
        for _ in range(3):
            state = (state * 1664525 + 1013904223) & 0xFFFFFFFF
            state ^= state >> 15
        return state / 4294967296


def saturation(celsius):
    """Return how many grams of water a cubic metre of air can hold."""
    scale, slope, base = MAGNUS
    hectopascal = scale * math.exp(slope * celsius / (base + celsius))
    return 216.68 * hectopascal / (celsius + 273.15)
