"""Token buckets: who may ask how often. Nothing about the asker is written anywhere."""

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable

KEPT_BUCKETS = 10_000
"""More askers than this at once and the one longest unseen is forgotten, which only favours it."""


class TokenBuckets:
    """One bucket for each asker: ``burst`` requests at once, then one each ``refill_s`` seconds."""

    def __init__(
        self, burst: int, refill_s: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._burst = burst
        self._refill_s = refill_s
        self._clock = clock
        self._buckets: OrderedDict[Hashable, tuple[float, float]] = OrderedDict()

    def wait(self, asker: Hashable) -> float:
        """Return the seconds until there will be a token; 0 if there is one. Takes none."""
        tokens, then = self._buckets.get(asker, (float(self._burst), self._clock()))
        tokens = min(self._burst, tokens + (self._clock() - then) / self._refill_s)
        return 0.0 if tokens >= 1 else (1 - tokens) * self._refill_s

    def take(self, asker: Hashable) -> float:
        """Take a token. Return 0 if there was one, else the seconds until there will be."""
        now = self._clock()
        tokens, then = self._buckets.pop(asker, (float(self._burst), now))
        tokens = min(self._burst, tokens + (now - then) / self._refill_s)
        wait_s = 0.0 if tokens >= 1 else (1 - tokens) * self._refill_s
        self._buckets[asker] = (tokens - 1 if tokens >= 1 else tokens, now)
        if len(self._buckets) > KEPT_BUCKETS:
            self._buckets.popitem(last=False)
        return wait_s
