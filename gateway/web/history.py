"""What an object measured in the last day and week, as the pages show it.

The day is shown as means of ten minutes: enough to see when to open the windows, too coarse to see
when a person comes and goes. Only the last quarter of an hour is shown reading by reading, for the
learner who breathes on a sensor and wants to see it answer; it forgets as fast as it goes.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from typing import NamedTuple, Protocol

from gateway.counting import counts_of, sum_of_told
from gateway.live import LiveObject
from gateway.web.charts import Point, Spread
from kit.catalogue import Channel
from kit.names import DeviceKey

RECENT_S = 900
MEAN_S = 600
HOUR_S = 3600
DAY_S = 24 * HOUR_S
WEEK_S = 7 * DAY_S
KEPT_SERIES = 256
"""So many curves are kept; each is at most 145 means, about 25 kB."""
TOTAL_KEPT_S = 10.0


class Hour(Protocol):
    """One hourly roll-up, as the journal gives it; times in Unix seconds."""

    @property
    def start(self) -> float:
        """Its full hour."""

    @property
    def count(self) -> int:
        """How many readings it holds."""

    @property
    def minimum(self) -> float:
        """The lowest of them."""

    @property
    def mean(self) -> float:
        """Their mean."""

    @property
    def maximum(self) -> float:
        """The highest of them."""


class Store(Protocol):
    """What the pages ask of the journal."""

    def series(
        self, device: DeviceKey, channel: str, start: float, end: float, /
    ) -> Sequence[tuple[float, float]]:
        """Return (Unix seconds, value) in the order of time."""

    def hourly(
        self, device: DeviceKey, channel: str, start: float, end: float, /
    ) -> Sequence[Hour]:
        """Return the hourly roll-ups in the order of time."""


class Mean(NamedTuple):
    """The readings of ``span_s`` seconds from ``start``: how many, lowest, mean, highest."""

    start: float
    readings: int
    low: float
    mean: float
    high: float


class _Kept(NamedTuple):
    """Means that will not change any more, up to ``until``; ``late`` as it was then."""

    late: int
    until: float
    means: list[Mean]


class _Total(NamedTuple):
    """What the sum of a count since ``start`` may tell of, as it was at ``time``."""

    start: float
    time: float
    total: float


class History:
    """Curves for the pages, from the journal.

    Finished means are kept, so that a page asks only for the newest minutes.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._kept: OrderedDict[tuple[DeviceKey, str], _Kept] = OrderedDict()
        self._totals: dict[tuple[DeviceKey, str], _Total] = {}

    def recent(self, thing: LiveObject, channel: str, now: float) -> list[Mean]:
        """Return every reading of the last quarter of an hour."""
        readings = self._store.series(thing.key, channel, now - RECENT_S, now + 1)
        return [Mean(time, 1, value, value, value) for time, value in readings]

    def readings(
        self, thing: LiveObject, channel: str, start: float, end: float
    ) -> Sequence[tuple[float, float]]:
        """Return (Unix seconds, value) of every reading of some time."""
        return self._store.series(thing.key, channel, start, end)

    def hours(self, thing: LiveObject, channel: str, start: float, end: float) -> list[Mean]:
        """Return the hours of some time, by the readings taken in each."""
        return [
            Mean(hour.start, hour.count, hour.minimum, hour.mean, hour.maximum)
            for hour in self._store.hourly(thing.key, channel, start, end)
        ]

    def sum_of_told(self, thing: LiveObject, channel: Channel, start: float, now: float) -> float:
        """Return what the sum of a count since ``start`` may tell of, by its hours.

        A question may stand for months: all open pages share the sum of the last seconds.
        """
        name = (thing.key, channel.id)
        kept = self._totals.get(name)
        if kept is None or kept.start != start or not 0 <= now - kept.time < TOTAL_KEPT_S:
            hours = self._store.hourly(thing.key, channel.id, start, now)
            kept = _Total(start, now, sum_of_told(channel, counts_of(hours)))
            self._totals[name] = kept
        return kept.total

    async def prepare(self, wanted: Iterable[tuple[LiveObject, str]], now: float) -> None:
        """Read the days that are not known yet, beside the event loop.

        A whole day of a whole wall would hold up the readings that are coming in; what
        :meth:`day` asks for afterwards is little.
        """
        start = _floor(now - DAY_S, MEAN_S)
        for thing, channel in wanted:
            name, late = (thing.key, channel), thing.late
            if name not in self._kept:
                means = await asyncio.to_thread(self._read, thing.key, channel, start, now)
                self._keep(name, late, start, means)

    def day(self, thing: LiveObject, channel: str, now: float) -> list[Mean]:
        """Return the means of ten minutes of the last 24 hours; those without readings left out."""
        start = _floor(now - DAY_S, MEAN_S)
        name = (thing.key, channel)
        kept = self._kept.pop(name, None)
        if kept is None or kept.late != thing.late or kept.until < start:
            kept = _Kept(thing.late, start, [])
        fresh = self._read(thing.key, channel, kept.until, now)
        means = [mean for mean in kept.means if mean.start >= start]
        means += [mean for mean in fresh if kept.until <= mean.start]
        self._keep(name, thing.late, kept.until, means)
        return means

    def _read(self, key: DeviceKey, channel: str, since: float, now: float) -> list[Mean]:
        return means_of(self._store.series(key, channel, since, now + 1), MEAN_S)

    def _keep(
        self, name: tuple[DeviceKey, str], late: int, since: float, means: list[Mean]
    ) -> None:
        # What came last may still grow: a mean is finished when a later one has begun.
        until = means[-1].start if means else since
        self._kept[name] = _Kept(late, until, [m for m in means if m.start < until])
        if len(self._kept) > KEPT_SERIES:
            self._kept.popitem(last=False)

    def week(self, thing: LiveObject, channel: str, now: float) -> list[Mean]:
        """Return the hours of the last seven days."""
        return self.hours(thing, channel, _floor(now - WEEK_S, HOUR_S), now + 1)


def means_of(readings: Iterable[tuple[float, float]], span_s: float) -> list[Mean]:
    """Gather readings into means of ``span_s`` seconds, in the order of time."""
    gathered: dict[float, list[float]] = {}
    for time, value in readings:
        gathered.setdefault(_floor(time, span_s), []).append(value)
    return [
        Mean(start, len(values), min(values), sum(values) / len(values), max(values))
        for start, values in sorted(gathered.items())
    ]


def coarser(means: Iterable[Mean], span_s: float) -> list[Mean]:
    """Gather means into longer ones, for a table; each weighs as many readings as it holds."""
    gathered: dict[float, list[Mean]] = {}
    for mean in means:
        gathered.setdefault(_floor(mean.start, span_s), []).append(mean)
    return [
        Mean(
            start,
            sum(m.readings for m in parts),
            min(m.low for m in parts),
            sum(m.mean * m.readings for m in parts) / sum(m.readings for m in parts),
            max(m.high for m in parts),
        )
        for start, parts in sorted(gathered.items())
    ]


def points(means: Iterable[Mean], span_s: float, now: float) -> list[Point]:
    """Return the curve of means, each in the middle of its time, none later than now."""
    return [Point(min(mean.start + span_s / 2, now), mean.mean) for mean in means]


def spreads(means: Iterable[Mean], span_s: float, now: float) -> list[Spread]:
    """Return the lowest and highest of each mean's time."""
    return [Spread(min(mean.start + span_s / 2, now), mean.low, mean.high) for mean in means]


def _floor(time: float, span_s: float) -> float:
    return time // span_s * span_s
