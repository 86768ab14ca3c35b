"""The door of a public house: people who come and go, and some of them press a button.

Runs on MicroPython and on CPython. In each slot of some seconds one person comes, one goes, or
nobody does, by chance and by the hour; who comes in may vote.
"""

from chance import chance

_SLOT_S = 20
_LONGEST_ABSENCE_S = 600
OPTIONS = 5

# By the hour: how likely somebody passes within a slot, and how many of those come in.
_OPEN = {
    8: (0.10, 0.95),
    9: (0.30, 0.85),
    10: (0.30, 0.60),
    11: (0.30, 0.45),
    12: (0.35, 0.25),
    13: (0.25, 0.70),
    14: (0.30, 0.65),
    15: (0.30, 0.50),
    16: (0.35, 0.50),
    17: (0.40, 0.35),
    18: (0.25, 0.10),
}
_VOTES = 0.3
_LIKED = (0.30, 0.55, 0.75, 0.90, 1.0)  # the options, each with those before it
_PASSES, _WAY, _VOTE, _OPTION = range(4)  # purposes of chance


class Doorway:
    """How many have passed since it was first looked at: ``entered``, ``left``, ``votes``.

    ``clock`` gives the local time in seconds since 1970.
    """

    def __init__(self, seed, clock):
        self._seed = seed
        self._clock = clock
        self._slot = self._slot_now()
        self._entered = 0
        self._left = 0
        self._votes = [0] * OPTIONS

    def walk(self, way):
        """Let one more person walk: ``"in"`` or ``"out"``."""
        if way == "in":
            self._entered += 1
        elif way == "out":
            self._left += 1

    @property
    def entered(self):
        """People who came in."""
        self._advance()
        return self._entered

    @property
    def left(self):
        """People who went out."""
        self._advance()
        return self._left

    @property
    def votes(self):
        """Votes for each of the options."""
        self._advance()
        return self._votes

    def _slot_now(self):
        return int(self._clock() // _SLOT_S)

    def _advance(self):
        now = self._slot_now()
        self._slot = max(self._slot, now - _LONGEST_ABSENCE_S // _SLOT_S)
        while self._slot < now:
            self._slot += 1
            self._let_pass(self._slot)

    def _let_pass(self, slot):
        second = slot * _SLOT_S
        if (second // 86400 + 3) % 7 == 6:  # Sunday; 1 January 1970 was a Thursday
            return
        passes, inwards = _OPEN.get(second % 86400 // 3600, (0, 0))
        if chance(self._seed, slot, _PASSES) >= passes:
            return
        if chance(self._seed, slot, _WAY) >= inwards:
            self._left += 1
            return
        self._entered += 1
        if chance(self._seed, slot, _VOTE) < _VOTES:
            drawn = chance(self._seed, slot, _OPTION)
            self._votes[[drawn < most for most in _LIKED].index(True)] += 1
