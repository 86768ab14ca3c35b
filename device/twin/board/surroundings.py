"""All that the parts of a board can sense, each kind in a file of its own.

Runs on MicroPython and on CPython. The host may say what any quantity is (``{"light": 300.0}``) and
take it back (``{"light": None}``); until then each goes its own way through the day.
"""

from room import Room

SAID = ("light", "moisture", "pressure", "noise", "voltage", "current")
"""Quantities that the host may say by their own names."""


class Surroundings:
    """The room of the board and what is around it, true at the moment it is read.

    ``settings``: those of ``room.DEFAULTS``, and of SAID by name. ``clock`` gives the local time
    there in seconds since 1970.
    """

    def __init__(self, settings, clock):
        self._said = {}
        self._room = Room(_without_said(settings), clock)
        self._take_said(settings)

    def change(self, settings):
        """Take other settings from now on, for example ``{"people": 20, "light": 300.0}``."""
        self._take_said(settings)
        self._room.change(_without_said(settings))

    @property
    def co2(self):
        """CO2 in ppm."""
        return self._room.co2

    @property
    def temperature(self):
        """Temperature of the air in °C."""
        return self._room.temperature

    @property
    def humidity(self):
        """Relative humidity in %."""
        return self._room.humidity

    def _take_said(self, settings):
        for name in SAID:
            if name in settings:
                self._said[name] = settings[name]


def _without_said(settings):
    return {name: settings[name] for name in settings if name not in SAID}
