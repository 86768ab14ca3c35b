"""Counts of people and of votes: what of them may be told. Pure.

A count below the channel's ``hidden_below`` may not be told: behind it may be somebody who can be
recognised. A zero may, for nobody is behind it. A sum over a longer time is told in steps of the
bound, or what it grew by in an hour would be that hour's count.

Where the counts behind a sum are told too, steps are not enough: after an hour of 6 votes, the next
step tells of the 4 in the hour that is hidden. See :func:`sum_of_told`.
"""

from collections.abc import Iterable, Iterator
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

    @property
    def minimum(self) -> float:
        """The lowest."""

    @property
    def maximum(self) -> float:
        """The highest."""


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


def sum_of_told(channel: Channel, counts: Iterable[float]) -> float:
    """Return what a sum may tell of, where each of its counts is told too, or that it was few.

    What is told counts whole. That each of the others is one at least, everybody knows: it counts
    as one. What they hold beyond that counts in steps, and never all that it could be. A step is
    twice the most that one can hold beyond one: however soon two steps follow each other, several
    counts could have made them.
    """
    sure = beyond = 0.0
    hidden = 0
    for count in counts:
        if is_hidden(channel, count):
            hidden += 1
            beyond += count - 1
        else:
            sure += count
    most_of_one = max(channel.hidden_below - 2, 1)
    step = 2 * most_of_one
    believed = max(0.0, min(beyond, hidden * most_of_one - 1))
    return sure + hidden + believed // step * step


def counts_of(hours: Iterable[Hour]) -> Iterator[float]:
    """Yield the counts of some hours: one each, more where an object was started anew.

    From the roll-ups; of four and more in an hour, those in the middle are their mean.
    """
    for hour in hours:
        if hour.count == 1:
            yield hour.maximum
            continue
        yield hour.minimum
        yield hour.maximum
        among = hour.count - 2
        rest = hour.mean * hour.count - hour.minimum - hour.maximum
        yield from [rest / max(among, 1)] * among


def votes_begin(wording: Wording) -> float:
    """Return the first full hour in which votes answer this question (Unix seconds)."""
    return float(-(-wording.since // HOUR_S) * HOUR_S)


def votes_read_from(wording: Wording) -> float:
    """Return from when on readings count: each tells of the hour before it (Unix seconds)."""
    return votes_begin(wording) + HOUR_S
