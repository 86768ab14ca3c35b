"""What the charts of boards share: a plot as wide as its place, with letters of one size.

Heights are pixels. Across, texts and straight lines stand at percents of the width, and what is
drawn lies in a picture of its own (``viewBox``: one unit a step of time, half a pixel up) that is
stretched: so a chart fits a telephone, a wide screen and a sheet of paper alike, without
JavaScript. Pure, as ``charts``: colours are classes of ``board.css``.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from markupsafe import escape

from dashboards.query import Point as Step
from gateway.web.charts import Tick, Zone, round_numbers

_BIGGEST = 1e15
_LABEL_AIR = 94.0
"""A tick further right than this (%) has no room for its label."""
_LATE = 80.0
"""On a narrow screen, further right than this; there every second label is left out, too."""
_LETTER = 7.0
FINE = 2
"""Units of a stretched picture in a pixel, upwards."""


class Levels(NamedTuple):
    """From which to which value a plot reaches, and what its values mean.

    ``limits``: values that a line is drawn at, each with its label; ``are_bounds``: they part
    ``zones``, and are no round numbers.
    """

    low: float
    high: float
    zones: Sequence[Zone]
    limits: Sequence[tuple[float, str]] = ()
    are_bounds: bool = False


class Numbers(NamedTuple):
    """How the numbers of a scale are written; the unit stands at the highest alone.

    ``whole``: what is counted has no halves.
    """

    write: Callable[[float], str]
    unit: str
    whole: bool = False


class Span(NamedTuple):
    """The time of a plot, from ``start`` to ``end`` in steps (Unix seconds, seconds)."""

    start: float
    end: float
    step_s: float
    ticks: Sequence[Tick] = ()

    @property
    def steps(self) -> float:
        """How many steps it has: the width of the stretched picture."""
        return (self.end - self.start) / self.step_s

    def at(self, time: float) -> float:
        """Return where a time lies in the stretched picture."""
        return (time - self.start) / self.step_s

    def percent(self, time: float) -> float:
        """Return where a time lies, in percents of the width."""
        return round(100 * (time - self.start) / (self.end - self.start), 2)


class Frame(NamedTuple):
    """Where values lie between ``top`` and ``bottom`` (pixels from the upper edge)."""

    top: int
    bottom: int
    levels: Levels

    def y(self, value: float) -> float:
        """Return how far down a value lies, in pixels."""
        share = (value - self.levels.low) / (self.levels.high - self.levels.low)
        return round(self.bottom - share * (self.bottom - self.top), 1)

    def fine(self, value: float) -> int:
        """Return how far down a value lies in the stretched picture."""
        levels = self.levels
        share = (value - levels.low) / (levels.high - levels.low)
        return round(FINE * (self.bottom - share * (self.bottom - self.top)))


def levels_for(
    values: Sequence[float],
    zones: Sequence[Zone],
    numbers: Numbers,
    *,
    least_span: float,
    from_zero: bool = False,
) -> Levels:
    """Choose what a plot of these values shows: them, some air, the next limit if it is near.

    What is never below zero has no scale below it.
    """
    low, high = min(values), max(values)
    span = max(high - low, least_span, abs(high) * 1e-9, 1e-9)
    middle = (low + high) / 2
    floor = 0.0 if low >= 0 else -math.inf
    low, high = min(low, middle - span / 2), max(high, middle + span / 2)
    bounds = [zone.below for zone in zones if abs(zone.below) < _BIGGEST]
    near = [bound for bound in bounds if high < bound < high + 0.6 * span]
    high = max([high, *near[:1]])
    low = min(0.0, low - 0.14 * span) if from_zero else low - 0.08 * span
    return _with_limits(Levels(max(low, floor), high + 0.14 * span, zones), numbers)


def _with_limits(levels: Levels, numbers: Numbers) -> Levels:
    """Add the lines to read values by: the bounds of what they mean, else round numbers."""
    inside = [zone.below for zone in levels.zones if levels.low < zone.below < levels.high]
    limits = inside or [
        number
        for number in round_numbers(levels.low, levels.high)
        if not numbers.whole or number.is_integer()
    ]
    labels = [numbers.write(value) for value in limits]
    if labels:
        labels[-1] += numbers.unit
    drawn = list(zip(limits, labels, strict=True))
    return levels._replace(limits=drawn, are_bounds=bool(inside))


def usable(steps: Sequence[Step]) -> Sequence[Step]:
    """Return the steps whose values can be drawn: nearly always all of them."""
    values = [value for _time, value in steps]
    if not values or (math.isfinite(sum(values)) and max(map(abs, values)) < _BIGGEST):
        return steps
    return [step for step in steps if abs(step.value) < _BIGGEST]


def zones(frame: Frame) -> Iterator[str]:
    """Shade what the values mean, over the whole width."""
    floor = frame.levels.low
    for zone in frame.levels.zones:
        bottom, top = max(floor, frame.levels.low), min(zone.below, frame.levels.high)
        floor = zone.below
        if top > bottom:
            height = round(frame.y(bottom) - frame.y(top), 1)
            yield (
                f'<rect class="zone {zone.state}" y="{frame.y(top):g}" width="100%"'
                f' height="{height:g}"/>'
            )


def stretched_zones(frame: Frame, span: Span) -> str:
    """Return the same within a stretched picture, with the lines between them."""
    width = f"{span.steps:g}"
    floor, drawn = frame.levels.low, ""
    for zone in frame.levels.zones:
        bottom, top = max(floor, frame.levels.low), min(zone.below, frame.levels.high)
        floor = zone.below
        if top > bottom:
            path = f"M0 {frame.fine(bottom)}V{frame.fine(top)}H{width}V{frame.fine(bottom)}z"
            drawn += f'<path class="zone {zone.state}" d="{path}"/>'
    if frame.levels.are_bounds:
        lines = "".join(f"M0 {frame.fine(value)}h{width}" for value, _ in frame.levels.limits)
        drawn += f'<path class="limit" d="{lines}"/>'
    return drawn


def limits(frame: Frame) -> Iterator[str]:
    """Draw the lines to read values by."""
    kind = "limit" if frame.levels.are_bounds else "level"
    for value, _label in frame.levels.limits:
        y = frame.y(value)
        yield f'<line class="{kind}" x2="100%" y1="{y:g}" y2="{y:g}"/>'


def scale(frame: Frame, height: int) -> str:
    """Return the numbers of these lines, as a picture to stand before the plot."""
    width = max((len(label) for _value, label in frame.levels.limits), default=0) * _LETTER + 4
    texts = "".join(
        f'<text x="100%" y="{frame.y(value) + 4:g}">{escape(label)}</text>'
        for value, label in frame.levels.limits
    )
    return (
        f'<svg class="scale" width="{width:g}" height="{height}" aria-hidden="true">{texts}</svg>'
    )


def zone_words(frame: Frame) -> Iterator[str]:
    """Write above each bound what is so from there on."""
    words = _words_above(frame.levels.zones)
    for value, _label in frame.levels.limits:
        if frame.levels.are_bounds and value in words:
            word = escape(words[value])
            yield f'<text class="mark" x="5" y="{frame.y(value) - 5:g}">{word}</text>'


def _words_above(zones: Sequence[Zone]) -> dict[float, str]:
    """Return what is so from each bound on, by the bound."""
    return {below.below: above.word for below, above in pairwise(zones)}


def axis(frame: Frame, span: Span) -> Iterator[str]:
    """Draw the axis of time, with its ticks and their labels."""
    y = frame.bottom
    yield f'<line class="axis" x2="100%" y1="{y}" y2="{y}"/>'
    for number, tick in enumerate(span.ticks):
        if span.start <= tick.time <= span.end:
            x = span.percent(tick.time)
            yield f'<line class="tick" x1="{x:g}%" x2="{x:g}%" y1="{frame.top}" y2="{y + 5}"/>'
            if x < _LABEL_AIR:
                label = escape(tick.label)
                kind = " late" if x > _LATE else "" if number % 2 else " even"
                yield f'<text class="when{kind}" x="{x:g}%" dx="4" y="{y + 15}">{label}</text>'


def stretched(span: Span, height: int, content: str) -> str:
    """Return a picture in steps of time and half pixels, as wide as its place."""
    return (
        f'<svg width="100%" height="{height}" viewBox="0 0 {span.steps:g} {height * FINE}"'
        f' preserveAspectRatio="none">{content}</svg>'
    )
