"""Panels of curves: together where they are few, little charts where they are many."""

from collections.abc import Sequence
from typing import NamedTuple

from markupsafe import Markup

from dashboards.board import Panel
from gateway.boards.filled import FilledPanel
from gateway.boards.names import Called
from gateway.web import board_values, curves
from gateway.web.board_lines import (
    SHOWN_AT_ONCE,
    Drawn,
    Reader,
    Shown,
    lines_of,
    numbers_of,
    quantity_of,
    span_of,
    table_behind,
    zones_of,
)
from gateway.web.plot import Span, levels_for
from kit.i18n import _


class Named(NamedTuple):
    """A curve in a chart: a sample of its line, its name, its last value."""

    sample: Markup
    name: str
    last: str


class Curves(NamedTuple):
    """Up to four curves: their picture and their names."""

    picture: Markup
    named: Sequence[Named]


class Little(NamedTuple):
    """One little chart: whose it is, its picture, its last value and what that means."""

    called: Called
    picture: Markup
    last: str
    word: str
    state: str


class Littles(NamedTuple):
    """Many little charts: what they share, those shown at once, those that open on demand."""

    shared: Markup
    first: Sequence[Little]
    more: Sequence[Little]


def shown(filled: FilledPanel, reader: Reader) -> Shown:
    """Return a panel of curves. Lines that never change are named where they are many, or all."""
    panel, span = filled.panel, span_of(filled.told[0], reader.words)
    every = lines_of(filled, reader.names)
    table = table_behind(panel, every, reader.words)
    drawn = [one for one in every if _changes(one)]
    if drawn and len(every) <= curves.TOGETHER:
        return Shown(panel, "curves", _together(panel, span, every, reader), table)
    said = _unchanging([one for one in every if one not in drawn], reader)
    if not drawn:
        return Shown(panel, "flat", None, table, said)
    if len(drawn) <= curves.TOGETHER:
        return Shown(panel, "curves", _together(panel, span, drawn, reader), table, said)
    chart = _chart(panel, curves.coarser(span), drawn, reader)
    content, note = _littles(chart, drawn, reader), _scale_note(chart)
    return Shown(panel, "littles", content, table, said, note)


def _together(panel: Panel, span: Span, drawn: Sequence[Drawn], reader: Reader) -> Curves:
    chart = _chart(panel, span, drawn, reader)
    named = [Named(curves.key(n), line.name, line.last) for n, line in enumerate(chart.lines, 1)]
    return Curves(curves.together(chart), named)


def _littles(chart: curves.Chart, drawn: Sequence[Drawn], reader: Reader) -> Littles:
    shared, pictures = curves.multiples(chart)
    made = [_little(one, picture, reader) for one, picture in zip(drawn, pictures, strict=True)]
    return Littles(shared, made[:SHOWN_AT_ONCE], made[SHOWN_AT_ONCE:])


def _little(one: Drawn, picture: Markup, reader: Reader) -> Little:
    series = one.told.series
    band = board_values.band_of(series, one.last)
    word, state = (str(band.word), band.state) if band else ("", "")
    last = board_values.quantity(series, one.last, reader.words)
    return Little(one.called, picture, last, word, state)


def _scale_note(chart: curves.Chart) -> str:
    """Say how to read little charts, which have no scale of their own."""
    values = [point.value for line in chart.lines for point in line.points]
    return _(
        "All to one scale. In grey: from the lowest to the highest of all, {low} to {high}.",
        low=chart.number(min(values)),
        high=chart.number(max(values)),
    )


def _unchanging(drawn: Sequence[Drawn], reader: Reader) -> list[str]:
    """Say of lines that never change what they are: a drawing would not say more."""
    by_value: dict[str, list[str]] = {}
    for one in drawn:
        value = board_values.quantity(one.told.series, one.last, reader.words)
        by_value.setdefault(value, []).append(one.name)
    if len(drawn) == 1:
        return [_("{value} all the time.", value=value) for value in by_value]
    return [
        _("{value} all the time: {names}.", value=value, names=reader.words.all_of(names))
        for value, names in sorted(by_value.items())
    ]


def _changes(one: Drawn) -> bool:
    decimals = one.told.series.decimals
    values = [point.value for point in one.line.points]
    return round(min(values), decimals) != round(max(values), decimals)


def _chart(panel: Panel, span: Span, drawn: Sequence[Drawn], reader: Reader) -> curves.Chart:
    series = drawn[0].told.series
    number = quantity_of(series, reader.words)
    is_little = span.step_s > series.query.step_s
    points_of = curves.means_of if is_little else curves.points_of
    lines = [
        curves.Drawn(one.name, points_of(one.line.points, span), number(one.last)) for one in drawn
    ]
    levels = levels_for(
        [point.value for line in lines for point in line.points],
        zones_of(series),
        numbers_of(series, reader.words),
        least_span=20 * 10.0**-series.decimals if series.unit else 1.0,
    )
    described = " ".join(_described(line, number) for line in lines)
    return curves.Chart(f"p-{panel.id}", panel.title, described, span, levels, lines, number)


def _described(line: curves.Drawn, number: curves.Write) -> str:
    values = [point.value for point in line.points]
    return _(
        "{name}: from {low} to {high}, at the end {last}.",
        name=line.name,
        low=number(min(values)),
        high=number(max(values)),
        last=line.last,
    )
