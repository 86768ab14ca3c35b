"""The values of boards in words: with their unit, what they mean, and when they were measured."""

from collections.abc import Sequence
from typing import NamedTuple

from dashboards.board import Panel, Series
from gateway.boards.filled import FilledPanel
from gateway.boards.names import Called, Names
from gateway.web.selection import sort_key
from gateway.web.words import Words
from kit.catalogue import Band, State
from kit.i18n import _
from kit.signals import FEW

_URGENCY: dict[State | str, int] = {"act": 0, "watch": 1, "good": 2, "": 3}
SHORT_UNITS = ("s", "d")
"""Units of durations: 7200 s are written as 2 h."""


class Cell(NamedTuple):
    """One value, written out. ``text`` is empty where there is none; ``unit`` with its space.

    ``value`` is the number itself, ``time`` when it was measured (Unix seconds).
    """

    text: str
    unit: str = ""
    word: str = ""
    state: str = ""
    value: float | None = None
    time: float = 0.0


class Row(NamedTuple):
    """A line of several series: how it is called, and its value in each."""

    called: Called
    cells: Sequence[Cell]


class Rows(NamedTuple):
    """What several series say of the same lines; ``names``: of the series, ``units``: theirs."""

    names: Sequence[str]
    units: Sequence[str]
    rows: Sequence[Row]


def is_few(series: Series) -> bool:
    """Whether a series only says that there was a count too small to be told."""
    return series.query.quantity.endswith(FEW)


def is_switch(series: Series) -> bool:
    """Whether its values only say on or off: the word says all, the number nothing."""
    return not series.unit and not series.decimals and bool(series.bands)


def band_of(series: Series, value: float) -> Band | None:
    """Return what a value means, if it means something."""
    return next((band for band in series.bands if value < band.below), None)


def number(series: Series, value: float, words: Words) -> str:
    """Write a value without its unit; a duration in the unit that says it best."""
    if series.unit in SHORT_UNITS:
        return words.duration(value * (86_400 if series.unit == "d" else 1))
    return words.number(value, series.decimals)


def unit(series: Series, words: Words) -> str:
    """Write the unit as it stands behind a number; nothing behind a duration."""
    return "" if series.unit in SHORT_UNITS else words.unit(series)


def quantity(series: Series, value: float, words: Words) -> str:
    """Write a value with its unit."""
    return number(series, value, words) + unit(series, words)


def cell(series: Series, value: float, time: float, words: Words, now: float) -> Cell:
    """Write one value: a number with what it means, when it was measured, or that it is hidden."""
    if series.age:
        return Cell(words.at(time, now), value=value, time=time)
    if is_few(series):
        most = words.number(series.hidden_below, 0)
        return Cell(_("fewer than {count}", count=most), value=value, time=time)
    band = band_of(series, value)
    word, state = (str(band.word), band.state) if band else ("", "")
    if band and is_switch(series):
        return Cell(word, state=state, value=value, time=time)
    text = number(series, value, words)
    return Cell(text, unit(series, words), word, state, value, time)


def rows(filled: FilledPanel, names: Names, words: Words, now: float) -> Rows:
    """Return the one value of each line in each series, a row for each line, in their order."""
    found: dict[tuple[Called, tuple[str, ...]], dict[int, Cell]] = {}
    for index, told in enumerate(filled.told):
        for line in told.lines:
            called = names.line(told.series.query.by, line.tags)
            point = line.points[-1]
            values = found.setdefault((called, line.tags), {})
            values[index] = cell(told.series, point.value, point.time, words, now)
    count = len(filled.told)
    made = [
        Row(called, [values.get(index, Cell("")) for index in range(count)])
        for (called, _tags), values in found.items()
    ]
    made.sort(key=lambda row: _order(filled.panel, row))
    return Rows(
        [told.series.name for told in filled.told],
        [_unit_of_column(told.series) for told in filled.told],
        made,
    )


def _unit_of_column(series: Series) -> str:
    return "" if series.age or is_few(series) or series.unit in SHORT_UNITS else series.unit


def _order(panel: Panel, row: Row) -> tuple[object, ...]:
    """Return by what a row is sorted: the first value as the panel asks, else place and name.

    Rows without that value come last. Where values are equal, what is urgent comes first.
    """
    name = sort_key(row.called.place, row.called.name, "")
    urgency = min((_URGENCY[cell.state] for cell in row.cells), default=3)
    if panel.first == "name":
        return name
    value = row.cells[0].value
    falling = value if panel.first == "lowest" else -(value or 0)
    others = [-(cell.value or 0) for cell in row.cells[1:]]
    return (value is None, 0 if value is None else falling, urgency, others, name)
