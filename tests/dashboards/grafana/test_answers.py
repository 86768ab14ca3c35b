"""What Grafana would ask, put to a real InfluxDB that holds a week."""

from collections.abc import Iterator

import pytest

from dashboards import influxql
from dashboards.board import Board, Panel
from tests.dashboards.boards.every_board import site_boards, town_boards
from tests.dashboards.grafana.models import Json, pictures, values_in
from tests.dashboards.grafana.played import asked, span, table
from tests.dashboards.week import Week
from tests.gateway.influx_servers import needs_influxd

pytestmark = [pytest.mark.servers, needs_influxd]


def panels() -> Iterator[tuple[str, Board, Json, Panel, Json]]:
    """Yield the database, the board and each panel with questions, as ours and as Grafana's."""
    boards = [("gonesse", board) for board in town_boards()]
    boards += [("_site", board) for board in site_boards()]
    for town, board in boards:
        model = values_in("en", board)
        for ours, theirs in zip(board.panels, pictures(model), strict=True):
            if ours.series:
                yield town, board, model, ours, theirs


def test_grafana_s_questions_have_the_answers_of_ours(week: Week) -> None:
    for town, board, model, ours, theirs in panels():
        for series, target in zip(_of(ours, theirs), theirs["targets"], strict=True):
            query = series.query
            back = query.back_s or board.span_s
            assert back <= span(theirs, model)
            end = int(week.end)
            # To Grafana the end belongs to the time, to us it does not.
            plain = influxql.text(query, influxql.between(end - back, end + 0.001))
            found = week.query(town, asked(target, theirs, model, end))
            assert _points(found) == _points(week.query(town, plain)), (board.id, ours.id)


def _of(ours: Panel, theirs: Json) -> list:  # type: ignore[type-arg]
    """Return the series of each target; a value alone in a tile is asked once more as a word."""
    letters = {target["refId"] for target in theirs["targets"]}
    order = []
    for number, series in enumerate(ours.series):
        letter = chr(ord("A") + number)
        order += [series] * (1 + (f"{letter}word" in letters))
    return order


def _points(answer: list[Json]) -> dict[str, list[list[float]]]:
    found = {
        str(sorted(series.get("tags", {}).items())): [
            p for p in series["values"] if p[1] is not None
        ]
        for series in answer
    }
    return {tags: points for tags, points in found.items() if points}


def test_every_table_has_one_row_a_line_and_every_column_its_heading(week: Week) -> None:
    tables = 0
    for town, board, model, ours, theirs in panels():
        if theirs["type"] != "table":
            continue
        rows = table(
            theirs, model, int(week.end), lambda statement, town=town: week.query(town, statement)
        )  # type: ignore[misc]
        tables += bool(rows)
        tags = {tag for series in ours.series for tag in series.query.by}
        headings = list(theirs["transformations"][-1]["options"]["renameByName"].values())
        assert all(list(row) == headings for row in rows), (board.id, ours.id)
        keys = [tuple(row.values())[: len(tags)] for row in rows]
        assert len(set(keys)) == len(keys), (board.id, ours.id)
    assert tables > 10


def test_a_row_tells_the_value_its_meaning_and_its_time(week: Week) -> None:
    now = next(panel for panel in panels() if panel[3].id == "now-air")
    town, _board, model, _ours, theirs = now
    rows = table(theirs, model, int(week.end), lambda statement: week.query(town, statement))
    air = next(row for row in rows if row["Object"] == "air-1")
    assert air["CO₂"] == air["What it means"] > 0
    assert 0 <= week.end - air["Measured"] / 1e6 < 900
