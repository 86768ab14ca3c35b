"""Pictures of boards: drawn to scale, holes left open, names apart, nothing that breaks the SVG."""

import math
import re
from collections.abc import Sequence
from itertools import pairwise
from xml.etree import ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st

from dashboards.query import Point as Step
from gateway.web import columns, curves
from gateway.web.charts import Point, Tick, Zone
from gateway.web.plot import FINE, Frame, Numbers, Span, levels_for

HOUR = 3600.0
SPAN = Span(0, 24 * HOUR, HOUR, [Tick(6 * HOUR, "6 h")])
NUMBERS = Numbers(lambda value: f"{value:g}", " ppm")
ZONES = (Zone(800, "good", "Bon"), Zone(1500, "watch", "Moyen"), Zone(math.inf, "act", "Aérez"))


def chart(*lines: Sequence[Step], zones: Sequence[Zone] = (), name: str = "Salle") -> curves.Chart:
    drawn = [
        curves.Drawn(f"{name} {n}", curves.points_of(steps, SPAN), "last")
        for n, steps in enumerate(lines, 1)
    ]
    values = [point.value for line in drawn for point in line.points]
    levels = levels_for(values, zones, NUMBERS, least_span=1)
    return curves.Chart("p-x", "Titre", "Dit", SPAN, levels, drawn, lambda value: f"{value:g}")


def steps(*values: float | None) -> list[Step]:
    return [Step(n * HOUR, value) for n, value in enumerate(values) if value is not None]


def parsed(markup: str) -> ET.Element:
    return ET.fromstring(f"<div>{markup}</div>".replace("\u00a0", " "))


def path_of(markup: str, kind: str) -> str:
    (path,) = [p for p in parsed(markup).iter("path") if kind in (p.get("class") or "").split()]
    return path.get("d") or ""


def places(path: str) -> list[list[tuple[float, float]]]:
    """Follow a path of ``M x y l dx dy …`` as a browser would: its runs, in picture units."""
    runs = []
    for run in path.split("M")[1:]:
        start, _l, moves = run.partition("l")
        x, y = (float(number) for number in re.findall(r"-?[\d.]+", start))
        points = [(x, y)]
        numbers = [float(number) for number in re.findall(r"-?[\d.]+", moves)]
        for dx, dy in zip(numbers[::2], numbers[1::2], strict=True):
            x, y = x + dx, y + dy
            points.append((x, y))
        runs.append(points)
    return runs


@given(
    st.lists(st.none() | st.floats(-1e6, 1e6, allow_nan=False), min_size=1, max_size=24).filter(
        lambda values: any(value is not None for value in values)
    )
)
def test_a_line_goes_through_its_points_and_leaves_holes_open(values: list[float | None]) -> None:
    made = chart(steps(*values))
    frame = Frame(16, 190, made.levels)
    runs = places(path_of(curves.together(made), "l1"))
    drawn = [point for run in runs for point in dict.fromkeys(run)]
    wanted = [(n, value) for n, value in enumerate(values) if value is not None]
    assert len({int(x) for x, _ in drawn}) == len({n for n, _ in wanted})
    for x, y in drawn:
        value = values[int(x)]
        assert value is not None
        assert abs(y - frame.y(value) * FINE) <= 1.6
        assert 16 * FINE - 1 <= y <= 190 * FINE + 1
    holes = sum(b - a > 2 for (a, _), (b, _) in pairwise(wanted))
    assert len(runs) == holes + 1


def test_what_cannot_be_drawn_is_left_out() -> None:
    made = curves.points_of(steps(1.0, math.nan, math.inf, 1e300, 2.0), SPAN)
    assert [point.value for point in made] == [1.0, 2.0]


def test_the_first_and_last_step_stay_within_the_picture() -> None:
    cut = Span(0.9 * HOUR, 5.1 * HOUR, HOUR)
    times = [p.time for p in curves.points_of([Step(0, 1.0), Step(5 * HOUR, 2.0)], cut)]
    assert times == [0.9 * HOUR, 5.1 * HOUR]


