"""Chance that can be repeated: the same seed, the same noise."""

_MASK = 0xFFFFFFFF


class Noise:
    """A stream of numbers (Marsaglia, Xorshift RNGs, 2003: the triple 13, 17, 5)."""

    def __init__(self, seed):
        # Zero would stay zero for ever.
        self._state = seed & _MASK or 0x9E3779B9

    def uniform(self):
        """Return a number from 0 up to, but without, 1."""
        state = self._state
        state ^= state << 13 & _MASK
        state ^= state >> 17
        state ^= state << 5 & _MASK
        self._state = state
        return state / (_MASK + 1)

    def normal(self):
        """Return a number about 0 with a standard deviation of 1, never beyond 3."""
        return 2 * (self.uniform() + self.uniform() + self.uniform()) - 3
