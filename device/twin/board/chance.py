"""Chance that is the same for ever: what a day brings depends on its number, not on who looks."""

import math


def chance(seed, *what):
    """Return a number in [0, 1) that is always the same for these whole numbers."""
    state = seed & 0xFFFFFFFF
    for number in what:
        state = (state * 2654435761 + number * 40503 + 131) & 0xFFFFFFFF
        for _ in range(3):
            state = (state * 1664525 + 1013904223) & 0xFFFFFFFF
            state ^= state >> 15
    return state / 4294967296


def drifting(seed, position, purpose):
    """Return a number in [0, 1) that drifts with ``position``: by chance at each whole number.

    Between two of them it goes from one to the other without a bend.
    """
    number = math.floor(position)
    share = (1 - math.cos(math.pi * (position - number))) / 2
    here, next_ = chance(seed, number, purpose), chance(seed, number + 1, purpose)
    return here + (next_ - here) * share
