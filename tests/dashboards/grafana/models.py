"""Every board as Grafana's JSON, in one language."""

from functools import cache
from typing import Any

from dashboards.board import Board
from dashboards.grafana.dashboard import Surroundings, values
from dashboards.grafana.files import in_language
from kit import i18n
from tests.dashboards.boards.every_board import all_boards

LANGUAGES = ("fr", "en")
AROUND = Surroundings("Europe/Paris", LANGUAGES)
Json = dict[str, Any]


@cache
def models(language: str) -> dict[str, Json]:
    """Return the dashboards by board."""
    return {board.id: values_in(language, board) for board in all_boards(language)}


def values_in(language: str, board: Board) -> Json:
    assert language in i18n.languages()
    return in_language(language, lambda: values(board, AROUND))


def pictures(model: Json) -> list[Json]:
    return [panel for panel in model["panels"] if panel["type"] != "row"]


def targets(model: Json) -> list[Json]:
    return [target for panel in pictures(model) for target in panel.get("targets", [])]