def test_names_at_the_ends_of_lines_are_never_one_over_another() -> None:
    places_ = curves.apart([100.0, 100.0, 101.0, 40.0], 16, 190)
    assert sorted(places_) == sorted(set(places_))
    ordered = sorted(places_)
    assert all(b - a >= 17 for a, b in pairwise(ordered))
    assert places_[3] == 40.0
    low = curves.apart([189.0, 190.0, 190.0], 16, 190)
    assert max(low) == 190
    assert min(low) >= 190 - 34


def test_a_chart_says_what_it_shows_to_those_who_cannot_see_it() -> None:
    made = curves.together(chart(steps(1, 2), steps(3, 4), zones=ZONES))
    (picture,) = [svg for svg in parsed(made).iter("svg") if svg.get("role") == "img"]
    named = (picture.get("aria-labelledby") or "").split()
    texts = {e.get("id"): e.text for e in picture if e.tag in ("title", "desc")}
    assert [texts[name] for name in named] == ["Titre", "Dit"]
    hidden = [svg for svg in parsed(made) if svg.get("role") != "img"]
    assert all(svg.get("aria-hidden") == "true" for svg in hidden)


def test_words_stand_beside_colours_and_the_unit_at_the_highest_number() -> None:
    made = curves.together(chart(steps(500, 1600), zones=ZONES))
    texts = [text.text for text in parsed(made).iter("text")]
    assert "1500 ppm" in texts
    assert "800" in texts
    assert "Moyen" in texts
    assert "Aérez" in texts


def test_many_lines_share_scale_band_and_ticks_in_little_charts() -> None:
    made = chart(*[steps(n, n + 1, n + 2) for n in range(7)], zones=ZONES)
    shared, little = curves.multiples(made)
    assert len(little) == 7
    assert "spread" in shared
    assert all('href="#p-x-g"' in one for one in little)
    assert 'aria-label="Salle 3: 2 – 4, 4"' in little[2]


def test_little_charts_have_no_more_points_than_can_be_seen() -> None:
    week = Span(0, 7 * 24 * HOUR, HOUR)
    coarse = curves.coarser(week)
    assert coarse.step_s == 2 * HOUR
    points = curves.means_of([Step(n * HOUR, float(n)) for n in range(168)], coarse)
    assert len(points) == 84
    assert points[0] == Point(HOUR, 0.5)
    assert curves.coarser(SPAN) == SPAN


def test_a_scale_of_counts_has_no_halves_and_none_below_zero() -> None:
    levels = levels_for([0.0, 0.0], (), Numbers(str, "", whole=True), least_span=1)
    assert levels.low == 0
    assert all(value.is_integer() for value, _ in levels.limits)
    below = levels_for([-5.0, 5.0], (), NUMBERS, least_span=1)
    assert below.low < -5


def counted(few: Sequence[float] = (), *values: float) -> str:
    levels = levels_for([0.0, 10.0, *values], (), NUMBERS, least_span=1, from_zero=True)
    points = [Point(n * HOUR, value) for n, value in enumerate(values)]
    return columns.draw(columns.Columns("c", "T", "D", SPAN, levels, [points], few, 5))


def test_columns_stand_on_zero_and_nobody_can_be_seen_to_be_counted() -> None:
    strokes = re.findall(r"M([\d.]+) (\d+)V(\d+)", path_of(counted((), 0, 10, 5), "column"))
    feet = {foot for _x, foot, _top in strokes}
    assert len(feet) == 1
    heights = [int(foot) - int(top) for _x, foot, top in strokes]
    assert 0 < heights[0] < 5
    assert abs(heights[1] - 2 * heights[2]) <= 1


def test_columns_below_zero_hang_from_it() -> None:
    levels = levels_for([-4.0, 8.0], (), NUMBERS, least_span=1, from_zero=True)
    made = columns.Columns("c", "T", "D", SPAN, levels, [[Point(0, -4.0), Point(HOUR, 8.0)]])
    down, up = re.findall(r"M[\d.]+ (\d+)V(\d+)", path_of(columns.draw(made), "column"))
    assert int(down[1]) > int(down[0])
    assert int(up[1]) < int(up[0])


def test_hidden_counts_all_look_alike() -> None:
    boxes = path_of(counted((0.0, 2 * HOUR), 9), "few").split("M")[1:]
    assert len(boxes) == 2
    assert len({re.sub(r"^[\d.]+ ", "", box) for box in boxes}) == 1
