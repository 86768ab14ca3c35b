"""A capacitive soil probe behind two equal resistors: a voltage that falls as the soil gets wet.

``dry_mv`` and ``wet_mv``, what this specimen gives in dry air and in water, before the resistors.
"""

from .model import Model
from .quantity import Quantity

_SUPPLY_MV = 3300


def create(part, room, ticks, clock, noise):
    """Return the model of a part of build.json."""
    return Soil(part["settings"].get("divider", 2), room, clock, noise)


class Soil(Model):
    """Its pin has its voltage, divided. ``corrupt`` is a loose contact."""

    def __init__(self, divider, room, clock, noise):
        super().__init__()
        self.dry_mv = 2800 + 100 * noise.normal() / 3
        self.wet_mv = 1400 + 100 * noise.normal() / 3
        self._divider = divider
        self._clock = clock
        self._chance = noise
        # Water creeps into the soil around it.
        self._moisture = Quantity(lambda: room.moisture, 3, 0, 0, noise)
        self._last = None

    def microvolts(self):
        """Return the voltage on the pin: none without the probe, for a resistor pulls it down."""
        if not self.plugged:
            return 0
        if self.out_of_range:
            return round(_SUPPLY_MV / self._divider * 1000)
        if self.corrupt:
            return round(self._chance.uniform() * _SUPPLY_MV / self._divider * 1000)
        if not (self.stuck and self._last is not None):
            share = min(100, max(0, self._moisture.sample(self._clock()))) / 100
            self._last = self.dry_mv - (self.dry_mv - self.wet_mv) * share
        return round((self._last + 5 * self._chance.normal()) / self._divider * 1000)
