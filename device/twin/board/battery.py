"""A lithium cell that feeds the board, on a divider at one of its pins.

Runs on MicroPython and on CPython. It is full when the world begins and runs down with the time in
the room; the host may say what it gives (``{"room": {"battery": 3.4}}``).
"""

_CURVE = ((1.0, 4.2), (0.9, 4.05), (0.5, 3.75), (0.2, 3.6), (0.1, 3.5), (0.0, 3.0))
"""What an 18650 cell gives at rest, by the charge that is left: steep, flat, steep."""
_DAY_S = 86400.0


class Battery:
    """``wired``: the key ``battery`` of the world, with ``since``, when it was full.

    ``clock`` gives the time in the room in seconds since 1970.
    """

    def __init__(self, wired, clock):
        self._wired = wired
        self._clock = clock

    @property
    def voltage(self):
        """What it gives now, in V."""
        passed = self._clock() - self._wired["since"]
        return at(1 - passed / (self._wired.get("days", 60) * _DAY_S))

    def microvolts(self, gpio, said):
        """Return the voltage on a pin: none where the divider is not. ``said``: by the host."""
        if gpio != self._wired.get("pin"):
            return 0
        volts = self.voltage if said is None else said
        return round(volts / self._wired["ratio"] * 1000000)


def at(charge):
    """Return the voltage at a charge of 0 to 1."""
    above = _CURVE[0]
    for point in _CURVE:
        if charge >= point[0]:
            share = min(1, (charge - point[0]) / (above[0] - point[0] or 1))
            return point[1] + share * (above[1] - point[1])
        above = point
    return above[1]
