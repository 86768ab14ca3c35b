"""Curves of boards: up to four lines in one chart, named at their ends; more in small multiples.

Beyond four lines nobody can follow one: then each has a little chart of its own, all to one scale,
over a grey band from the lowest to the highest of them all (Tufte, "Envisioning Information",
1990, ch. 4). Lines differ by colour and by dash, and each is called by its name.
"""

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

from markupsafe import Markup, escape

from dashboards.query import Point as Step
from gateway.web.charts import Point
from gateway.web.plot import (
    FINE,
    Frame,
    Levels,
    Span,
    axis,
    limits,
    scale,
    stretched,
    stretched_zones,
    usable,
    zone_words,
    zones,
)

TOGETHER = 4
"""So many lines share a chart: there are as many colours that all people can tell apart."""
_TOP, _BOTTOM, _HEIGHT = 16, 190, 212
_SMALL_TOP, _SMALL_BOTTOM, _SMALL_HEIGHT = 4, 60, 62
LITTLE_STEPS = 100
"""More points than this cannot be told apart in a little chart."""
_JOINED = 2.5
"""Points are joined over so many missing steps: a hole in the data stays visible."""
_END_HEIGHT = 17
_LONGEST_NAME = 20
Write = Callable[[float], str]
"""How a value is written."""


class Drawn(NamedTuple):
    """One line of a chart: what it is called, its points, and what its last value says."""

    name: str
    points: Sequence[Point]
    last: str


class Chart(NamedTuple):
    """What to draw. ``id`` is unique on its page; ``description`` is for who cannot see it."""

    id: str
    title: str
    description: str
    span: Span
    levels: Levels
    lines: Sequence[Drawn]
    number: Write


def together(chart: Chart) -> Markup:
    """Return up to four lines as pictures side by side: scale, plot, names at the lines' ends."""
    frame = Frame(_TOP, _BOTTOM, chart.levels)
    paths = "".join(
        f'<path class="line l{n}" d="{_path(line.points, chart.span, frame)}"/>'
        for n, line in enumerate(chart.lines, 1)
    )
    parts = [
        *_opening(chart, "fluid", _HEIGHT),
        *zones(frame),
        *limits(frame),
        *axis(frame, chart.span),
        stretched(chart.span, _HEIGHT, paths),
        *zone_words(frame),
        *(_dot(n, line, chart.span, frame) for n, line in enumerate(chart.lines, 1)),
        "</svg>",
    ]
    ends = _ends(chart, frame) if len(chart.lines) > 1 else ""
    return Markup(scale(frame, _HEIGHT) + "".join(parts) + ends)  # noqa: S704 - texts are escaped, the rest is numbers


def key(number: int) -> Markup:
    """Return a short sample of a line, for the list of names that narrow screens have instead."""
    sample = f'<line class="line l{number}" x2="26" y1="6" y2="6"/>'
    return Markup(  # noqa: S704
        f'<svg class="sample" width="26" height="12" aria-hidden="true">{sample}</svg>'
    )


def multiples(chart: Chart) -> tuple[Markup, list[Markup]]:
    """Return what many lines share, to be put before them, and a little chart for each line."""
    frame = Frame(_SMALL_TOP, _SMALL_BOTTOM, chart.levels)
    shared = (
        f'<svg class="sheet" aria-hidden="true"><g id="{chart.id}-g">'
        f"{stretched_zones(frame, chart.span)}"
        f'<path class="spread" d="{_range(chart.lines, chart.span, frame)}"/>'
        f'<path class="tick" d="{_tick_path(chart.span)}"/></g></svg>'
    )
    return Markup(shared), [_little(chart, line, frame) for line in chart.lines]  # noqa: S704


def _little(chart: Chart, line: Drawn, frame: Frame) -> Markup:
    label = f"{line.name}: {describe(line.points, chart.number)}"
    path = f'<path class="line l1" d="{_path(line.points, chart.span, frame)}"/>'
    content = f'<use href="#{chart.id}-g"/>{path}'
    return Markup(  # noqa: S704
        f'<svg class="fluid" height="{_SMALL_HEIGHT}" role="img" aria-label="{escape(label)}">'
        f"{stretched(chart.span, _SMALL_HEIGHT, content)}"
        f"{_dot(1, line, chart.span, frame)}</svg>"
    )


def describe(points: Sequence[Point], number: Write) -> str:
    """Return the lowest, the highest and the last value of a line, in a few signs."""
    values = [point.value for point in points]
    return f"{number(min(values))} – {number(max(values))}, {number(values[-1])}"


def _opening(chart: Chart, kind: str, height: int) -> tuple[str, ...]:
    return (
        f'<svg class="{kind}" height="{height}" role="img" ',
        f'aria-labelledby="{chart.id}-t {chart.id}-d">',
        f'<title id="{chart.id}-t">{escape(chart.title)}</title>',
        f'<desc id="{chart.id}-d">{escape(chart.description)}</desc>',
    )


