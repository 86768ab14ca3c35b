"""Rules that every board keeps: it can be answered, it is bounded, it says what it shows."""

from itertools import chain

import pytest

from dashboards import influxql
from dashboards.board import Board, Panel, Series
from dashboards.boards.labels import causes, conditions
from gateway.live import Condition
from gateway.signals.heard import CAUSES, UNKNOWN
from kit.catalogue import Channel
from kit.names import is_slug
from kit.signals import FEW, signals
from tests.dashboards.boards.every_board import (
    all_boards,
    all_builds,
    asked_on,
    panels_of,
    site_boards,
    town_boards,
)

LABELLED = {"reset", "firmware", "rejects", "objects", "workshops", "people", "votes"}
LABELLED |= {"answers_good", "answers_so_so", "answers_not"}
"""Signals that are kept by label only (kit/signals/signals.toml)."""
TOWN_TAGS = {"place", "device", "build", "what"}
SITE_TAGS = {"town", "place", "device", "build", "what"}


def known_in_towns() -> dict[str, list[Channel]]:
    """Return what may be asked of a town's store: by quantity, the channels that measure it."""
    found: dict[str, list[Channel]] = {}
    for channel in chain(*(build.channels for build in all_builds()), signals("told")):
        found.setdefault(channel.quantity, []).append(channel)
        if channel.hidden_below:
            found.setdefault(channel.quantity + FEW, []).append(channel)
    return found


def known_of_the_site() -> dict[str, list[Channel]]:
    found = {}
    for signal in chain(signals("object"), signals("gateway"), signals("town")):
        found[signal.id] = [signal]
        if signal.hidden_below:
            found[signal.id + FEW] = [signal]
    return found


def each_series(boards: list[Board]) -> list[object]:
    return [
        pytest.param(board, panel, series, id=f"{board.id}/{panel.id}/{number}")
        for board, panel in panels_of(boards)
        for number, series in enumerate(panel.series)
    ]


@pytest.mark.parametrize(("board", "panel", "series"), each_series(town_boards()))
def test_a_town_can_answer_what_its_boards_ask(board: Board, panel: Panel, series: Series) -> None:
    assert series.query.quantity in known_in_towns()
    assert {*series.query.by, *series.query.where} <= TOWN_TAGS
    assert {build.id for build in all_builds()} >= {*series.query.wanted("build")}


@pytest.mark.parametrize(("board", "panel", "series"), each_series(site_boards()))
def test_the_site_can_answer_what_its_boards_ask(
    board: Board, panel: Panel, series: Series
) -> None:
    assert series.query.quantity in known_of_the_site()
    assert {*series.query.by, *series.query.where} <= SITE_TAGS


@pytest.mark.parametrize(("board", "panel", "series"), each_series(all_boards()))
def test_numbers_have_the_unit_that_the_catalogue_gives_them(
    board: Board, panel: Panel, series: Series
) -> None:
    known = known_of_the_site() if board.audience == "site" else known_in_towns()
    units = {channel.unit for channel in known[series.query.quantity]}
    assert series.unit in ({"h"} if series.query.aggregate == "hours" else units)


def test_what_has_labels_is_never_asked_for_without_them() -> None:
    for board, panel, series in asked_on(all_boards()):
        if series.query.quantity.removesuffix(FEW) in LABELLED:
            asked = {*series.query.by, *series.query.where}
            assert "what" in asked, (board.id, panel.id)


def test_the_labels_in_words_are_those_that_are_kept() -> None:
    assert set(conditions()) == {condition.value for condition in Condition}
    assert set(causes()) == {*CAUSES, UNKNOWN}


def test_that_no_count_is_hidden_is_no_mistake() -> None:
    for board, panel, series in asked_on(all_boards()):
        if series.query.quantity.endswith(FEW):
            assert series.rare, (board.id, panel.id)


def test_every_question_is_bounded_in_time() -> None:
    for board, panel, series in asked_on(all_boards()):
        span = series.query.back_s or board.span_s
        assert 0 < span <= 400 * 86_400, (board.id, panel.id)
        text = influxql.text(series.query, "time > 1s")
        assert text.count('FROM "') == text.count("time > 1s") == 1, text


def test_no_line_has_more_points_than_a_screen_can_show() -> None:
    for board, panel, series in asked_on(all_boards()):
        if series.query.step_s:
            points = (series.query.back_s or board.span_s) / series.query.step_s
            assert points <= 400, (board.id, panel.id)


def test_counts_of_people_are_never_finer_than_an_hour() -> None:
    hidden = {c.quantity for build in all_builds() for c in build.channels if c.hidden_below}
    for board, panel, series in asked_on(town_boards()):
        query = series.query
        if query.quantity.removesuffix(FEW) in hidden and not series.age:
            assert (query.aggregate, query.step_s % 3600, query.offset_s) == ("sum", 0, 120)
            assert query.step_s, (board.id, panel.id)


def test_ids_are_slugs_and_unique() -> None:
    boards = all_boards()
    assert len({board.id for board in boards}) == len(boards)
    for board in boards:
        ids = [panel.id for panel in board.panels]
        assert len({*ids}) == len(ids), board.id
        assert all(map(is_slug, [board.id, *ids]))


def test_a_board_of_grafana_can_be_named_after_each() -> None:
    assert all(len(f"fabnum-{board.id}-fr") <= 40 for board in all_boards())


def test_a_public_board_is_asked_anew_every_five_minutes_at_most() -> None:
    for board in all_boards():
        assert board.refresh_s >= (300 if board.audience == "public" else 60), board.id


def test_widths_are_quarters_of_a_row() -> None:
    assert {panel.width for _b, panel in panels_of(all_boards())} <= {1, 2, 4}


def test_a_panel_of_words_has_words_and_each_other_one_questions() -> None:
    for board, panel in panels_of(all_boards()):
        assert bool(panel.text) == (panel.kind == "text"), (board.id, panel.id)
        assert bool(panel.series) == (panel.kind != "text"), (board.id, panel.id)


def test_lines_that_share_a_chart_have_different_names() -> None:
    for board, panel in panels_of(all_boards()):
        names = [series.name for series in panel.series]
        assert len({*names}) == len(names), (board.id, panel.id)


def test_rows_of_a_table_are_joined_by_the_same_tags() -> None:
    for board, panel in panels_of(all_boards()):
        if panel.kind == "table":
            assert len({series.query.by for series in panel.series}) == 1, (board.id, panel.id)
