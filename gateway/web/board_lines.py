"""The lines of a panel: what each is called, how its values are written, the table behind them."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from dashboards.board import Panel, Series
from dashboards.query import Line
from dashboards.query import Point as Answer
from gateway.boards.filled import FilledPanel, Told
from gateway.boards.names import Called, Names
from gateway.web import board_values
from gateway.web.board_times import Part, parts, ticks
from gateway.web.charts import Point, Zone
from gateway.web.plot import Numbers, Span
from gateway.web.selection import sort_key
from gateway.web.words import Words
from kit.i18n import _

SHOWN_AT_ONCE = 12
"""So many little charts or groups of bars stand on the page; the others open on demand."""
_HAIR = 1e-9
_MERGED: dict[str, Callable[[Sequence[float]], float]] = {
    "mean": lambda values: sum(values) / len(values),
    "min": min,
    "max": max,
    "sum": sum,
    "count": sum,
    "last": lambda values: values[-1],
}
"""How the values of several steps become one, by how each step was made."""


class Reader(NamedTuple):
    """For whom a board is drawn, and when: what things are called, how they are written."""

    names: Names
    words: Words
    now: float


class Drawn(NamedTuple):
    """One line of a panel: what it is called, its series, its points; ``name`` tells it apart."""

    called: Called
    told: Told
    line: Line
    name: str

    @property
    def last(self) -> float:
        """Its last value."""
        return self.line.points[-1].value

    def steps(self) -> list[Point]:
        """Return its steps, each where what it tells of began.

        One that had begun before the time asked for is only a part, and left out.
        """
        return [
            Point(self.told.time(time), value)
            for time, value in self.line.points
            if self.told.start <= self.told.time(time) < self.told.end
        ]


class Table(NamedTuple):
    """The table behind a chart: ``columns`` are headings; a row has a name and as many cells."""

    caption: str
    columns: Sequence[str]
    rows: Sequence[tuple[str, Sequence[str]]]


class Shown(NamedTuple):
    """A panel ready for its template. ``kind`` chooses how ``content`` is laid out.

    ``said``: sentences in place of what is not drawn; ``note``: how to read what is.
    """

    panel: Panel
    kind: str
    content: object = None
    table: Table | None = None
    said: Sequence[str] = ()
    note: str = ""


def lines_of(filled: FilledPanel, names: Names) -> list[Drawn]:
    """Return the lines of all series of a panel, by place and name."""
    several = len(filled.told) > 1
    lines = []
    for told in filled.told:
        series = _without(filled.panel.title, told.series.name)
        for line in told.lines:
            called = names.line(told.series.query.by, line.tags)
            if several and called.name:
                name = _("{place}: {word}", place=called.name, word=series)
                called = called._replace(name=name)
            lines.append(Drawn(called, told, line, called.name or series))
    count = Counter(one.name for one in lines)
    apart = [one if count[one.name] == 1 else one._replace(name=one.called.whole) for one in lines]
    return sorted(apart, key=lambda one: by_name(one.called))


def lines_by_name(told: Sequence[Told], names: Names) -> dict[Called, list[Drawn]]:
    """Return the lines of several series by what they are called."""
    found: dict[Called, list[Drawn]] = {}
    for one in told:
        for line in one.lines:
            called = names.line(one.series.query.by, line.tags)
            drawn = Drawn(called, one, line, called.whole or one.series.name)
            found.setdefault(called, []).append(drawn)
    return {called: found[called] for called in sorted(found, key=by_name)}


def by_name(called: Called) -> tuple[object, ...]:
    """Return what lines are sorted by: place and name, as people sort."""
    return sort_key(called.place, called.name, "")


def span_of(told: Told, words: Words) -> Span:
    """Return the time of a chart, with the marks of its axis."""
    start, end = told.start, told.end
    return Span(start, end, told.series.query.step_s, ticks(start, end, words))


def zones_of(series: Series) -> list[Zone]:
    """Return what the values of a series mean, to be shaded."""
    return [Zone(band.below, band.state, str(band.word)) for band in series.bands]


def numbers_of(series: Series, words: Words) -> Numbers:
    """Return how values beside a scale are written: with no more decimals than they need."""

    def write(value: float) -> str:
        if series.unit in board_values.SHORT_UNITS:
            return board_values.number(series, value, words)
        needed = next((n for n in range(3) if abs(value - round(value, n)) < _HAIR), 3)
        return words.number(value, needed)

    whole = not series.unit and not series.decimals
    return Numbers(write, board_values.unit(series, words), whole)


def quantity_of(series: Series, words: Words) -> Callable[[float], str]:
    """Return how values of a series are written with their unit."""
    return lambda value: board_values.quantity(series, value, words)


def table_behind(panel: Panel, drawn: Sequence[Drawn], words: Words) -> Table:
    """Return the table behind a chart: a row for each line, a column for each part of its time."""
    told = drawn[0].told
    shares = parts(told.start, told.end, words)
    unit = "" if told.series.unit in board_values.SHORT_UNITS else told.series.unit
    caption = _("{channel} in {unit}", channel=panel.title, unit=unit) if unit else panel.title
    rows = [(one.name, list(_cells(one, shares, words))) for one in drawn]
    return Table(caption, [share.label for share in shares], rows)


def _cells(one: Drawn, shares: Sequence[Part], words: Words) -> Iterator[str]:
    """Yield the value of each part; a step that began before the first belongs to it."""
    series = one.told.series
    is_sum = series.query.aggregate in ("sum", "count")
    points: Sequence[Point | Answer] = one.steps() if is_sum else one.line.points
    times = [point.time for point in points]
    begins = [0, *(bisect_left(times, share.start) for share in shares[1:]), len(points)]
    for begin, end in pairwise(begins):
        values = [point.value for point in points[begin:end]]
        merged = _MERGED[series.query.aggregate](values) if values else None
        yield "" if merged is None else board_values.number(series, merged, words)


def emptiness(filled: FilledPanel) -> Shown:
    """Say kindly why a panel shows nothing."""
    if filled.told and all(told.series.rare for told in filled.told):
        return Shown(filled.panel, "empty", said=[_("Nothing to report.")])
    said = _("There are not enough readings yet. Come back in a little while.")
    if filled.panel.kind == "tiles" and any(told.series.query.back_s for told in filled.told):
        said = _("No fresh reading just now.")
    return Shown(filled.panel, "empty", said=[said])


def _without(title: str, name: str) -> str:
    """Return the name of a series without what the panel's title says already."""
    rest = name.removeprefix(title).lstrip(" :\u00a0\u202f")
    return rest[:1].upper() + rest[1:] if rest and rest != name else name
