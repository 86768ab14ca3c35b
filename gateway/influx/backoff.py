"""How long to wait between tries: exponential back-off with full jitter.

Source: Marc Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015.
"""

import random


class Backoff:
    """The waits after failures in a row: anything from 0 to a ceiling that doubles up to a cap."""

    def __init__(self, first_s: float = 0.5, cap_s: float = 30.0) -> None:
        self._first_s = first_s
        self._cap_s = cap_s
        self._ceiling_s = first_s

    def next_s(self) -> float:
        """Return the next wait in seconds, and double the ceiling."""
        wait_s = random.uniform(0, self._ceiling_s)  # noqa: S311 - spreads load, guards nothing
        self._ceiling_s = min(2 * self._ceiling_s, self._cap_s)
        return wait_s

    def reset(self) -> None:
        """Start again from the first ceiling: something worked."""
        self._ceiling_s = self._first_s
