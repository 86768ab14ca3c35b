"""Counts of the last hour and of the last minute, whoever asks how often. Pure."""

from collections import Counter, deque
from collections.abc import Mapping
from typing import NamedTuple

from kit.names import DeviceKey

HOUR_S = 3600.0
MINUTE_S = 60.0
_JITTER_S = 1.0
"""Who asks every minute does not ask to the millisecond."""


class LastHour:
    """How often something happened to each object within the last hour, to the minute.

    An object to which nothing has happened costs nothing.
    """

    def __init__(self) -> None:
        self._minutes: dict[DeviceKey, Counter[int]] = {}

    def add(self, key: DeviceKey, count: int, now: float) -> None:
        """Count what has happened at ``now`` (Unix seconds)."""
        self._minutes.setdefault(key, Counter())[int(now // MINUTE_S)] += count

    def total(self, key: DeviceKey, now: float) -> int:
        """Return how often it has happened in the hour before ``now``."""
        minutes = self._minutes.get(key)
        if minutes is None:
            return 0
        oldest = int((now - HOUR_S) // MINUTE_S)
        for minute in [minute for minute in minutes if minute <= oldest]:
            del minutes[minute]
        if not minutes:
            del self._minutes[key]
        return minutes.total()


class Totals(NamedTuple):
    """What had been counted by ``time`` (seconds of any steady clock), by name."""

    time: float
    counts: Mapping[str, float]


class LastMinute:
    """How far totals have risen within the last minute.

    Each look is remembered, so that one who looks every minute and one who looks twice as often
    both hear of a whole minute.
    """

    def __init__(self, first: Totals) -> None:
        self._looks = deque([first])

    def risen(self, now: Totals) -> Mapping[str, float]:
        """Return by how much each total has risen a minute."""
        looks, ago = self._looks, now.time - MINUTE_S
        while len(looks) > 1 and abs(looks[1].time - ago) <= abs(looks[0].time - ago):
            looks.popleft()
        before = looks[0]
        looks.append(now)
        passed = now.time - before.time
        share = MINUTE_S / passed if passed > 0 else 0.0
        if abs(passed - MINUTE_S) <= _JITTER_S:
            share = 1.0  # a minute: its counts are whole numbers
        return {
            name: share * max(0.0, total - before.counts.get(name, 0.0))
            for name, total in now.counts.items()
        }
