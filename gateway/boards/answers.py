"""Answers to the boards' questions from the journal: the same lines as InfluxQL would give.

What InfluxQL does, this does: steps begin at multiples of their length since 1970 (plus offset),
those without readings are left out (``fill(none)``), a line is one combination of the tags asked
for, and of several last values at one moment the greatest is taken.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Protocol

from dashboards.query import Line, Point, Query
from gateway.boards.series import Channels, Devices, Known, Series, SeriesIndex
from gateway.journal import Latest, Step, Wanted, Window
from kit.names import DeviceKey

HOUR_S = 3600
Tags = tuple[str, ...]
_Question = tuple[tuple[Wanted, ...], Window]


class Store(Channels, Protocol):
    """What is asked of the journal."""

    def steps(
        self, wanted: Sequence[Wanted], window: Window, *, by_hours: bool = True
    ) -> list[Step]:
        """Return what each channel told in each step."""

    def last(self, wanted: Sequence[Wanted], window: Window) -> list[Latest]:
        """Return the last value of each channel, or of each of its steps."""


_AGGREGATES: dict[str, Callable[[Step], float]] = {
    "mean": lambda step: step.total / step.readings,
    "min": lambda step: step.minimum,
    "max": lambda step: step.maximum,
    "sum": lambda step: step.total,
    "count": lambda step: float(step.readings),
}


class Answers:
    """Answers questions, one statement each. Used from one thread at a time, not the event loop."""

    def __init__(self, journal: Store, registry: Devices, *, by_hours: bool = True) -> None:
        """``by_hours=False`` reads every frame instead of roll-ups, for comparison."""
        self._journal = journal
        self._index = SeriesIndex(journal, registry)
        self._by_hours = by_hours
        self._remembered: dict[_Question, list[Step]] | None = None

    @contextmanager
    def remembering(self) -> Iterator[None]:
        """Read the same steps once, as long as the context lasts: panels of a board share them."""
        self._remembered = {}
        try:
            yield
        finally:
            self._remembered = None

    def objects(self) -> Mapping[DeviceKey, Known]:
        """Return what the registry knows of all objects, also of those out of service."""
        return self._index.objects()

    def answer(self, town: str, query: Query, start: float, end: float) -> list[Line]:
        """Return the lines of a question to a town's store, or that of ``_site``, by their tags.

        start ≤ time < end (Unix seconds), unless the question itself looks back from ``end``. A
        point's time is where its step begins, else ``start``; of ``last`` it is the reading's own.
        """
        if query.back_s:
            start = end - query.back_s
        chosen = [
            series
            for series in self._index.of(town, query.quantity)
            if _is_asked_for(query, series)
        ]
        if not chosen:
            return []
        tags = [tuple(series.tags.get(tag, "") for tag in query.by) for series in chosen]
        if query.aggregate == "hours":
            return _lines(self._hours(chosen, tags, query, Window(start, end, HOUR_S)))
        window = Window(start, end, query.step_s, query.offset_s)
        if query.aggregate == "last":
            latest = self._journal.last([series.wanted for series in chosen], window)
            return _lines(_newest(latest, tags, has_steps=query.step_s > 0))
        return _lines(self._aggregated(chosen, tags, window, _AGGREGATES[query.aggregate]))

    def _aggregated(
        self,
        chosen: Sequence[Series],
        tags: Sequence[Tags],
        window: Window,
        value: Callable[[Step], float],
    ) -> dict[Tags, list[Point]]:
        """Put the series of each line together, step by step."""
        steps = self._steps(tuple(series.wanted for series in chosen), window)
        if len(set(tags)) < len(tags):
            steps = _merged(steps, tags)
        lines: dict[Tags, list[Point]] = {name: [] for name in tags}
        of_series = [lines[name] for name in tags]
        for step in steps:
            of_series[step.which].append(Point(step.start, value(step)))
        return {name: points for name, points in lines.items() if points}

    def _steps(self, wanted: tuple[Wanted, ...], window: Window) -> list[Step]:
        question = (wanted, window)
        if self._remembered is not None and question in self._remembered:
            return self._remembered[question]
        steps = self._journal.steps(wanted, window, by_hours=self._by_hours)
        if self._remembered is not None:
            self._remembered[question] = steps
        return steps

    def _hours(
        self, chosen: Sequence[Series], tags: Sequence[Tags], query: Query, window: Window
    ) -> dict[Tags, list[Point]]:
        """Count the hours of each line whose mean lies within the bounds.

        As in InfluxQL, of an hour that has begun before the time asked for the rest counts.
        """
        low, high = query.within
        means = self._aggregated(chosen, tags, window, _AGGREGATES["mean"])
        counted = {
            name: sum(low <= point.value < high for point in points)
            for name, points in means.items()
        }
        return {name: [Point(window.start, float(n))] for name, n in counted.items() if n}


def _merged(steps: Iterable[Step], tags: Sequence[Tags]) -> list[Step]:
    """Put together the steps of series that make one line; ``which`` is any of them."""
    merged: dict[tuple[Tags, float], Step] = {}
    for step in steps:
        name = (tags[step.which], step.start)
        before = merged.get(name)
        merged[name] = step if before is None else before.plus(step)
    return list(merged.values())


def _is_asked_for(query: Query, series: Series) -> bool:
    return all(
        series.tags.get(tag, "") in wanted for tag in query.where if (wanted := query.wanted(tag))
    )


def _newest(
    latest: Iterable[Latest], tags: Sequence[Tags], *, has_steps: bool
) -> dict[Tags, list[Point]]:
    """Take the newest value of each line, or of each step of it."""
    lines: dict[Tags, dict[float, Latest]] = {}
    for last in latest:
        line = lines.setdefault(tags[last.which], {})
        step = last.step if has_steps else 0.0
        before = line.get(step)
        if before is None or (before.time, before.value) < (last.time, last.value):
            line[step] = last
    return {
        name: [Point(one.step if has_steps else one.time, one.value) for one in line.values()]
        for name, line in lines.items()
    }


def _lines(lines: dict[Tags, list[Point]]) -> list[Line]:
    return [Line(tags, tuple(sorted(lines[tags]))) for tags in sorted(lines)]
