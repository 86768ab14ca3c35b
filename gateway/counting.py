"""Counts of people and of votes: what of them may be told. Pure.

A count below the channel's ``hidden_below`` may not be told: behind it may be somebody who can be
recognised. A zero may, for nobody is behind it. A sum over a longer time is told in steps of the
bound, or what it grew by in an hour would be that hour's count.
"""

from collections.abc import Iterable
from typing import Protocol

from gateway.wording import Wording
from kit.catalogue import Channel

HOUR_S = 3600


class Hour(Protocol):
    """One hourly roll-up of the journal."""

    @property
    def count(self) -> int:
        """How many readings it holds."""

    @property
    def mean(self) -> float:
        """Their mean."""


def is_hidden(channel: Channel, value: float) -> bool:
    """Whether nobody but fabmanagers may know that number."""
    return 0 < value < channel.hidden_below


def told(channel: Channel, value: float) -> float | None:
    """Return a count, or ``None`` if it is too small to be told."""
    return None if is_hidden(channel, value) else value


def in_steps(channel: Channel, total: float) -> float:
    """Return what may be told of a sum: full steps of the bound."""
    bound = max(channel.hidden_below, 1)
    return total // bound * bound


def sum_told(channel: Channel, total: float) -> float | None:
    """Return what may be told of a sum, or ``None`` if it is too small for that."""
    return None if is_hidden(channel, total) else in_steps(channel, total)


def sum_of(hours: Iterable[Hour]) -> float:
    """Return the sum of the readings of some hours."""
    return sum(hour.mean * hour.count for hour in hours)


def votes_begin(wording: Wording) -> float:
    """Return the first full hour in which votes answer this question (Unix seconds)."""
    return float(-(-wording.since // HOUR_S) * HOUR_S)


def votes_read_from(wording: Wording) -> float:
    """Return from when on readings count: each tells of the hour before it (Unix seconds)."""
    return votes_begin(wording) + HOUR_S
