"""Panels of counts, step by step: a chart of columns for each object."""

from collections.abc import Sequence
from typing import NamedTuple

from markupsafe import Markup

from dashboards.board import Series
from gateway.boards.filled import FilledPanel, Told
from gateway.boards.names import Called
from gateway.web import board_values, columns, curves
from gateway.web.board_curves import Named
from gateway.web.board_lines import (
    SHOWN_AT_ONCE,
    Drawn,
    Reader,
    Shown,
    by_name,
    lines_by_name,
    numbers_of,
    span_of,
    table_behind,
)
from gateway.web.charts import Point
from gateway.web.plot import Levels, Span, levels_for
from kit.i18n import _
from kit.names import slug

SIDE_BY_SIDE = 2
"""So many series stand side by side in one chart, such as the lowest and the highest of a day."""


class Counted(NamedTuple):
    """The charts of one object, each under the name of what it counts; ``named`` are in one."""

    called: Called
    pictures: Sequence[tuple[str, Markup]]
    named: Sequence[Named] = ()


class _Plan(NamedTuple):
    """What the charts of a panel share; ``bound``: counts below it are not told."""

    filled: FilledPanel
    span: Span
    levels: Levels
    bound: int
    reader: Reader


def shown(filled: FilledPanel, reader: Reader) -> Shown:
    """Return a panel of counts; a step whose count is too small to be told is dashed."""
    panel = filled.panel
    counted = [told for told in filled.told if not board_values.is_few(told.series)]
    hidden = [told for told in filled.told if board_values.is_few(told.series)]
    lines, few = (lines_by_name(told, reader.names) for told in (counted, hidden))
    bound = hidden[0].series.hidden_below if few else 0
    span, levels = span_of(filled.told[0], reader.words), _levels(filled, bound, reader)
    plan = _Plan(filled, span, levels, bound, reader)
    charts = [
        _counted(plan, called, lines.get(called, []), few.get(called, []))
        for called in sorted({*lines, *few}, key=by_name)
    ]
    drawn = [one for of_one in lines.values() for one in of_one]
    return Shown(
        panel,
        "columns",
        (charts[:SHOWN_AT_ONCE], charts[SHOWN_AT_ONCE:]),
        table_behind(panel, drawn, reader.words) if drawn else None,
        note=_("A dashed bar is a small number. It is not shown, so that nobody is recognised.")
        if few
        else "",
    )


def _levels(filled: FilledPanel, bound: int, reader: Reader) -> Levels:
    series = filled.told[0].series
    values = [
        point.value
        for told in filled.told
        if not board_values.is_few(told.series)
        for line in told.lines
        for point in line.points
    ]
    numbers = numbers_of(series, reader.words)
    levels = levels_for([0.0, 2.0 * bound, *values], (), numbers, least_span=1, from_zero=True)
    return levels if values else levels._replace(limits=())


def _counted(plan: _Plan, called: Called, lines: Sequence[Drawn], few: Sequence[Drawn]) -> Counted:
    """Draw what one object counted: two series side by side, more of them one below the other."""
    names = [_own_name(one.told.series, called, plan.reader) for one in lines]
    asked = [(name, one) for name, one in zip(names, lines, strict=True) if name is not None]
    hidden = sorted({point.time for one in few for point in one.steps()})
    if len(asked) > SIDE_BY_SIDE:
        pictures = [(name, _picture(plan, called, name, [one], ())) for name, one in asked]
        return Counted(called, pictures)
    picture = _picture(plan, called, "", [one for _name, one in asked], hidden)
    named = [Named(curves.key(n), name, "") for n, (name, _one) in enumerate(asked, 1)]
    return Counted(called, [("", picture)], named if len(named) > 1 else ())


def _picture(
    plan: _Plan, called: Called, part: str, lines: Sequence[Drawn], few: Sequence[float]
) -> Markup:
    panel = plan.filled.panel
    told = [one.steps() for one in lines]
    whose = called.key.device if called.key else called.name
    title = ", ".join(text for text in (panel.title, called.whole, part) if text)
    return columns.draw(
        columns.Columns(
            "-".join(text for text in ("p", panel.id, slug(whose), slug(part)) if text),
            title,
            _described(told, plan.filled.told[0], plan.reader),
            plan.span,
            plan.levels,
            told,
            few,
            plan.bound,
        )
    )


def _own_name(series: Series, called: Called, reader: Reader) -> str | None:
    """Return what a series counts; ``None`` for an answer that the object's question has not."""
    words = reader.names.option(called.key, series.query.quantity)
    return words if words is None else words or series.name


def _described(told: Sequence[Sequence[Point]], first: Told, reader: Reader) -> str:
    points = [point for points in told for point in points]
    if not points:
        return ""
    most = max(points, key=lambda point: point.value)
    return _(
        "The most: {count}, {when}.",
        count=board_values.quantity(first.series, most.value, reader.words),
        when=reader.words.at(most.time, reader.now),
    )
