"""What the boards show: everything that is measured, each thing to those whom it concerns."""

import pytest

from dashboards.board import Panel
from kit.catalogue import Build, builds, load_build
from kit.signals import FEW, signals
from tests.dashboards.boards.every_board import (
    all_boards,
    all_builds,
    asked_on,
    board,
    site_boards,
    town_boards,
)


def shown_on(board_id: str) -> set[str]:
    return {series.query.quantity for _b, _p, series in asked_on([board(board_id)])}


@pytest.mark.parametrize("build", all_builds(), ids=lambda build: build.id)
def test_every_channel_of_a_build_is_on_its_board_besides_the_table(build: Build) -> None:
    drawn = {
        series.query.quantity
        for _b, panel, series in asked_on([board(f"build-{build.id}")])
        if panel.kind != "table"
    }
    assert not {channel.quantity for channel in build.channels} - drawn


@pytest.mark.parametrize("build", all_builds(), ids=lambda build: build.id)
def test_a_count_is_never_without_the_hours_in_which_it_is_hidden(build: Build) -> None:
    for board_ in town_boards():
        if board_.id == f"build-{build.id}":
            counts = {c.quantity for c in build.channels if c.hidden_below}
            assert {f"{name}{FEW}" for name in counts} <= shown_on(board_.id)


@pytest.mark.parametrize("subject", ["object", "gateway", "town"])
def test_every_signal_is_on_a_board_of_the_site(subject: str) -> None:
    shown = {series.query.quantity for _b, _p, series in asked_on(site_boards())}
    assert not {signal.id for signal in signals(subject)} - shown  # type: ignore[arg-type]


def test_what_is_told_of_objects_is_on_a_board_of_the_town() -> None:
    shown = {series.query.quantity for _b, _p, series in asked_on(town_boards())}
    assert {signal.id for signal in signals("told")} <= shown


def test_every_build_is_on_the_board_of_its_town() -> None:
    asked = [series.query.wanted("build") for _b, _p, series in asked_on([board("town")])]
    assert {build for builds_asked in asked for build in builds_asked} == set(builds())


def test_the_board_of_a_town_begins_with_what_may_ask_for_action() -> None:
    first, others, objects = board("town").rows

    def asks(panel: Panel) -> bool:
        return any(band.state == "act" for band in panel.series[0].bands)

    assert first.panels
    assert all(map(asks, first.panels))
    assert not any(map(asks, others.panels))
    assert all(panel.series[-1].age for panel in objects.panels)


def test_objects_that_combine_builds_are_on_the_boards_of_each_of_them() -> None:
    for build in all_builds():
        for combined in build.combines:
            for _b, panel, series in asked_on([board(f"build-{combined}")]):
                assert build.id in series.query.wanted("build"), panel.id


def test_a_board_of_a_combined_build_shows_its_own_objects_alone() -> None:
    for _b, _p, series in asked_on([board("build-air-lamp")]):
        assert series.query.wanted("build") == ("air-lamp",)


def test_a_town_that_has_only_combined_objects_sees_them() -> None:
    from dashboards.boards import boards_of_town

    found = boards_of_town([load_build("air-lamp")])
    assert [one.id for one in found] == ["town", "build-air-lamp", "public"]
    assert found[0].panels[0].series[0].query.wanted("build") == ("air-lamp",)


def test_a_town_without_objects_has_boards_without_rows() -> None:
    from dashboards.boards import boards_of_town

    assert [(one.id, one.rows) for one in boards_of_town([])] == [("town", ()), ("public", ())]


def test_no_board_has_a_row_of_nothing() -> None:
    from dashboards.boards import boards_of_town

    for build in all_builds():
        for one in boards_of_town([build]):
            assert all(row.panels for row in one.rows), one.id


def test_everybody_sees_nothing_that_the_other_boards_of_the_town_do_not_show() -> None:
    others = [one for one in town_boards() if one.audience == "town"]
    shown = [series.query for _b, _p, series in asked_on(others)]
    for _b, panel, series in asked_on([board("public")]):
        assert series.query in shown, panel.id


def test_nothing_of_lamps_or_of_what_is_repaired_is_for_everybody() -> None:
    assert not shown_on("public") & {"on", "brightness", "presses", "power", "current", "voltage"}


def test_a_board_of_a_town_asks_for_nothing_of_the_site() -> None:
    of_the_site = {s.id for subject in ("object", "gateway", "town") for s in signals(subject)}  # type: ignore[arg-type]
    for board_, panel, series in asked_on(town_boards()):
        assert board_.audience in {"town", "public"}
        assert series.query.quantity.removesuffix(FEW) not in of_the_site, panel.id


def test_the_boards_are_those_that_are_promised() -> None:
    of_builds = [f"build-{build}" for build in builds()]
    assert [one.id for one in town_boards()] == ["town", *of_builds, "public"]
    assert [one.id for one in site_boards()] == ["fleet", "gateway", "inclusion"]
    assert {one.audience for one in all_boards()} == {"town", "public", "site"}
