"""Counts step by step as columns: one a step from zero up, markup out. Pure, as ``plot``.

A count that is too small to be told is an empty, dashed column as high as the bound: all of them
look alike. A step in which nobody was counted lies flat on the axis.
"""

from collections.abc import Sequence
from typing import NamedTuple

from markupsafe import Markup, escape

from gateway.web.charts import Point
from gateway.web.plot import FINE, Frame, Levels, Span, axis, limits, scale, stretched

_TOP, _BOTTOM, _HEIGHT = 16, 120, 140
_FLAT = 1.5
"""How high (pixels) nobody is, so that a step that was counted can be seen."""


class Columns(NamedTuple):
    """What to draw: ``told`` counts, ``few`` steps with too small a count, as high as ``bound``.

    Several ``told`` stand side by side, such as the lowest and the highest of each day.
    """

    id: str
    title: str
    description: str
    span: Span
    levels: Levels
    told: Sequence[Sequence[Point]]
    few: Sequence[float] = ()
    bound: float = 0


def draw(columns: Columns) -> Markup:
    """Return the columns, with their scale before them."""
    frame = Frame(_TOP, _BOTTOM, columns.levels)
    parts = [
        scale(frame, _HEIGHT),
        f'<svg class="fluid" height="{_HEIGHT}" role="img" ',
        f'aria-labelledby="{columns.id}-t {columns.id}-d">',
        f'<title id="{columns.id}-t">{escape(columns.title)}</title>',
        f'<desc id="{columns.id}-d">{escape(columns.description)}</desc>',
        *limits(frame),
        *axis(frame, columns.span),
        stretched(columns.span, _HEIGHT, _paths(columns, frame)),
        "</svg>",
    ]
    return Markup("".join(parts))  # noqa: S704 - texts are escaped, the rest is numbers


def _paths(columns: Columns, frame: Frame) -> str:
    """Return the columns as lines as thick as a column: half the length of as many shapes."""
    width = 0.8 / max(len(columns.told), 1)
    drawn = [
        f'<path class="column l{n + 1}" stroke-width="{width:.3g}"'
        f' d="{_strokes(points, columns.span, frame, 0.1 + (n + 0.5) * width)}"/>'
        for n, points in enumerate(columns.told)
        if points
    ]
    if columns.few:
        drawn.append(f'<path class="few" d="{_boxes(columns, frame)}"/>')
    return "".join(drawn)


def _strokes(points: Sequence[Point], span: Span, frame: Frame, middle: float) -> str:
    foot = frame.fine(0)
    return "".join(
        f"M{span.at(time) + middle:.4g} {foot}V{_end(value, frame)}" for time, value in points
    )


def _end(value: float, frame: Frame) -> int:
    """Return where a column from zero ends; nobody is as high as can just be seen."""
    foot, end = frame.fine(0), frame.fine(value)
    return foot - round(_FLAT * FINE) if 0 <= foot - end < _FLAT * FINE else end


def _boxes(columns: Columns, frame: Frame) -> str:
    foot = frame.fine(0)
    high = foot - frame.fine(columns.bound)
    return "".join(
        f"M{columns.span.at(time) + 0.1:.4g} {foot}v-{high}h.8v{high}" for time in columns.few
    )
