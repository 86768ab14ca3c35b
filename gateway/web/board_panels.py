"""Panels of a board as a page shows them: tiles, tables, curves, columns and bars."""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from markupsafe import Markup

from dashboards.board import Panel, Series
from dashboards.query import Line
from gateway.boards.filled import FilledPanel, Told
from gateway.boards.names import Called, Names
from gateway.web import board_values, columns, curves
from gateway.web.board_times import parts, ticks
from gateway.web.charts import Point, Zone
from gateway.web.plot import Levels, Span, levels_for
from gateway.web.selection import sort_key
from gateway.web.words import Words
from kit.i18n import _

SHOWN_AT_ONCE = 12
"""So many little charts or bars stand on the page; the others open on demand."""


class Shown(NamedTuple):
    """A panel ready for its template. ``kind`` chooses how ``content`` is laid out."""

    panel: Panel
    kind: str
    content: object
    table: "Table | None"
    empty: str = ""
    note: str = ""


class Table(NamedTuple):
    """The table behind a chart: ``columns`` are headings; a row has a name and as many cells."""

    caption: str
    first: str
    columns: Sequence[str]
    rows: Sequence[tuple[Called, Sequence[str]]]


class Named(NamedTuple):
    """A curve in a chart: how it is called, the number of its colour, its last value."""

    called: Called
    sample: Markup
    last: str


class Curves(NamedTuple):
    """Up to four curves: their picture and their names."""

    picture: Markup
    named: Sequence[Named]


class Little(NamedTuple):
    """One little chart: whose it is, its last value and what that means, its picture."""

    called: Called
    last: str
    word: str
    state: str
    picture: Markup


class Littles(NamedTuple):
    """Many little charts: what they share, those shown at once, those that open on demand."""

    shared: Markup
    first: Sequence[Little]
    more: Sequence[Little]


class Bar(NamedTuple):
    """One bar: what it is of, its value written out, how long it is (% of the longest)."""

    name: str
    text: str
    state: str
    share: float


class Bars(NamedTuple):
    """The bars of one line; ``question`` where it asks one."""

    called: Called
    question: str
    bars: Sequence[Bar]


class _Drawn(NamedTuple):
    """One line of a panel: what it is called, its series, its points."""

    called: Called
    told: Told
    line: Line

    @property
    def name(self) -> str:
        """What tells it from the other lines of the panel."""
        return self.called.whole or self.told.series.name


