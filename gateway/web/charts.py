"""Charts as inline SVG: points in, markup out. Pure: no clock, no language, no I/O.

A chart is drawn in a small coordinate system and scaled by the page, so that its letters stay
readable on a telephone 320 pixels wide. Colours are classes of ``page.css``: what a state looks
like, also in the dark and on paper, is decided there.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from markupsafe import Markup, escape

MAX_POINTS = 150
"""More points than this cannot be told apart on a telephone and only make the page heavier."""
WIDTH = 340
_BIGGEST = 1e15
"""Values beyond it are no measurement, and their differences would not be numbers any more."""
_LETTER = 6.5
"""Width of a letter, near enough to keep a label inside the picture."""


class Point(NamedTuple):
    """One value at a time (Unix seconds)."""

    time: float
    value: float


class Spread(NamedTuple):
    """The lowest and highest value of the hour (or so) that begins at ``time``."""

    time: float
    low: float
    high: float


class Zone(NamedTuple):
    """A range of values that means something: from the zone before up to ``below``."""

    below: float
    state: str
    word: str


class Tick(NamedTuple):
    """A mark on the time axis."""

    time: float
    label: str


class Texts(NamedTuple):
    """What the chart says to those who cannot see it, and how it writes numbers.

    ``rough`` writes those of the scale, with so many decimals; without it they look as the others.
    """

    title: str
    description: str
    number: Callable[[float], str]
    rough: Callable[[float, int], str] | None = None


class Plan(NamedTuple):
    """What to draw. ``gap_s``: points further apart are not joined. ``id`` is unique in its page.

    A ``small`` chart stands in a card: no words, no scale at its side.
    """

    id: str
    start: float
    end: float
    gap_s: float
    points: Sequence[Point]
    texts: Texts
    spreads: Sequence[Spread] = ()
    zones: Sequence[Zone] = ()
    ticks: Sequence[Tick] = ()
    least_span: float = 1.0
    small: bool = False


class _Scale(NamedTuple):
    """Where the plot lies in the picture, and which times and values it spans."""

    left: float
    right: float
    top: float
    bottom: float
    start: float
    end: float
    low: float
    high: float

    def x(self, time: float) -> float:
        share = (time - self.start) / (self.end - self.start)
        return round(self.left + share * (self.right - self.left), 1)

    def y(self, value: float) -> float:
        share = (value - self.low) / (self.high - self.low)
        return round(self.bottom - share * (self.bottom - self.top), 1)


class _Label(NamedTuple):
    """A value beside the curve: the middle of its foot, half its width."""

    x: float
    y: float
    half: float
    text: str

    def is_near(self, x: float, half: float, y: float) -> bool:
        """Whether a text of that place would touch it."""
        return abs(self.y - y) < 14 and abs(self.x - x) < self.half + half + 4


def draw(plan: Plan) -> Markup:
    """Return the chart as one ``<svg>``; an empty text if there is nothing to draw."""
    points = thin(_usable(plan.points, plan.start, plan.end))
    if not points or not plan.start < plan.end:
        return Markup("")
    spreads = [s for s in plan.spreads if plan.start <= s.time <= plan.end and _is_sane(s)]
    scale = _scale(plan, points, spreads)
    height = 104 if plan.small else 190
    labels = _extremes(plan, points, scale)
    last_x, last_y = scale.x(points[-1].time), scale.y(points[-1].value)
    parts = [
        f'<svg class="chart" viewBox="0 0 {WIDTH} {height}" role="img" ',
        f'aria-labelledby="{plan.id}-t {plan.id}-d">',
        f'<title id="{plan.id}-t">{escape(plan.texts.title)}</title>',
        f'<desc id="{plan.id}-d">{escape(plan.texts.description)}</desc>',
        *_zones(plan, scale),
        *_levels(plan, scale),
        *_axis(plan, scale),
        _area(spreads, plan.gap_s, scale),
        f'<path class="line" d="{_line(points, plan.gap_s, scale)}"/>',
        f'<circle class="last" cx="{last_x}" cy="{last_y}" r="4.5"/>',
        *_words(plan, scale, labels),
        *(text_at(label.x, label.y, label.text, "middle", "extreme") for label in labels),
        "</svg>",
    ]
    return Markup("".join(parts))  # noqa: S704 - texts are escaped above, the rest is numbers


def thin(points: Sequence[Point], limit: int = MAX_POINTS) -> list[Point]:
    """Return at most ``limit`` points, the lowest and the highest of each stretch of time.

    The first and the last point stay as well, and so do the lowest and the highest of all.
    """
    if len(points) <= limit:
        return list(points)
    stretches = (limit - 2) // 2
    kept = {0, len(points) - 1}
    for n in range(stretches):
        first = n * len(points) // stretches
        stretch = range(first, (n + 1) * len(points) // stretches)
        kept.add(min(stretch, key=lambda i: points[i].value))
        kept.add(max(stretch, key=lambda i: points[i].value))
    return [points[i] for i in sorted(kept)]


def _usable(points: Iterable[Point], start: float, end: float) -> list[Point]:
    return sorted(
        Point(time, value)
        for time, value in points
        if math.isfinite(time) and start <= time <= end and abs(value) < _BIGGEST
    )


def _is_sane(spread: Spread) -> bool:
    return abs(spread.low) < _BIGGEST and abs(spread.high) < _BIGGEST


def _scale(plan: Plan, points: Sequence[Point], spreads: Sequence[Spread]) -> _Scale:
    """Choose the values to show: those of the curve, some air, and the next limit if it is near."""
    low = min([p.value for p in points] + [s.low for s in spreads])
    high = max([p.value for p in points] + [s.high for s in spreads])
    span = max(high - low, plan.least_span, abs(high) * 1e-9, 1e-9)
    middle = (low + high) / 2
    low, high = min(low, middle - span / 2), max(high, middle + span / 2)
    limits = [zone.below for zone in plan.zones if abs(zone.below) < _BIGGEST]
    above = [limit for limit in limits if high < limit < high + span]
    air = span * (0.2 if plan.small else 0.14)
    return _Scale(
        left=4 if plan.small else 44,
        right=WIDTH - 8,
        top=4,
        bottom=80 if plan.small else 164,
        start=plan.start,
        end=plan.end,
        low=low - air,
        high=max([high, *above[:1]]) + air,
    )


def _visible(plan: Plan, scale: _Scale) -> Iterable[tuple[Zone, float, float]]:
    """Yield the zones within the picture, each with the y of its upper and lower end."""
    floor = scale.low
    for zone in plan.zones:
        bottom, top = max(floor, scale.low), min(zone.below, scale.high)
        floor = zone.below
        if top > bottom:
            yield zone, scale.y(top), scale.y(bottom)


def _zones(plan: Plan, scale: _Scale) -> Iterable[str]:
    """Shade what the values mean."""
    for zone, top, bottom in _visible(plan, scale):
        yield (
            f'<rect class="zone {zone.state}" x="{scale.left}" y="{top}"'
            f' width="{scale.right - scale.left}" height="{round(bottom - top, 1)}"/>'
        )


def _levels(plan: Plan, scale: _Scale) -> Iterable[str]:
    """Draw lines to read values by: the limits of the zones, or round numbers where none shows."""
    limits = [zone.below for zone in plan.zones if scale.low < zone.below < scale.high]
    kind = "limit"
    if not limits and not plan.small:
        limits, kind = round_numbers(scale.low, scale.high), "level"
    decimals = max((_decimals(value) for value in limits), default=0)
    for value in limits:
        y = scale.y(value)
        yield f'<path class="{kind}" d="M{scale.left} {y}H{scale.right}"/>'
        if not plan.small:
            rough = plan.texts.rough
            label = rough(value, decimals) if rough else plan.texts.number(value)
            yield text_at(scale.left - 5, y + 4, label, "end")


def _decimals(value: float) -> int:
    """Return how many decimals a number of the scale needs: 20 none, 0.25 two."""
    return next((n for n in range(4) if math.isclose(value, round(value, n), abs_tol=1e-9)), 4)


def _words(plan: Plan, scale: _Scale, labels: Sequence[_Label]) -> Iterable[str]:
    """Write into each zone what it means, over the curve so that it stays readable.

    At its left end, or at its right one where a value stands in the way.
    """
    if plan.small:
        return
    for zone, top, bottom in _visible(plan, scale):
        y = top + 14
        left, width = scale.left + 5, len(zone.word) * _LETTER
        if bottom - top < 16:
            continue
        if any(label.is_near(left + width / 2, width / 2, y) for label in labels):
            yield text_at(scale.right - 5, y, zone.word, "end", "word")
        else:
            yield text_at(left, y, zone.word, "start", "word")


def round_numbers(low: float, high: float) -> list[float]:
    """Return two to five round numbers between ``low`` and ``high``: steps of 1, 2 or 5."""
    rough = (high - low) / 4
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * factor for factor in (1, 2, 5, 10) if power * factor >= rough)
    first = math.ceil(low / step)
    return [n * step for n in range(first, first + 6) if low <= n * step <= high]


def _axis(plan: Plan, scale: _Scale) -> Iterable[str]:
    yield f'<path class="axis" d="M{scale.left} {scale.bottom}H{scale.right}"/>'
    for tick in plan.ticks:
        if plan.start <= tick.time <= plan.end:
            x = scale.x(tick.time)
            yield f'<path class="axis" d="M{x} {scale.bottom}v4"/>'
            yield text_at(beside(x, tick.label), scale.bottom + 18, tick.label, "middle")


def _line(points: Sequence[Point], gap_s: float, scale: _Scale) -> str:
    """Return the path of the curve; a point alone becomes a dot (a line of no length)."""
    # Text would be twice as long with a letter for each step: a pair after M means "line to".
    steps: list[str] = []
    before = -math.inf
    for index, point in enumerate(points):
        joined = point.time - before <= gap_s
        last = index == len(points) - 1
        alone = not joined and (last or points[index + 1].time - point.time > gap_s)
        steps.append(f"{' ' if joined else 'M'}{scale.x(point.time):g} {scale.y(point.value):g}")
        if alone:
            steps.append("h0")
        before = point.time
    return "".join(steps)


def _area(spreads: Sequence[Spread], gap_s: float, scale: _Scale) -> str:
    """Return the band between the lowest and highest values, one piece for each run of hours."""
    runs: list[list[Spread]] = []
    for spread in sorted(spreads):
        if runs and spread.time - runs[-1][-1].time <= gap_s:
            runs[-1].append(spread)
        else:
            runs.append([spread])
    path = ""
    for run in runs:
        there = [f"{scale.x(s.time):g} {scale.y(s.high):g}" for s in run]
        back = [f"{scale.x(s.time):g} {scale.y(s.low):g}" for s in reversed(run)]
        path += f"M{' '.join(there + back)}z"
    return f'<path class="spread" d="{path}"/>' if path else ""


def _extremes(plan: Plan, points: Sequence[Point], scale: _Scale) -> list[_Label]:
    """Return the highest and the lowest value as labels beside the curve."""
    low, high = min(points, key=lambda p: p.value), max(points, key=lambda p: p.value)
    if plan.texts.number(low.value) == plan.texts.number(high.value):
        return []
    labels = []
    for point, shift in ((high, -8.0), (low, 17.0)):
        text = plan.texts.number(point.value)
        half = len(text) * _LETTER / 2
        x = min(max(scale.x(point.time), scale.left + half), scale.right - half)
        y = min(max(scale.y(point.value) + shift, 12), scale.bottom - 3)
        labels.append(_Label(x, y, half, text))
    return labels


def beside(x: float, text: str) -> float:
    """Return where the middle of a text stands that shall be at ``x`` and within the picture."""
    half = len(text) * _LETTER / 2
    return min(max(x, half), WIDTH - half)


def text_at(x: float, y: float, text: str, anchor: str, kind: str = "") -> str:
    """Return a text of the picture, escaped."""
    place = f'x="{x:g}" y="{y:g}"' + ("" if anchor == "start" else f' text-anchor="{anchor}"')
    return f"<text {place}{f' class={kind!r}' if kind else ''}>{escape(text)}</text>"
