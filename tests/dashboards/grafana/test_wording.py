"""Names, words and units on their way into Grafana."""

import re

import pytest
from grafana_foundation_sdk.models import units as grafana_units
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from dashboards.board import Series
from dashboards.grafana.files import in_language
from dashboards.grafana.units import known, unit_id
from dashboards.grafana.wording import alias, duration, literal, markdown, meanings
from dashboards.query import Query
from kit.catalogue import Band, Text
from kit.signals import signals
from tests.dashboards.boards.every_board import all_boards, all_builds, asked_on

PATTERN = re.compile(r"\$(\w+)|\[\[([\s\S]+?)\]\]")
"""What Grafana takes for a pattern in an alias (its ``influxql/util/util.go``)."""
GRAFANA_UNITS = {value for value in vars(grafana_units).values() if isinstance(value, str)}
WORDS = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Zl", "Zp", "Zs"])
) | st.text("ab1. $[]*_`#+-=<>&~|\\()!:\"'")


@given(WORDS, st.lists(st.sampled_from(["place", "device"]), unique=True))
@example("[[[x]]]", [])
@example("$tag_device", ["place"])
def test_only_the_tags_of_a_name_are_patterns(name: str, by: list[str]) -> None:
    made = alias(name, tuple(by), alone=False)  # type: ignore[arg-type]
    assert [found.group() for found in PATTERN.finditer(made)] == [f"$tag_{tag}" for tag in by]


def test_a_plain_name_stays_as_it_is() -> None:
    assert literal("CO₂ [ppm] à 5 m") == "CO₂ [ppm] à 5 m"


def test_lines_of_one_question_are_named_by_their_tags_alone() -> None:
    assert alias("CO₂", ("place", "device"), alone=True) == "$tag_place · $tag_device"
    assert alias("CO₂", ("place",), alone=False) == "CO₂ · $tag_place"
    assert alias("CO₂", (), alone=True) == "CO₂"


def shown(source: str) -> list[str]:
    """Return what a reader of Markdown sees, paragraph by paragraph; fails on anything else."""
    tokens = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(source)
    paragraphs = []
    for token in tokens:
        assert token.type in ("paragraph_open", "paragraph_close", "inline"), token.type
        if token.type == "inline":
            assert {t.type for t in token.children or []} <= {"text", "hardbreak", "text_special"}
            breaks = ("\n" if t.type == "hardbreak" else t.content for t in token.children or [])
            paragraphs.append("".join(breaks))
    return paragraphs


@given(st.lists(st.lists(WORDS.map(str.strip).filter(bool), min_size=1), min_size=1))
@example([["# a", "---", "1. b", "- c", "<b>", "`d`", "=="]])
@example([["|a|b|", "|-|-|", "|c|d|"]])
@example([["1986\\. A great wine", "&amp; ~~no~~ [x](y) ![z](w)"]])
def test_words_are_shown_exactly_as_they_are(paragraphs: list[list[str]]) -> None:
    text = "\n\n".join("\n".join(lines) for lines in paragraphs)
    assert shown(markdown(text)) == ["\n".join(lines) for lines in paragraphs]


@pytest.mark.parametrize(
    ("seconds", "written"),
    [(604_800, "7d"), (5400, "90m"), (7200, "2h"), (61, "61s"), (900, "15m")],
)
def test_times_are_written_in_the_largest_unit_that_fits(seconds: int, written: str) -> None:
    assert duration(seconds) == written


def test_every_unit_of_the_catalogue_and_of_signals_has_its_place_in_the_table() -> None:
    channels = [channel for build in all_builds() for channel in build.channels]
    for subject in ("object", "gateway", "town", "told"):
        channels += signals(subject)
    assert {channel.unit for channel in channels} <= known()


def test_every_unit_of_the_boards_is_one_of_grafana_s_or_a_suffix() -> None:
    for _board, _panel, series in asked_on(all_boards()):
        unit = unit_id(series.unit)
        assert unit in GRAFANA_UNITS or re.fullmatch(r"suffix:\S+", unit)


def test_an_unknown_unit_stands_after_the_number() -> None:
    assert unit_id("µg/m³") == "suffix:µg/m³"


def test_bands_are_said_in_sentences() -> None:
    bands = tuple(
        Band("good", Text(fr=word, en=word), below)
        for word, below in (("A", 800.0), ("B", 1500.0), ("C", float("inf")))
    )
    series = Series(Query("co2", "last"), "CO₂", "ppm", bands=bands)
    said = in_language("en", lambda: meanings(series))
    assert said == [
        "Below 800\xa0ppm: A",
        "From 800\xa0ppm to 1,500\xa0ppm: B",
        "From 1,500\xa0ppm on: C",
    ]


def test_no_two_units_are_written_alike() -> None:
    written = [unit_id(unit) for unit in known()]
    assert len({*written}) == len(written)
