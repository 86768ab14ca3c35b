"""Charts: whatever the points, a small and sound picture that says what it shows."""

import math
import re
from xml.etree import ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st

from gateway.web.charts import (
    MAX_POINTS,
    WIDTH,
    Plan,
    Point,
    Spread,
    Texts,
    Tick,
    Zone,
    draw,
    round_numbers,
    thin,
)

DAY = 86_400.0
TEXTS = Texts("CO2 <salle>", "De 400 à 900 & plus", lambda value: f"{value:.0f}")
ZONES = (Zone(800, "good", "Bon"), Zone(1500, "watch", "Moyen"), Zone(math.inf, "act", "Aérez"))


def plan(points: list[Point], **changes: object) -> Plan:
    return Plan("id", 0, DAY, 1500, points, TEXTS, zones=ZONES)._replace(**changes)


_floats = st.floats(allow_nan=True, allow_infinity=True)
_points = st.lists(
    st.builds(Point, _floats, _floats) | st.builds(Point, st.floats(0, DAY), _floats)
)
_spreads = st.lists(st.builds(Spread, st.floats(0, DAY), _floats, _floats), max_size=20)


@given(_points, _spreads, st.booleans())
def test_any_points_make_sound_markup_without_nan_and_of_bounded_size(
    points: list[Point], spreads: list[Spread], small: bool
) -> None:
    svg = str(draw(plan(points, spreads=spreads, small=small, ticks=[Tick(3600, "1 h")])))
    assert "nan" not in svg
    assert "inf" not in svg
    assert len(svg) < 9000
    if svg:
        for number in re.findall(r' (?:x|y|cx|cy)="([^"]*)"', svg):
            assert -1 <= float(number) <= WIDTH + 1
        ET.fromstring(svg)


@given(st.lists(st.builds(Point, st.floats(0, DAY), st.floats(-1e6, 1e6)), max_size=2000))
def test_thinning_keeps_ends_and_extremes_in_order(points: list[Point]) -> None:
    points = sorted(points)
    kept = thin(points)
    assert len(kept) <= MAX_POINTS
    assert kept == sorted(kept)
    if points:
        assert (kept[0], kept[-1]) == (points[0], points[-1])
        values, all_values = [p.value for p in kept], [p.value for p in points]
        assert (min(values), max(values)) == (min(all_values), max(all_values))


@given(st.floats(-1e6, 1e6), st.floats(1e-3, 1e6))
def test_levels_are_few_and_within(low: float, span: float) -> None:
    levels = round_numbers(low, low + span)
    assert 1 <= len(levels) <= 5
    assert all(low <= level <= low + span for level in levels)


def test_nothing_to_show_draws_nothing() -> None:
    assert draw(plan([])) == ""
    assert draw(plan([Point(2 * DAY, 500)])) == ""


def test_the_picture_says_what_it_is_to_those_who_cannot_see_it() -> None:
    svg = ET.fromstring(str(draw(plan([Point(0, 500), Point(600, 900)]))))
    assert svg.get("role") == "img"
    assert svg.get("aria-labelledby") == "id-t id-d"
    texts = {element.get("id"): element.text for element in svg if element.get("id")}
    assert texts == {"id-t": "CO2 <salle>", "id-d": "De 400 à 900 & plus"}


def test_a_hole_in_the_data_is_a_hole_in_the_curve() -> None:
    whole = draw(plan([Point(0, 1), Point(600, 2), Point(1200, 3)]))
    holed = draw(plan([Point(0, 1), Point(600, 2), Point(9000, 3), Point(9600, 3)]))
    assert _line(whole).count("M") == 1
    assert _line(holed).count("M") == 2


def test_a_point_alone_is_a_dot() -> None:
    assert _line(draw(plan([Point(600, 500)]))).endswith("h0")


def test_zones_have_words_in_a_large_chart_and_none_in_a_small_one() -> None:
    points = [Point(0, 500), Point(600, 1900)]
    for word in ("Bon", "Moyen", "Aérez"):
        assert f">{word}<" in draw(plan(points))
        assert f">{word}<" not in draw(plan(points, small=True))


def test_the_highest_and_lowest_value_stand_beside_the_curve() -> None:
    svg = draw(plan([Point(0, 512), Point(600, 934), Point(1200, 701)]))
    assert ">512<" in svg
    assert ">934<" in svg


def _line(svg: str) -> str:
    found = re.search(r'class="line" d="([^"]*)"', svg)
    assert found is not None
    return found[1]
