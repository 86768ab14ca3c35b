"""What is written is what Grafana's SDK reads: every board, every query."""

import json

import pytest
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.models.dashboard import Dashboard, Panel

from dashboards.grafana.target import InfluxQL, InfluxQLBuilder, register
from tests.dashboards.boards.every_board import all_boards
from tests.dashboards.grafana.models import LANGUAGES, Json, models

BOARDS = [board.id for board in all_boards()]


@pytest.fixture(autouse=True)
def sdk() -> None:
    register()


def encoded(value: object) -> Json:
    plain: Json = json.loads(json.dumps(value, cls=JSONEncoder))
    return plain


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("board", BOARDS)
def test_a_board_is_the_same_after_the_sdk_has_read_it(board: str, language: str) -> None:
    written = models(language)[board]
    read = encoded(Dashboard.from_json(written))
    for link in read["links"]:
        del link["placement"]  # the SDK moves every link into a menu, where beginners miss it
    assert read == written


@pytest.mark.parametrize("board", BOARDS)
def test_every_question_is_read_back_as_one_of_ours(board: str) -> None:
    for panel in Dashboard.from_json(models("fr")[board]).panels or []:
        if isinstance(panel, Panel):
            assert all(isinstance(target, InfluxQL) for target in panel.targets or [])


def test_a_question_is_equal_to_itself_read_back() -> None:
    target = (
        InfluxQLBuilder()
        .query("SELECT 1 WHERE $timeFilter")
        .ref_id("C")
        .alias("$tag_place")
        .result_format("table")
        .hide(True)
        .build()
    )
    read = InfluxQL.from_json(json.loads(json.dumps(target, cls=JSONEncoder)))
    assert read == target
    assert read != InfluxQLBuilder().query(target.query).build()


def test_a_question_made_by_clicking_is_refused_rather_than_lost() -> None:
    with pytest.raises(ValueError, match="query A"):
        InfluxQL.from_json({"refId": "A", "select": [], "rawQuery": False})
