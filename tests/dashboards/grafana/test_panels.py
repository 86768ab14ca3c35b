"""Panels of each kind: whose numbers have which unit, what comes first, what is said of nothing."""

import pytest

from dashboards.board import Board, First, Kind, Panel, Row, Series
from dashboards.query import Aggregate, Query
from kit.catalogue import Band, Text
from tests.dashboards.grafana.models import Json, pictures, values_in

BANDS = (Band("good", Text(fr="Bon", en="Good"), 800.0), Band("act", Text(fr="Non", en="Bad")))


def made(kind: Kind, *series: Series, first: First = "name") -> Json:
    panel = Panel("p", kind, "A panel", "It shows.", series, first=first)
    board = Board("b", "A board", "It shows.", "town", (Row("A row", (panel,)),))
    (found,) = pictures(values_in("en", board))
    return found


def asked(
    quantity: str, unit: str, aggregate: Aggregate, step_s: int = 0, *, bands: tuple[Band, ...] = ()
) -> Series:
    query = Query(quantity, aggregate, ("device",), step_s=step_s)
    return Series(query, quantity.title(), unit, bands=bands)


def settings(panel: Json, matched: str) -> dict[str, Json]:
    """Return what is said of the question or the column of that name alone."""
    return {
        setting["id"]: setting["value"]
        for override in panel["fieldConfig"]["overrides"]
        if override["matcher"]["options"] == matched
        for setting in override["properties"]
    }


@pytest.mark.parametrize(
    ("kind", "step_s", "matched"),
    [("curve", 3600, "B"), ("bars", 3600, "B"), ("table", 0, "Power"), ("bars", 0, "Power")],
)
def test_each_number_has_the_unit_of_its_own_question(
    kind: Kind, step_s: int, matched: str
) -> None:
    aggregate: Aggregate = "mean" if step_s else "last"
    panel = made(
        kind, asked("co2", "ppm", aggregate, step_s), asked("power", "W", aggregate, step_s)
    )
    assert panel["fieldConfig"]["defaults"]["unit"] == "ppm"
    assert settings(panel, matched)["unit"] == "watt"


@pytest.mark.parametrize("kind", ["tiles", "table"])
@pytest.mark.parametrize(
    ("first", "order"),
    [
        ("name", [{"displayName": "Object", "desc": False}]),
        ("highest", [{"displayName": "Co2", "desc": True}]),
        ("lowest", [{"displayName": "Co2", "desc": False}]),
    ],
)
def test_what_shall_come_first_does(kind: Kind, first: First, order: list[Json]) -> None:
    panel = made(kind, asked("co2", "ppm", "last"), first=first)
    assert panel["options"]["sortBy"] == order


def test_a_curve_shows_where_its_meaning_changes() -> None:
    panel = made("curve", asked("co2", "ppm", "mean", 3600, bands=BANDS))
    assert settings(panel, "A")["custom.thresholdsStyle"] == {"mode": "dashed"}
    steps = panel["fieldConfig"]["defaults"]["thresholds"]["steps"]
    assert [step["value"] for step in steps] == [None, 800]
    without = made("curve", asked("co2", "ppm", "mean", 3600))
    assert "custom.thresholdsStyle" not in settings(without, "A")


def test_a_value_that_is_not_there_is_said_to_be_missing() -> None:
    alone = made("tiles", Series(Query("lag", "last"), "Lag", "s"))
    assert alone["fieldConfig"]["defaults"]["noValue"] == "No reading"
    table = made("table", asked("co2", "ppm", "last"))
    assert table["fieldConfig"]["defaults"]["noValue"] == "–"
