"""Who passes two beams side by side, and which way: by the order in which the beams are broken.

Each look at the two sensors gives two distances. :class:`Beam` tells whether something stands in
one of them; :class:`Crossing` makes passages of it. Nothing is kept of anybody but one more in one
of two counts.

A is the beam outside, B the one inside.

    broken               counted as
    A, AB, B             an entry
    B, AB, A             an exit
    A, AB, A             nothing: turned back half-way, however often
    A                    nothing: passed by
    AB, B                an entry: the first look saw both, so where they leave decides
    A, AB                an entry: the last look saw both, so where they came from decides
    AB                   nothing: both at once and nothing else, nobody can tell
    A, AB … AB, B        an entry, however long somebody stands in the door
    A, AB, B, AB, B      one entry: two who follow so closely that both beams are never free look
                         like one who sways; if both are free for two looks, they are two
"""

from micropython import const

OUTSIDE = const(1)
INSIDE = const(2)

_FARTHEST_MM = const(1200)  # dependable to about 600, and useful to twice that
_LEARN_LOOKS = const(15)  # half a second
_FREE_LOOKS = const(2)  # an arm that swings is no second person
_MOVED_LOOKS = const(60)  # two seconds: a door was opened, a person who was the background left
_STANDING_LOOKS = const(9000)  # five minutes: nobody stands as still as a box
_MARGIN_MM = const(80)


class Beam:
    """One sensor's view. ``background``: the distance in mm when nobody is there, learnt.

    ``learnt``: whether it is known. ``broken``: whether somebody is there.
    """

    def __init__(self) -> None:
        self.background = 0
        self.learnt = False
        self.broken = False
        self._looks = 0
        self._free = 0
        self._farther = 0
        self._stood = 0

    def look(self, distance: int) -> None:
        """Take a distance in mm."""
        distance = min(distance, _FARTHEST_MM)
        if not self.learnt:
            self._looks += 1
            self.learnt = self._looks >= _LEARN_LOOKS
            self.background = max(self.background, distance)
            return
        self._follow_background(distance)
        if distance < self.background * 3 // 4:
            self.broken = True
            self._free = 0
        elif self.broken:
            self._free += 1
            self.broken = self._free < _FREE_LOOKS

    def _follow_background(self, distance: int) -> None:
        """Learn a new one: soon if it is farther away, late if it is nearer."""
        self._farther = self._farther + 1 if distance > self.background + _MARGIN_MM else 0
        self._stood = self._stood + 1 if distance < self.background * 3 // 4 else 0
        if self._farther >= _MOVED_LOOKS or self._stood >= _STANDING_LOOKS:
            self.background = distance
            self.broken = False
            self._farther = self._stood = 0


class Crossing:
    """Who is between the two sides now: where they came from, where they were seen last."""

    def __init__(self) -> None:
        self._present = False
        self._first = 0
        self._last = 0

    def look(self, outside: bool, inside: bool) -> int:
        """Take which beams are broken; return 1 for an entry, -1 for an exit, else 0."""
        if outside or inside:
            side = 0 if outside and inside else OUTSIDE if outside else INSIDE
            if not self._present:
                self._first = side
            self._present = True
            self._last = side
            return 0
        if not self._present:
            return 0
        self._present = False
        return direction(self._first, self._last)

    def forget(self) -> None:
        """Forget who is there: the sensors were away meanwhile."""
        self._present = False


def direction(first: int, last: int) -> int:
    """Return 1 for an entry, -1 for an exit, 0 for none; 0 as a side means both at once."""
    if first == last:
        return 0
    if first == OUTSIDE or last == INSIDE:
        return 1
    return -1
