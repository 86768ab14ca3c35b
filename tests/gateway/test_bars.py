"""Bars of counts: a sound picture whatever was counted, and small counts that all look alike."""

import re
from xml.etree import ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st

from gateway.web.bars import Bar, BarPlan, draw
from gateway.web.charts import WIDTH, Texts, Tick

HOUR = 3600.0
TEXTS = Texts("Entrées <mairie>", "Le plus : 40 & plus", lambda value: f"{value:.0f}")
_counts = st.none() | st.integers(0, 10**9)


def plan(*numbers: float | None) -> BarPlan:
    bars = [Bar(hour * HOUR, number) for hour, number in enumerate(numbers)]
    ticks = [Tick(0, "0 h"), Tick(24 * HOUR, "24 h")]
    return BarPlan("id", 0, 24 * HOUR, HOUR, bars, 5, TEXTS, ticks)


def heights(svg: str) -> list[float]:
    return [float(height) for height in re.findall(r'<rect .*? height="([\d.]+)"', svg)]


@given(st.lists(_counts, min_size=1, max_size=24))
def test_every_hour_stands_within_the_picture(numbers: list[int | None]) -> None:
    root = ET.fromstring(draw(plan(*numbers)))
    rects = root.findall("rect")
    assert len(rects) == len(numbers)
    for rect in rects:
        x, y, width, height = (float(rect.attrib[n]) for n in ("x", "y", "width", "height"))
        assert 0 <= x <= x + width <= WIDTH
        assert y >= 0
        assert height > 0


@given(st.lists(_counts, min_size=2, max_size=24))
def test_a_larger_count_never_stands_lower(numbers: list[int | None]) -> None:
    drawn = heights(draw(plan(*numbers)))
    told = [(n, h) for n, h in zip(numbers, drawn, strict=True) if n is not None]
    assert [h for _n, h in sorted(told)] == sorted(h for _n, h in told)


def test_small_counts_look_alike_and_are_nowhere_in_the_picture() -> None:
    svg = draw(plan(40, None, None, 0))
    few = heights(svg)[1:3]
    assert few[0] == few[1]
    assert svg.count('class="bar few"') == 2


def test_only_the_largest_count_is_written_over_its_bar() -> None:
    svg = draw(plan(7, 41, None))
    assert re.findall(r"class='extreme'>(.*?)<", svg) == ["41"]


def test_texts_are_escaped_and_nothing_counted_is_nothing_drawn() -> None:
    root = ET.fromstring(draw(plan(1)))
    assert root.findtext("title") == TEXTS.title
    assert draw(plan()) == ""
