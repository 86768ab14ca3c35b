"""Counts of people and votes, hour by hour, so that no two answers tell of 1 to 4. Pure.

What is told of an hour is told once and never changes: an hour that was 12 and later became 14
would tell of two people. An hour is closed by the first frame that comes from after it; what comes
later still, out of order, no longer counts here. An hour of which the journal may have dropped the
beginning is not told.

A longer time is the sum of the hours that are told, and says if there were others; so is an hour
that came in parts. Whoever takes
one answer off another finds only what the hours have told already.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from gateway.counting import told
from kit.catalogue import Channel

HOUR_S = 3600
LATE_S = 120
"""An object tells of an hour just after it: so long after the full hour a reading is of it."""
CLOSES_WITHIN_S = 2 * HOUR_S
"""A frame closes the hours that ended in this time before it: a board whose clock has run a day
ahead must not close a whole day."""


class Counted(NamedTuple):
    """One frame of an object that counts; ``id`` rises in the order of arrival."""

    id: int
    time: float
    values: Mapping[str, float]


class Origin(NamedTuple):
    """The frame of an object that came first of those still in the journal."""

    id: int
    time: float


class Told(NamedTuple):
    """What may be told of the counts of one step, by channel; ``None``: few, not none.

    ``few``: the channels of which a part of the step was too small to be told.
    """

    start: float
    values: dict[str, float | None]
    few: tuple[str, ...] = ()


def hours(
    frames: Sequence[Counted], channels: Iterable[Channel], origin: Origin, start: float, end: float
) -> list[Told]:
    """Return the hours from ``start`` to before ``end`` (full hours, Unix seconds) that are told.

    ``frames`` are those measured from ``start`` to :data:`CLOSES_WITHIN_S` after ``end``.
    """
    channels = tuple(channels)
    first_of: dict[int, int] = {}
    within: dict[int, list[Counted]] = {}
    for frame in frames:
        clock_hour = int(frame.time // HOUR_S)
        first_of[clock_hour] = min(frame.id, first_of.get(clock_hour, frame.id))
        within.setdefault(int((frame.time - LATE_S) // HOUR_S), []).append(frame)
    answer = []
    for hour in range(int(start // HOUR_S), int(end // HOUR_S)):
        closers = [first_of[after] for after in (hour + 1, hour + 2) if after in first_of]
        if not closers or hour * HOUR_S < origin.time:
            continue
        counted = [frame for frame in within.get(hour, ()) if frame.id <= min(closers)]
        one = _hour(hour * HOUR_S, counted, channels)
        if one.values:
            answer.append(one)
    return answer


def _hour(start: float, counted: Sequence[Counted], channels: Sequence[Channel]) -> Told:
    """Add up the parts of an hour that may be told, each as boards and InfluxDB tell it.

    An object that starts anew tells a part of its hour first: the sum of all parts, less the large
    one that a board shows, would be the small one that it hides.
    """
    parts = {
        channel.id: [told(channel, frame.values[channel.id]) for frame in speaking]
        for channel in channels
        if (speaking := [frame for frame in counted if channel.id in frame.values])
    }
    few = tuple(name for name, counts in parts.items() if None in counts)
    values: dict[str, float | None] = {}
    for name, counts in parts.items():
        known = sum(count for count in counts if count is not None)
        values[name] = known or None if name in few else known
    return Told(start, values, few)


def days(told_hours: Iterable[Told], day_s: int) -> list[Told]:
    """Gather told hours into days (UTC); a day of which only few were is ``None``."""
    gathered: dict[float, list[Told]] = {}
    for hour in told_hours:
        gathered.setdefault(hour.start // day_s * day_s, []).append(hour)
    return [_day(start, parts) for start, parts in sorted(gathered.items())]


def _day(start: float, parts: Sequence[Told]) -> Told:
    values: dict[str, float | None] = {}
    for part in parts:
        for channel, value in part.values.items():
            before = values.get(channel)
            values[channel] = before if value is None else value + (before or 0)
    few = {channel for part in parts for channel in part.few}
    for channel in few:
        # Nobody in the hours that are told, and a few in others: that is few, not none.
        values[channel] = values[channel] or None
    return Told(start, values, tuple(sorted(few)))
