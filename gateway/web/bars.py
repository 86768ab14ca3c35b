"""Counts by the hour as inline SVG: one bar an hour from zero up, markup out. Pure, as ``charts``.

A count that is too small to be told is an empty, dashed bar as high as the bound: all of them look
alike. An hour without anybody lies flat on the axis; one that was not counted is not there at all.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from markupsafe import Markup, escape

from gateway.web.charts import WIDTH, Texts, Tick, beside, round_numbers, text_at

_GAP = 1.6
"""Between two bars."""
_FLAT = 1.5
"""How high nobody is, so that an hour that was counted can be seen."""


class Bar(NamedTuple):
    """What was counted in the hour from ``start`` on (Unix seconds); ``None``: too few to tell."""

    start: float
    number: float | None


class BarPlan(NamedTuple):
    """What to draw. ``bound``: counts below it are not told. ``id`` is unique in its page."""

    id: str
    start: float
    end: float
    span_s: float
    bars: Sequence[Bar]
    bound: int
    texts: Texts
    ticks: Sequence[Tick] = ()


class _Frame(NamedTuple):
    """Where the bars stand, and the count at the upper end of the picture."""

    left: float
    right: float
    top: float
    bottom: float
    most: float

    def y(self, count: float) -> float:
        return round(self.bottom - count / self.most * (self.bottom - self.top), 1)


def draw(plan: BarPlan) -> Markup:
    """Return the bars as one ``<svg>``; an empty text if no hour was counted."""
    bars = [bar for bar in plan.bars if plan.start <= bar.start < plan.end]
    if not bars:
        return Markup("")
    highest = max((bar.number or 0 for bar in bars), default=0)
    most = max(highest, 2 * plan.bound) * 1.05
    frame = _Frame(left=34, right=WIDTH - 4, top=18, bottom=94, most=most)
    parts = [
        f'<svg class="chart" viewBox="0 0 {WIDTH} 118" role="img" ',
        f'aria-labelledby="{plan.id}-t {plan.id}-d">',
        f'<title id="{plan.id}-t">{escape(plan.texts.title)}</title>',
        f'<desc id="{plan.id}-d">{escape(plan.texts.description)}</desc>',
        *_levels(plan, frame),
        *(_bar(plan, frame, bar) for bar in bars),
        *_axis(plan, frame),
        *_highest(plan, frame, bars),
        "</svg>",
    ]
    return Markup("".join(parts))  # noqa: S704 - texts are escaped above, the rest is numbers


def _x(plan: BarPlan, frame: _Frame, time: float) -> float:
    share = (time - plan.start) / (plan.end - plan.start)
    return frame.left + share * (frame.right - frame.left)


def _bar(plan: BarPlan, frame: _Frame, bar: Bar) -> str:
    x = _x(plan, frame, bar.start)
    width = max(_x(plan, frame, bar.start + plan.span_s) - x - _GAP, 1)
    count = plan.bound if bar.number is None else bar.number
    height = max(frame.bottom - frame.y(count), _FLAT)
    kind = "bar few" if bar.number is None else "bar"
    return (
        f'<rect class="{kind}" x="{x + _GAP / 2:.1f}" y="{frame.bottom - height:.1f}"'
        f' width="{width:.1f}" height="{height:.1f}"/>'
    )


def _levels(plan: BarPlan, frame: _Frame) -> Iterator[str]:
    """Draw lines to read counts by: whole numbers, zero being the axis."""
    for value in round_numbers(0, frame.most):
        if value > 0 and value == int(value):
            y = frame.y(value)
            yield f'<path class="level" d="M{frame.left} {y}H{frame.right}"/>'
            yield text_at(frame.left - 5, y + 4, plan.texts.number(value), "end")


def _axis(plan: BarPlan, frame: _Frame) -> Iterator[str]:
    yield f'<path class="axis" d="M{frame.left} {frame.bottom}H{frame.right}"/>'
    for tick in plan.ticks:
        if plan.start <= tick.time <= plan.end:
            x = round(_x(plan, frame, tick.time), 1)
            yield f'<path class="axis" d="M{x} {frame.bottom}v4"/>'
            yield text_at(beside(x, tick.label), frame.bottom + 18, tick.label, "middle")


def _highest(plan: BarPlan, frame: _Frame, bars: Sequence[Bar]) -> Iterator[str]:
    """Write the largest count that may be told over its bar."""
    told = [(bar.number, -bar.start) for bar in bars if bar.number]
    if told:
        count, start = max(told)
        x = _x(plan, frame, plan.span_s / 2 - start)
        label = plan.texts.number(count)
        yield text_at(beside(x, label), frame.y(count) - 5, label, "middle", "extreme")
