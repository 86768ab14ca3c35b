"""Over which time and in which steps a panel asks."""

import msgspec
import pytest

from dashboards.board import Board, Panel, Row, Series
from dashboards.grafana.questions import lines, questions
from dashboards.query import Aggregate, Query
from tests.dashboards.grafana.models import Json, pictures, values_in

DAY, WEEK = 86_400, 7 * 86_400


def series(aggregate: Aggregate = "mean", step_s: int = 600, back_s: int = 0) -> Series:
    query = Query("co2", aggregate, by=("device",), step_s=step_s, back_s=back_s)
    return Series(query, f"{aggregate} of CO₂", "ppm")


def panel(*asked: Series) -> Panel:
    return Panel("p", "curve", "A title", "A description.", asked)


def texts(*asked: Series) -> list[str]:
    made = panel(*asked)
    return [lines(question, made, WEEK).query for question in questions(made)]


def model(*asked: Series) -> Json:
    board = Board("b", "A board", "A description.", "town", (Row("A row", (panel(*asked),)),))
    (found,) = pictures(values_in("en", board))
    return found


@pytest.mark.parametrize("aggregate", ["mean", "min", "max", "last"])
def test_a_summary_may_be_asked_in_longer_steps(aggregate: Aggregate) -> None:
    assert "time($__interval)" in texts(series(aggregate))[0]


@pytest.mark.parametrize("aggregate", ["sum", "count"])
def test_a_count_an_hour_stays_one_an_hour(aggregate: Aggregate) -> None:
    assert "time(3600s)" in texts(series(aggregate, 3600))[0]


def test_only_the_shortest_step_of_a_panel_is_stretched() -> None:
    short, long = texts(series(step_s=600), series("max", step_s=DAY))
    assert "time($__interval)" in short
    assert f"time({DAY}s)" in long
    assert model(series(step_s=600), series("max", step_s=DAY))["interval"] == "10m"


def test_steps_keep_their_offset() -> None:
    shifted = msgspec.structs.replace(series().query, offset_s=120)
    (text,) = texts(msgspec.structs.replace(series(), query=shifted))
    assert "time($__interval, 120s)" in text


def test_a_panel_looks_at_its_own_time_where_it_has_one() -> None:
    assert "timeFrom" not in model(series())
    assert model(series(back_s=DAY))["timeFrom"] == "1d"
    assert texts(series(back_s=DAY))[0].count("time >=") == 0


def test_a_question_of_a_shorter_time_than_its_panel_is_narrowed_within_it() -> None:
    long, short = texts(series(), series(back_s=900))
    assert "now()" not in long
    assert "$timeFilter AND time >= now() - 15m" in short
    assert "timeFrom" not in model(series(), series(back_s=900))


def test_a_longer_time_than_the_board_s_is_the_panel_s_and_the_rest_is_narrowed() -> None:
    week, month = texts(series(), series(back_s=30 * DAY))
    assert "time >= now() - 7d" in week
    assert "now()" not in month
    assert model(series(), series(back_s=30 * DAY))["timeFrom"] == "30d"


def test_letters_go_on_after_z() -> None:
    letters = [question.ref_id for question in questions(panel(*[series()] * 54))]
    assert letters[:2] == ["A", "B"]
    assert letters[25:28] == ["Z", "AA", "AB"]
    assert letters[52:] == ["BA", "BB"]