class Panels:
    """Makes the panels of one board for one reader."""

    def __init__(self, names: Names, words: Words, now: float) -> None:
        self._names = names
        self._words = words
        self._now = now

    def shown(self, filled: FilledPanel) -> Shown:
        """Return a panel with what it shows; with kind words where there is nothing yet."""
        panel = filled.panel
        if panel.kind == "text":
            return Shown(panel, "text", panel.text.split("\n\n"), None)
        if filled.is_empty:
            return Shown(panel, "empty", None, None, empty=_emptiness(filled))
        if panel.kind in ("table", "tiles"):
            rows = board_values.rows(filled, self._names, self._words, self._now)
            return Shown(panel, panel.kind, rows, None)
        if panel.kind == "curve":
            return self._curves(filled)
        if filled.told[0].series.query.step_s:
            return self._columns(filled)
        return self._bars(filled)

    # --- curves ----------------------------------------------------------------------------------

    def _curves(self, filled: FilledPanel) -> Shown:
        panel, series = filled.panel, filled.told[0].series
        span = self._span(filled.told[0])
        drawn = [one for one in self._drawn(filled) if curves.points_of(one.line.points, span)]
        if not drawn:
            return Shown(panel, "empty", None, None, empty=_emptiness(filled))
        lines = [
            curves.Drawn(one.name, curves.points_of(one.line.points, span), self._last(one))
            for one in drawn
        ]
        chart = curves.Chart(
            f"p-{panel.id}",
            panel.title,
            self._described(lines, series),
            span,
            self._levels(series, [point.value for line in lines for point in line.points]),
            lines,
            self._number_of(series),
        )
        table = self._table(panel, filled.told[0], drawn)
        if len(lines) <= curves.TOGETHER:
            named = [
                Named(one.called._replace(name=one.name, place=""), curves.key(n), line.last)
                for n, (one, line) in enumerate(zip(drawn, lines, strict=True), 1)
            ]
            return Shown(panel, "curves", Curves(curves.together(chart), named), table)
        shared, little = curves.multiples(chart)
        made = [self._little(one, multiple) for one, multiple in zip(drawn, little, strict=True)]
        content = Littles(shared, made[:SHOWN_AT_ONCE], made[SHOWN_AT_ONCE:])
        return Shown(panel, "littles", content, table, note=self._scale_note(chart))

    def _little(self, one: _Drawn, multiple: curves.Multiple) -> Little:
        value = one.line.points[-1].value
        band = board_values.band_of(one.told.series, value)
        word, state = (str(band.word), band.state) if band else ("", "")
        return Little(one.called, self._last(one), word, state, multiple.picture)

    def _scale_note(self, chart: curves.Chart) -> str:
        """Say how to read little charts that have no scale of their own."""
        values = [point.value for line in chart.lines for point in line.points]
        return _(
            "All to one scale. In grey: from the lowest to the highest of all, {low} to {high}.",
            low=chart.number(min(values)),
            high=chart.number(max(values)),
        )

    # --- counts, step by step --------------------------------------------------------------------

    def _columns(self, filled: FilledPanel) -> Shown:
        """Show a chart for each line: counts, and dashed where one was too small to be told."""
        panel = filled.panel
        counted = [told for told in filled.told if not board_values.is_few(told.series)]
        hidden = [told for told in filled.told if board_values.is_few(told.series)]
        if not counted:
            return self._hidden_only(filled)
        series = counted[0].series
        by_line = _by_line(counted, self._names)
        few = _by_line(hidden, self._names)
        span = self._span(filled.told[0])
        values = [p.value for lines in by_line.values() for one in lines for p in one.line.points]
        bound = float(series.hidden_below) if few else 0.0
        levels = levels_for(
            [0.0, 2 * bound, *values], (), self._rough(series), least_span=1, from_zero=True
        )
        content = []
        for index, called in enumerate(sorted({*by_line, *few}, key=_by_name)):
            lines, hid = by_line.get(called, []), few.get(called, [])
            told = [_steps(one) for one in lines]
            title = f"{panel.title}, {called.whole}" if called.whole else panel.title
            picture = columns.draw(
                columns.Columns(
                    f"p-{panel.id}-{index}",
                    title,
                    self._most(told, series),
                    span,
                    levels,
                    told,
                    [point.time for one in hid for point in _steps(one)],
                    bound,
                )
            )
            samples = [
                Named(Called(one.told.series.name), curves.key(n), "")
                for n, one in enumerate(lines, 1)
            ]
            content.append((called, picture, samples if len(lines) > 1 else []))
        table = self._table(panel, counted[0], [one for lines in by_line.values() for one in lines])
        note = _("A dashed bar is a small number. It is not shown, so that nobody is recognised.")
        return Shown(panel, "columns", content, table, note=note if few else "")

    def _hidden_only(self, filled: FilledPanel) -> Shown:
        """List in words the hours of which nothing may be told."""
        rows = []
        for called, lines in sorted(
            _by_line(filled.told, self._names).items(), key=lambda item: _by_name(item[0])
        ):
            times = sorted({point.time for one in lines for point in _steps(one)})
            said = self._words.all_of([self._words.hour(time) for time in times])
            rows.append((called, [said]))
        table = Table(filled.panel.title, _("Object"), [filled.panel.title], rows)
        return Shown(filled.panel, "list", table, None)

    # --- bars, one for each value ----------------------------------------------------------------

    def _bars(self, filled: FilledPanel) -> Shown:
        """Show the bars of each line, the longest being the whole width."""
        made = board_values.rows(filled, self._names, self._words, self._now)
        few = [index for index, told in enumerate(filled.told) if board_values.is_few(told.series)]
        values = [
            cell.value or 0
            for row in made.rows
            for index, cell in enumerate(row.cells)
            if index not in few
        ]
        most = max(max(values, default=0), 1e-9)
        content = []
        for row in made.rows:
            asks = self._names.asks(row.called.key)
            bars = [
                Bar(
                    self._option(row.called, filled.told[index].series, made.names[index]),
                    cell.text + cell.unit,
                    cell.state,
                    0 if index in few else round(100 * (cell.value or 0) / most, 1),
                )
                for index, cell in enumerate(row.cells)
                if cell.text
            ]
            content.append(Bars(row.called, asks.asked() if asks else "", bars))
        first, more = content[:SHOWN_AT_ONCE], content[SHOWN_AT_ONCE:]
        return Shown(filled.panel, "bars", (first, more), None)

    def _option(self, called: Called, series: Series, name: str) -> str:
        what = series.query.where.get("what", "")
        words = self._names.option(called.key, what) if isinstance(what, str) else ""
        return words or name

    # --- parts -----------------------------------------------------------------------------------

    def _drawn(self, filled: FilledPanel) -> list[_Drawn]:
        several = len(filled.told) > 1
        lines = []
        for told in filled.told:
            for line in told.lines:
                called = self._names.line(told.series.query.by, line.tags)
                if several and called.name:
                    called = called._replace(name=f"{called.name}: {told.series.name}")
                lines.append(_Drawn(called, told, line))
        return sorted(lines, key=lambda one: _by_name(one.called))

    def _span(self, told: Told) -> Span:
        step_s = told.series.query.step_s
        return Span(told.start, told.end, step_s, ticks(told.start, told.end, self._words))

    def _levels(self, series: Series, values: Sequence[float]) -> Levels:
        zones = [Zone(band.below, band.state, str(band.word)) for band in series.bands]
        least = 1.0 if not series.unit else 20 * 10.0**-series.decimals
        return levels_for(values, zones, self._rough(series), least_span=least)

    def _rough(self, series: Series) -> Callable[[float], str]:
        """Return how values beside a scale are written: with no more decimals than they need."""

        def write(value: float) -> str:
            if series.unit in board_values.SHORT_UNITS:
                return board_values.number(series, value, self._words)
            needed = next((n for n in range(3) if abs(value - round(value, n)) < 1e-9), 3)
            return self._words.number(value, needed) + self._words.unit(series)

        return write

    def _number_of(self, series: Series) -> Callable[[float], str]:
        return lambda value: board_values.quantity(series, value, self._words)

    def _last(self, one: _Drawn) -> str:
        return board_values.quantity(one.told.series, one.line.points[-1].value, self._words)

    def _described(self, lines: Sequence[curves.Drawn], series: Series) -> str:
        number = self._number_of(series)
        return " ".join(
            _(
                "{name}: from {low} to {high}, at the end {last}.",
                name=line.name,
                low=number(min(point.value for point in line.points)),
                high=number(max(point.value for point in line.points)),
                last=line.last,
            )
            for line in lines
        )

    def _most(self, told: Sequence[Sequence[Point]], series: Series) -> str:
        points = [point for points in told for point in points]
        if not points:
            return ""
        most = max(points, key=lambda point: point.value)
        return _(
            "The most: {count}, {when}.",
            count=board_values.quantity(series, most.value, self._words),
            when=self._words.at(most.time, self._now),
        )

    def _table(self, panel: Panel, told: Told, drawn: Sequence[_Drawn]) -> Table:
        """Return the table behind a chart: a row for each line, a column for each part of time."""
        shares = parts(told.start, told.end, self._words)
        rows = [
            (one.called._replace(name=one.name, place=""), list(self._cells(one, shares)))
            for one in drawn
        ]
        series = told.series
        caption = panel.title
        if series.unit and series.unit not in board_values.SHORT_UNITS:
            caption = _("{channel} in {unit}", channel=panel.title, unit=series.unit)
        return Table(caption, "", [share.label for share in shares], rows)

    def _cells(self, one: _Drawn, shares: Sequence[tuple[float, str]]) -> Iterator[str]:
        series = one.told.series
        ends = [*(start for start, _label in shares[1:]), float("inf")]
        for (start, _label), end in zip(shares, ends, strict=True):
            values = [
                point.value
                for point in one.line.points
                if start <= max(one.told.time(point.time), one.told.start) < end
            ]
            merged = _MERGED[series.query.aggregate](values) if values else None
            yield "" if merged is None else board_values.number(series, merged, self._words)


