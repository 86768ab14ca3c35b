"""A push button to ground, with contacts that bounce."""

import time

from .model import Model

_BOUNCE_MS = 8
_OPTION = "option"  # a button whose channel begins so is pressed by voters


def create(part, room, ticks, clock, noise):
    """Return the model of a part of build.json."""
    channel = (part.get("channels") or ("",))[0]
    option = channel[len(_OPTION) :] if channel.startswith(_OPTION) else ""
    return Button(ticks, noise, (lambda: room.votes[int(option) - 1]) if option else None)


class Button(Model):
    """Its pin is at 1 (the pull-up) unless somebody presses it.

    ``votes()`` returns how often people have pressed it by themselves; None: nobody does.
    """

    def __init__(self, ticks, noise, votes=None):
        super().__init__()
        self._votes = votes
        self._voted = votes() if votes else 0
        self._ticks = ticks
        self._noise = noise
        self._pressed_at = None
        self._held_ms = 0

    def press(self, milliseconds=150):
        """Press it now and let go after that long; one that is held goes on, without a bounce."""
        now = self._ticks()
        if self._pressed_at is not None:
            since_ms = time.ticks_diff(now, self._pressed_at)
            if since_ms < self._held_ms:
                self._held_ms = since_ms + milliseconds
                return
        self._pressed_at = now
        self._held_ms = milliseconds

    def level(self):
        """Return the level of the pin now: 0 or 1, and either by chance while it bounces."""
        if self._votes and self._votes() != self._voted:
            self._voted = self._votes()
            self.press()
        if not self.plugged or self._pressed_at is None:
            return 1
        since_ms = time.ticks_diff(self._ticks(), self._pressed_at)
        since_change_ms = since_ms if since_ms < self._held_ms else since_ms - self._held_ms
        if 0 <= since_change_ms < _BOUNCE_MS:
            return int(self._noise.uniform() < 0.5)
        if since_ms >= self._held_ms:
            self._pressed_at = None
            return 1
        return 0
