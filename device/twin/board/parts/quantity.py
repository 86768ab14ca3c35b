"""What a sensing element makes of the truth: it follows slowly, and is a little off and noisy."""

import math


class Quantity:
    """One quantity as one specimen of a sensor sees it.

    ``truth`` returns the true value; after ``lag_s`` seconds 63 % of a step has been followed
    (the data sheets' τ63); ``accuracy`` bounds the constant error, ``noise`` is the standard
    deviation from one sample to the next.
    """

    def __init__(self, truth, lag_s, accuracy, noise, chance):
        self._truth = truth
        self._lag_s = lag_s
        self._noise = noise
        self._chance = chance
        # Most specimens are better than their data sheet promises.
        self._offset = accuracy * chance.normal() / 3
        self._followed = None
        self._sampled_at = 0

    def sample(self, now_s):
        """Return what the element gives at that time of the room, in the unit of the truth."""
        truth = self._truth()
        if self._followed is None:
            self._followed = truth
        else:
            elapsed_s = max(0, now_s - self._sampled_at)
            self._followed += (truth - self._followed) * (1 - math.exp(-elapsed_s / self._lag_s))
        self._sampled_at = now_s
        return self._followed + self._offset + self._noise * self._chance.normal()
