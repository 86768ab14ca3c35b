"""A board as a whole: its address, its time, its links, where its panels stand."""

import msgspec
import pytest

from dashboards.board import Board, Panel, Row, Series
from dashboards.colours import LINES
from dashboards.grafana.dashboard import UID_LENGTH, uid
from dashboards.grafana.layout import placed
from dashboards.query import Query
from kit.catalogue import Band, Text
from tests.dashboards.grafana.models import Json, models, pictures, values_in

BANDS = (Band("good", Text(fr="Bon", en="Good"), 60.0), Band("act", Text(fr="Non", en="Bad")))


def board(*panels: Panel, audience: str = "town", refresh_s: int = 60) -> Board:
    row = Row("A row", panels)
    return Board("b", "A board", "It shows.", audience, (row,), 86_400, refresh_s)  # type: ignore[arg-type]


def text_panel(width: int = 4) -> Panel:
    return Panel(f"t{width}", "text", "Words", "Only words.", text="Words.", width=width)


def tile(bands: tuple[Band, ...] = BANDS) -> Panel:
    series = Series(Query("influx_lag", "last"), "Lag of $InfluxDB", "s", bands=bands)
    return Panel("lag", "tiles", "Lag", "How late.", (series,))


def only(panel: Panel) -> Json:
    (found,) = pictures(values_in("en", board(panel)))
    return found


def test_a_board_says_its_language_audience_and_time() -> None:
    model = values_in("en", board())
    assert model["uid"] == "fabnum-b-en"
    assert model["tags"] == ["fabnum", "town", "en"]
    assert model["time"] == {"from": "now-1d", "to": "now"}
    assert model["timezone"] == "Europe/Paris"
    assert model["editable"] is False


def test_an_address_is_short_and_its_own_however_long_the_build_is_called() -> None:
    names = [f"build-{'x' * 31}{end}" for end in "ab"]
    made = {uid(name, language) for name in names for language in ("fr", "en")}
    assert len(made) == 4
    assert all(len(name) <= UID_LENGTH for name in made)
    assert all(name.startswith("fabnum-build-x") for name in made)


@pytest.mark.parametrize(
    ("audience", "asked", "refresh"),
    [("town", 10, "1m"), ("town", 300, "5m"), ("public", 60, "5m"), ("public", 900, "15m")],
)
def test_no_board_is_asked_anew_too_often(audience: str, asked: int, refresh: str) -> None:
    assert values_in("en", board(audience=audience, refresh_s=asked))["refresh"] == refresh


def test_boards_lead_to_the_others_of_their_language_and_to_themselves_in_another() -> None:
    others, french = values_in("en", board())["links"]
    assert (others["type"], others["tags"]) == ("dashboards", ["fabnum", "en"])
    assert (french["title"], french["url"]) == ("Français", "/d/fabnum-b-fr")


def test_a_public_board_leads_nowhere_that_needs_an_account() -> None:
    assert values_in("en", board(audience="public"))["links"] == []


def test_panels_of_a_row_stand_side_by_side_as_long_as_there_is_room() -> None:
    row = Row("A row", (tile(), *(text_panel(width) for width in (1, 3, 2, 3))))
    places = [(place.x, place.y, place.w) for place in placed(row, 1)]
    (_, second, _), (_, _, _), (_, third, _), (_, fourth, _) = places[1:]
    assert [(x, w) for x, _y, w in places] == [(0, 24), (0, 6), (6, 18), (0, 12), (0, 18)]
    assert 1 < second < third < fourth


def test_panels_that_stand_side_by_side_are_equally_high() -> None:
    row = Row("A row", (msgspec.structs.replace(tile(), width=2), text_panel(2)))
    one, other = placed(row, 1)
    assert (one.y, one.h) == (other.y, other.h)


@pytest.mark.parametrize("order", [1, -1])
def test_the_highest_panel_of_a_line_has_room_wherever_it_stands(order: int) -> None:
    high, low = msgspec.structs.replace(tile(), width=2), text_panel(2)
    (alone,) = placed(Row("A row", (high,)), 1)
    places = placed(Row("A row", (high, low)[::order]), 1)
    assert [place.h for place in places] == [alone.h, alone.h]


def test_one_value_alone_stands_beside_the_word_for_it() -> None:
    model = only(tile())
    number, word = model["targets"]
    assert number["query"] == word["query"]
    assert "$" not in number["alias"] + word["alias"]
    (override,) = model["fieldConfig"]["overrides"]
    assert override["matcher"] == {"id": "byFrameRefID", "options": word["refId"]}
    texts = {
        mapping["options"]["result"]["text"]
        for setting in override["properties"]
        if setting["id"] == "mappings"
        for mapping in setting["value"]
    }
    assert texts == {"Good", "Bad"}
    assert {"id": "color", "value": {"mode": "thresholds"}} in override["properties"]
    assert model["fieldConfig"]["defaults"]["color"] == {"mode": "fixed", "fixedColor": LINES[0]}


def test_one_value_without_a_meaning_stands_alone() -> None:
    assert len(only(tile(bands=()))["targets"]) == 1


def test_what_colours_mean_is_said_in_the_description() -> None:
    said = only(tile())["description"]
    assert said.startswith("How late.\n\n- Below 60")
    assert said.endswith(": Bad")


def test_words_are_not_asked_of_any_database() -> None:
    model = only(text_panel())
    assert model["options"] == {"mode": "markdown", "content": "Words."}
    assert "targets" not in model


def test_a_curve_shows_where_nothing_was_measured() -> None:
    day = next(p for p in pictures(models("en")["build-air"]) if p["type"] == "timeseries")
    assert day["targets"][0]["query"].endswith("fill(null)")
    assert day["fieldConfig"]["defaults"]["custom"]["spanNulls"] == 7_200_000
