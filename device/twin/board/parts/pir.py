"""The HC-SR501: high while somebody moves and a while after, then blind for 2.5 s."""

import time

from .model import Model

_WARM_UP_MS = 60_000
_HIGH_MS = 3000
_BLIND_MS = 2500


def create(part, room, ticks, clock, noise):
    """Return the model of a part of build.json."""
    return Pir(room, ticks, noise)


class Pir(Model):
    """It sees that people walk by (``room.entered``, ``room.left``), not how many nor which way."""

    def __init__(self, room, ticks, noise):
        super().__init__()
        self._room = room
        self._ticks = ticks
        self._noise = noise
        self._known = self._walked()
        self._seen_at = None
        # The chip has had power for as long as its ticks say, and so has the sensor.
        self._cold_since = ticks() if ticks() < _WARM_UP_MS else None

    def power_up(self):
        """Warm up, which takes a minute."""
        self._cold_since = self._ticks()

    def level(self):
        """Return the level of its output now."""
        if not self.plugged:
            return 0  # the pin's pull-down
        if self.stuck or self.out_of_range:
            return 1
        return self._babble() if self._is_cold() else self._answer()

    def _is_cold(self):
        if self._cold_since is None:
            return False
        if 0 <= time.ticks_diff(self._ticks(), self._cold_since) < _WARM_UP_MS:
            return True
        self._cold_since = None
        return False

    def _babble(self):
        """Return anything, for seconds at a time."""
        self._known = self._walked()
        return time.ticks_diff(self._ticks(), self._cold_since) // 4000 % 5 == 2

    def _answer(self):
        walked = self._walked()
        moved = walked != self._known
        self._known = walked
        if self._seen_at is not None:
            since_ms = time.ticks_diff(self._ticks(), self._seen_at)
            if since_ms < _HIGH_MS:
                return 1
            if since_ms < _HIGH_MS + _BLIND_MS:
                return 0
            self._seen_at = None
        if moved:
            self._seen_at = self._ticks()
        return int(moved)

    def _walked(self):
        return self._room.entered + self._room.left
