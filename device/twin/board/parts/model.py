"""What all models have in common: they can be unplugged, and they can be faulty."""

from errno import ENODEV


class Model:
    """One part. ``bus`` and ``pins`` are set by create_models().

    Faults, to be set at any time: ``plugged`` (false: it has no power and answers nothing; true
    again: it starts from scratch), ``corrupt`` (what it sends is damaged on the way), ``stuck`` (it
    gives the same value for ever), ``out_of_range`` (it gives values that it cannot measure).
    """

    bus = None
    pins = None

    def __init__(self):
        self._plugged = True
        self.corrupt = False
        self.stuck = False
        self.out_of_range = False

    @property
    def plugged(self):
        """Whether the part has power and its wires hold."""
        return self._plugged

    @plugged.setter
    def plugged(self, plugged):
        if plugged and not self._plugged:
            self.power_up()
        self._plugged = plugged

    def power_up(self):
        """Forget everything that a part forgets when its power goes."""


def refuse():
    """Leave the bus unanswered (NACK), as MicroPython on the ESP32 reports it."""
    raise OSError(ENODEV)


def damaged(answer, chance):
    """Return an answer with one bit turned on the way, another one each time."""
    answer = bytearray(answer)
    bit = int(chance.uniform() * 8 * len(answer))
    answer[bit // 8] ^= 1 << bit % 8
    return bytes(answer)