_MERGED: dict[str, Callable[[Sequence[float]], float]] = {
    "mean": lambda values: sum(values) / len(values),
    "min": min,
    "max": max,
    "sum": sum,
    "count": sum,
    "last": lambda values: values[-1],
    "hours": sum,
}
"""How the values of several steps become one, by how each step was made."""


def _steps(one: _Drawn) -> list[Point]:
    """Return the steps of a line, each where what it tells of began."""
    return [
        Point(one.told.time(time), value)
        for time, value in one.line.points
        if one.told.start <= one.told.time(time) < one.told.end
    ]


def _by_line(told: Sequence[Told], names: Names) -> dict[Called, list[_Drawn]]:
    """Return the lines of several series by what they are called."""
    found: dict[Called, list[_Drawn]] = {}
    for one in told:
        for line in one.lines:
            called = names.line(one.series.query.by, line.tags)
            found.setdefault(called, []).append(_Drawn(called, one, line))
    return found


def _by_name(called: Called) -> tuple[object, ...]:
    return sort_key(called.place, called.name, "")


def _emptiness(filled: FilledPanel) -> str:
    """Say kindly why a panel shows nothing."""
    if filled.told and all(told.series.rare for told in filled.told):
        return _("Nothing to report.")
    return _("There are not enough readings yet. Come back in a little while.")