def _path(points: Sequence[Point], span: Span, frame: Frame) -> str:
    """Return the path of a line in the stretched picture, as short as it can be written.

    Steps of time are units across, so that most points are "1" and a few units up or down.
    """
    path: list[str] = []
    before: Point | None = None
    x, y = 0.0, 0
    for index, point in enumerate(points):
        here = frame.fine(point.value)
        steps = (point.time - before.time) / span.step_s if before else math.inf
        if steps <= _JOINED:
            path.append(f"{_pair(steps, here - y)}")
        else:
            x = span.at(point.time)
            path.append(f"M{x:.2f} {here}l")
            if _is_alone(points, index, span.step_s):
                path.append("0 0")
        before, y = point, here
    return "".join(path).replace("l ", "l")


def _pair(steps: float, up: int) -> str:
    return f" {round(steps, 2):g}{up}" if up < 0 else f" {round(steps, 2):g} {up}"


def _is_alone(points: Sequence[Point], index: int, step_s: float) -> bool:
    following = points[index + 1] if index + 1 < len(points) else None
    return following is None or following.time - points[index].time > _JOINED * step_s


def _range(lines: Sequence[Drawn], span: Span, frame: Frame) -> str:
    """Return the area from the lowest to the highest value of all lines, step by step."""
    by_step: dict[float, list[float]] = {}
    for line in lines:
        for point in line.points:
            by_step.setdefault(point.time, []).append(point.value)
    times = sorted(by_step)
    path = ""
    run: list[float] = []
    for index, time in enumerate(times):
        run.append(time)
        is_last = index + 1 == len(times)
        if is_last or times[index + 1] - time > _JOINED * span.step_s:
            there = [f"{span.at(t):.1f} {frame.fine(max(by_step[t]))}" for t in run]
            back = [f"{span.at(t):.1f} {frame.fine(min(by_step[t]))}" for t in reversed(run)]
            path += f"M{' '.join(there + back)}z"
            run = []
    return path


def _tick_path(span: Span) -> str:
    inside = (tick.time for tick in span.ticks if span.start < tick.time < span.end)
    return "".join(f"M{span.at(time):.2f} 0v{_SMALL_BOTTOM * FINE}" for time in inside)


def _dot(number: int, line: Drawn, span: Span, frame: Frame) -> str:
    last = line.points[-1]
    x = min(span.percent(last.time), 99.4)
    return f'<circle class="dot l{number}" cx="{x:g}%" cy="{frame.y(last.value):g}" r="3.5"/>'


def _ends(chart: Chart, frame: Frame) -> str:
    """Name the lines where they end, none over another. Wide screens show it."""
    places = apart([frame.y(line.points[-1].value) for line in chart.lines], _TOP, _BOTTOM)
    texts = [
        f'<line class="line l{n}" x1="2" x2="20" y1="{y:g}" y2="{y:g}"/>'
        f'<text x="26" y="{y + 4:g}">{escape(_cut(line.name))}'
        f" <tspan>{escape(line.last)}</tspan></text>"
        for n, (line, y) in enumerate(zip(chart.lines, places, strict=True), 1)
    ]
    return f'<svg class="ends" height="{_HEIGHT}" aria-hidden="true">{"".join(texts)}</svg>'


def apart(wanted: Sequence[float], top: float, bottom: float) -> list[float]:
    """Return places near those wanted, none closer to another than a line of text."""
    order = sorted(range(len(wanted)), key=lambda n: wanted[n])
    places = [0.0] * len(wanted)
    floor = top
    for n in order:
        places[n] = max(wanted[n], floor)
        floor = places[n] + _END_HEIGHT
    ceiling = bottom
    for n in reversed(order):
        places[n] = min(places[n], ceiling)
        ceiling = places[n] - _END_HEIGHT
    return [round(place, 1) for place in places]


def _cut(name: str) -> str:
    return name if len(name) <= _LONGEST_NAME else name[: _LONGEST_NAME - 1].rstrip() + "…"


def points_of(steps: Sequence[Step], span: Span) -> list[Point]:
    """Return steps as points in their middle, those that can be drawn, none outside the plot."""
    half = span.step_s / 2
    points = [Point(time + half, value) for time, value in usable(steps)]
    for end in (0, -1) if points else ():  # only the first and the last may reach out of it
        points[end] = points[end]._replace(time=min(max(points[end].time, span.start), span.end))
    return points


def coarser(span: Span) -> Span:
    """Return the time of a little chart, in steps of which each can be seen."""
    times = math.ceil(span.steps / LITTLE_STEPS)
    return span._replace(step_s=times * span.step_s)


def means_of(steps: Sequence[Step], span: Span) -> list[Point]:
    """Return steps put together into the longer ones of a little chart, each as their mean."""
    start, step_s, middle = span.start, span.step_s, span.start + span.step_s / 2
    sums: dict[int, float] = {}
    counts: dict[int, int] = {}
    for time, value in usable(steps):
        number = int((time - start) / step_s)
        sums[number] = sums.get(number, 0.0) + value
        counts[number] = counts.get(number, 0) + 1
    return [
        Point(min(middle + number * step_s, span.end), total / counts[number])
        for number, total in sums.items()
    ]
