"""The board of a build, also of one that a fablab has made itself."""

from dashboards.boards import boards_of_town
from kit.catalogue import Build, parse_build
from kit.signals import FEW
from tests.dashboards.boards.every_board import board, spoken

OWN = """
id = "bees"
name = { fr = "Ruche", en = "Beehive" }
summary = { fr = "Pèse la ruche.", en = "Weighs the hive." }
period_s = 600
workshop = { id = "M10", name = { fr = "La ruche", en = "The hive" }, minutes = 60 }
parts = []

[[channels]]
id = "weight"
quantity = "weight"
unit = "kg"
name = { fr = "Poids", en = "Weight" }
range = [0, 200]

[[channels]]
id = "guests"
quantity = "guests"
unit = ""
name = { fr = "Visites", en = "Guests" }
range = [0, 1000]
hidden_below = 5
"""


def own() -> Build:
    return parse_build(OWN, "bees/build.toml")


def test_a_build_without_words_of_its_own_has_a_board() -> None:
    with spoken("en"):
        bees = next(one for one in boards_of_town([own()]) if one.id == "build-bees")
    asked = {series.query.quantity for panel in bees.panels for series in panel.series}
    assert asked == {"weight", "guests", f"guests{FEW}"}
    assert bees.title == "Beehive"


def test_a_build_that_measures_nothing_has_no_board() -> None:
    silent = OWN.split("[[channels]]", maxsplit=1)[0].replace(
        "parts = []", "parts = []\nchannels = []"
    )
    with spoken("en"):
        made = boards_of_town([parse_build(silent, "bees/build.toml")])
    assert [one.id for one in made] == ["town", "public"]


def test_panels_of_builds_that_are_combined_can_be_told_apart() -> None:
    both = OWN.replace("parts = []", 'parts = []\ncombines = ["air", "noise"]')
    with spoken("en"):
        made = boards_of_town([parse_build(both, "bees/build.toml")])
    for one in made:
        ids = [panel.id for panel in one.panels]
        assert len({*ids}) == len(ids), one.id


def test_a_build_that_nobody_has_declared_public_is_not() -> None:
    with spoken("en"):
        public = next(one for one in boards_of_town([own()]) if one.id == "public")
    assert public.panels == ()


def test_what_is_old_is_not_shown_as_now() -> None:
    air, garden = board("build-air").panels[0], board("build-garden").panels[0]
    assert air.series[0].query.back_s == 900
    assert garden.series[0].query.back_s == 5 * 600


def test_the_worst_object_comes_first() -> None:
    assert board("build-air").panels[0].first == "highest"
    assert board("build-garden").panels[0].first == "lowest"
    assert board("fleet").rows[0].panels[1].first == "highest"
    assert board("fleet").rows[0].panels[1].series[0].query.quantity == "late"


def test_hours_to_air_are_those_of_the_bands_that_ask_for_it() -> None:
    hours = next(panel for panel in board("build-air").panels if panel.id == "hours-co2")
    assert [series.query.within for series in hours.series] == [(800, 1500), (1500, float("inf"))]
    assert [series.bands[0].state for series in hours.series] == ["watch", "act"]


def test_a_room_may_be_cold_at_night() -> None:
    hours = next(
        panel for panel in board("build-climate").panels if panel.id == "hours-temperature"
    )
    assert [series.query.within for series in hours.series] == [(19.5, 26), (26, float("inf"))]


def test_the_result_of_a_vote_has_a_bar_for_each_answer_and_says_where_there_were_few() -> None:
    result = board("build-vote").panels[0]
    asked = [(s.query.quantity, s.query.wanted("what")) for s in result.series]
    options = [(f"option{number}",) for number in (1, 2, 3, 4, 5)]
    assert asked == [
        *(("votes", option) for option in options),
        *((f"votes{FEW}", option) for option in options),
    ]
    assert [series.name for series in result.series[:2]] == ["Answer 1", "Answer 2"]


def test_presses_of_a_lamp_are_told_by_the_day_at_the_finest() -> None:
    asked = [
        series.query
        for panel in board("build-lamp").panels
        for series in panel.series
        if series.query.quantity == "presses" and series.query.aggregate != "last"
    ]
    assert [query.step_s for query in asked] == [86_400]


def test_rows_of_a_combined_build_say_which_build_they_are_of() -> None:
    titles = [row.title for row in board("build-air-lamp").rows[1:]]
    assert titles[0] == "Classroom air: The last 24 hours"
    assert len({*titles}) == len(titles)
