"""The linter: every board passes, and each rule sees what breaks it."""

import copy
from collections.abc import Callable

import pytest

from dashboards.grafana.lint import RULES, complaints
from tests.dashboards.boards.every_board import all_boards
from tests.dashboards.grafana.models import LANGUAGES, Json, models

BOARDS = [board.id for board in all_boards()]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("board", BOARDS)
def test_every_board_is_in_order(board: str, language: str) -> None:
    assert complaints(models(language)[board]) == []


@pytest.mark.parametrize("board", BOARDS)
def test_every_board_is_wholly_in_french(board: str) -> None:
    assert complaints(models("fr")[board], models("en")[board]) == []


def panel(model: Json, number: int = 1) -> Json:
    found: Json = model["panels"][number]
    return found


def _no_title(model: Json) -> None:
    panel(model, 0)["title"] = ""


def _no_description(model: Json) -> None:
    del panel(model)["description"]


def _no_unit(model: Json) -> None:
    del panel(model)["fieldConfig"]["defaults"]["unit"]


def _another_source(model: Json) -> None:
    panel(model)["targets"][0]["datasource"] = {"type": "influxdb", "uid": "other"}


def _any_source(model: Json) -> None:
    del panel(model)["datasource"]


def _a_variable(model: Json) -> None:
    model["templating"]["list"] = [{"name": "town", "type": "query"}]


def _no_bounds(model: Json) -> None:
    panel(model)["targets"][0]["query"] = 'SELECT last("value") FROM "co2"'


def _a_part_without_bounds(model: Json) -> None:
    inner = 'SELECT mean("value") FROM "co2" GROUP BY time(1h)'
    query = f'SELECT count("mean") FROM ({inner}) WHERE $timeFilter'
    panel(model)["targets"][0]["query"] = query


def _a_colour_of_its_own(model: Json) -> None:
    panel(model)["fieldConfig"]["defaults"]["thresholds"]["steps"][0]["color"] = "green"


def _a_colour_in_an_override(model: Json) -> None:
    properties = [{"id": "color", "value": {"mode": "fixed", "fixedColor": "#73BF69"}}]
    override = {"matcher": {"id": "byName", "options": "x"}, "properties": properties}
    panel(model)["fieldConfig"]["overrides"].append(override)


def _a_palette(model: Json) -> None:
    panel(model)["fieldConfig"]["defaults"]["color"] = {"mode": "palette-classic"}


def _one_on_another(model: Json) -> None:
    panel(model, 2)["gridPos"] = dict(panel(model)["gridPos"])


def _beside_the_grid(model: Json) -> None:
    panel(model)["gridPos"]["x"] = 23


def _a_long_uid(model: Json) -> None:
    model["uid"] = "fabnum-" + "x" * 40


def _two_of_a_number(model: Json) -> None:
    panel(model, 2)["id"] = panel(model)["id"]


def _two_of_a_letter(model: Json) -> None:
    panel(model)["targets"].append(dict(panel(model)["targets"][0]))


def _two_columns_of_a_name(model: Json) -> None:
    names = panel(model)["transformations"][-1]["options"]["renameByName"]
    names["another"] = next(iter(names.values()))


def _another_schema(model: Json) -> None:
    model["schemaVersion"] = 16


def _editable(model: Json) -> None:
    model["editable"] = True


def _restless(model: Json) -> None:
    model["refresh"] = "1m"


def _never_asked_anew(model: Json) -> None:
    model["refresh"] = False


BREAKS: list[tuple[str, Callable[[Json], None]]] = [
    ("title", _no_title),
    ("description", _no_description),
    ("unit", _no_unit),
    ("source", _another_source),
    ("source", _any_source),
    ("variable", _a_variable),
    ("bounds", _no_bounds),
    ("bounds", _a_part_without_bounds),
    ("colour", _a_colour_of_its_own),
    ("colour", _a_colour_in_an_override),
    ("colour", _a_palette),
    ("position", _one_on_another),
    ("position", _beside_the_grid),
    ("identity", _a_long_uid),
    ("identity", _two_of_a_number),
    ("identity", _two_of_a_letter),
    ("identity", _two_columns_of_a_name),
    ("schema", _another_schema),
    ("schema", _editable),
    ("refresh", _restless),
    ("refresh", _never_asked_anew),
]


@pytest.mark.parametrize(("rule", "broken"), BREAKS)
def test_each_rule_sees_what_breaks_it_and_nothing_else(
    rule: str, broken: Callable[[Json], None]
) -> None:
    model = copy.deepcopy(models("en")["public"])
    broken(model)
    assert {complaint.rule for complaint in complaints(model)} == {rule}


def test_every_rule_has_its_breach() -> None:
    assert {rule for rule, _broken in BREAKS} == set(RULES)


def test_a_town_may_be_asked_anew_more_often_than_the_public_board() -> None:
    model = copy.deepcopy(models("en")["town"])
    model["refresh"] = "1m"
    assert complaints(model) == []
    model["refresh"] = "30s"
    assert [complaint.rule for complaint in complaints(model)] == ["refresh"]


def test_a_sentence_that_stayed_english_is_seen() -> None:
    english = models("en")["town"]
    french = copy.deepcopy(english)
    for one in (french, *french["panels"]):
        one["title"] = one["description"] = "Une phrase."
    assert complaints(french, english) == []
    panel(french)["description"] = panel(english)["description"]
    found = complaints(french, english)
    assert [(c.rule, c.what) for c in found] == [("translated", "its description is in English")]
