"""All that the parts of a board can sense, each kind in a file of its own.

Runs on MicroPython and on CPython. The host may say what any quantity is (``{"light": 300.0}``) and
take it back (``{"light": None}``); until then each goes its own way through the day.
"""

from canteen import Canteen
from doorway import Doorway
from outdoors import Outdoors
from repair_table import RepairTable
from room import DEFAULTS, Room

SAID = (
    "outdoors",
    "co2",
    "temperature",
    "humidity",
    "light",
    "moisture",
    "pressure",
    "noise",
    "voltage",
    "current",
    "battery",
)
"""What the host may say by its own name: ``outdoors``, true where the board stands outside, and
quantities."""

WALKS = "walks"
"""What the host says for one person to walk through the door now: ``"in"`` or ``"out"``."""

_THROUGH_PANES = 0.02  # how much of the daylight reaches a table
_LAMPS_LX = 320.0  # while people are there


class Surroundings:
    """The room of the board and what is around it, true at the moment it is read.

    ``settings``: those of ``room.DEFAULTS``, and of SAID by name. ``clock`` gives the local time
    there in seconds since 1970.
    """

    def __init__(self, settings, clock):
        seed = settings.get("seed", DEFAULTS["seed"])
        self._said = {}
        self._room = Room(_without_said(settings), clock)
        self._outdoors = Outdoors(seed, clock)
        self._table = RepairTable(seed, clock)
        self._canteen = Canteen(seed, clock)
        self._doorway = Doorway(seed, clock)
        self._take_said(settings)

    def change(self, settings):
        """Take other settings from now on, for example ``{"people": 20, "light": 300.0}``."""
        self._take_said(settings)
        self._room.change(_without_said(settings))
        if WALKS in settings:
            self._doorway.walk(settings[WALKS])

    @property
    def co2(self):
        """CO2 in ppm."""
        return self._said_or("co2", self._room)

    @property
    def temperature(self):
        """Temperature of the air in °C."""
        return self._said_or("temperature", self._place())

    @property
    def humidity(self):
        """Relative humidity in %."""
        return self._said_or("humidity", self._place())

    @property
    def pressure(self):
        """Pressure of the air in hPa."""
        return self._said_or("pressure", self._outdoors)

    @property
    def light(self):
        """Light in lx."""
        if self._said.get("light") is not None or self._said.get("outdoors"):
            return self._said_or("light", self._outdoors)
        lamps = _LAMPS_LX if self._room.people else 0.0
        return self._outdoors.light * _THROUGH_PANES + lamps

    @property
    def moisture(self):
        """Moisture of the soil around the probe in %."""
        return self._said_or("moisture", self._outdoors)

    @property
    def voltage(self):
        """Voltage of the supply in V."""
        return self._said_or("voltage", self._table)

    @property
    def current(self):
        """Current that is drawn from it in A."""
        return self._said_or("current", self._table)

    @property
    def battery(self):
        """What the host says that the board's battery gives, in V; ``None`` if nothing."""
        return self._said.get("battery")

    @property
    def noise(self):
        """Sound pressure level in dB, unweighted."""
        return self._said_or("noise", self._canteen)

    @property
    def entered(self):
        """How many people have come in, since the board was switched on."""
        return self._doorway.entered

    @property
    def left(self):
        """How many people have gone out."""
        return self._doorway.left

    @property
    def votes(self):
        """How many of them have voted for each of five options."""
        return self._doorway.votes

    def _said_or(self, name, source):
        """Return what the host said of a quantity, else what it is by itself."""
        said = self._said.get(name)
        return getattr(source, name) if said is None else said

    def _place(self):
        return self._outdoors if self._said.get("outdoors") else self._room

    def _take_said(self, settings):
        for name in SAID:
            if name in settings:
                self._said[name] = settings[name]


def _without_said(settings):
    return {name: settings[name] for name in settings if name not in SAID and name != WALKS}
