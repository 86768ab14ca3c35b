"""Two VL53L0X in a doorway, and who walks past them."""

import time

from .model import Model, refuse
from .vl53l0x import Vl53l0x

_DOOR_MM = 860
_PERSON_MM = (250, 450)

# A person is before the first sensor, then before both, then before the second; then the next one.
_SECOND_AT_MS, _FIRST_TO_MS, _SECOND_TO_MS = 200, 450, 650
_NEXT_AT_MS = 900
_MOST_WAITING = 5


def create(part, room, ticks, clock, noise):
    """Return the model of a part of build.json."""
    return Gate(room, ticks, noise)


class Gate(Model):
    """Each person who walks through (``room.entered``, ``room.left``) takes the real time for it.

    However fast the time of the room may run. ``chips``: the sensor outside, the one inside.
    """

    def __init__(self, room, ticks, noise):
        super().__init__()
        self._room = room
        self._ticks = ticks
        self._noise = noise
        self._known = (room.entered, room.left)
        self._waiting = []
        self._inwards = None
        self._since = ticks()
        self._person_mm = _PERSON_MM[0]
        self.chips = [
            Vl53l0x(lambda side=side: self._distance(side), ticks, noise) for side in (0, 1)
        ]

    @property
    def addresses(self):
        """Where somebody answers now."""
        return [chip.address for chip in self.chips if not chip.asleep]

    def power_up(self):
        """Let both wake up at the same address."""
        for chip in self.chips:
            chip.power_up()

    def hear(self, wire, level):
        """Take the level of a pin XSHUT."""
        if wire.startswith("xshut"):
            self.chips[wire == "xshut_inside"].sleep(not level)

    def write(self, address, data):
        """Take what the board sends."""
        for chip in self._at(address):
            chip.write(data)

    def read(self, address, count):
        """Return what it gives; of two at one address, what both pull low."""
        answers = [chip.read(count) for chip in self._at(address)]
        if len(answers) == 2:
            return bytes(answers[0][i] & answers[1][i] for i in range(count))
        answer = bytearray(answers[0])
        if self.corrupt:
            answer[-1] ^= 0x10
        return bytes(answer)

    def _at(self, address):
        chips = [chip for chip in self.chips if chip.address == address and not chip.asleep]
        if not self.plugged or not chips:
            refuse()
        for chip in chips:
            chip.stuck, chip.out_of_range = self.stuck, self.out_of_range
        return chips

    def _distance(self, side):
        """Return how far that sensor sees: to the other side of the door, or to a person."""
        self._let_walk()
        if self._inwards is None:
            return _DOOR_MM
        since_ms = time.ticks_diff(self._ticks(), self._since)
        is_first = (side == 0) == self._inwards
        begin, end = (0, _FIRST_TO_MS) if is_first else (_SECOND_AT_MS, _SECOND_TO_MS)
        return self._person_mm if begin <= since_ms < end else _DOOR_MM

    def _let_walk(self):
        entered, left = self._room.entered, self._room.left
        self._waiting += [True] * (entered - self._known[0]) + [False] * (left - self._known[1])
        self._known = (entered, left)
        del self._waiting[_MOST_WAITING:]
        if self._inwards is not None:
            if time.ticks_diff(self._ticks(), self._since) < _NEXT_AT_MS:
                return
            self._inwards = None
        if self._waiting:
            self._inwards = self._waiting.pop(0)
            self._since = self._ticks()
            near, far = _PERSON_MM
            self._person_mm = near + (far - near) * self._noise.uniform()
