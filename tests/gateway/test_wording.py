"""The question of a vote box: what it may be, and what pages read then."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from gateway.broker.authority import Authority
from gateway.logbook import Kind
from gateway.office import Office
from gateway.wording import LONGEST, Wording, checked, worded
from kit import i18n
from kit.catalogue import load_build
from kit.enrolment import Wish
from kit.errors import FabnumError
from kit.settings import Broker, DataFolder
from tests.gateway.broker_site import settings_for

QUESTION = {"fr": "La cour de récréation est-elle assez propre\u00a0?"}
YES_NO = [{"fr": "Oui", "en": "Yes"}, {"fr": "Non"}]


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    folder = DataFolder(tmp_path / "site")
    Authority(folder).ensure(Broker())
    with closing(Office(settings_for(8883), folder)) as opened:
        yield opened


def test_options_are_called_as_the_question_calls_them_and_the_others_are_gone() -> None:
    build = worded(load_build("vote"), checked(load_build("vote"), QUESTION, YES_NO))
    assert [channel.id for channel in build.channels] == ["option1", "option2"]
    before = i18n.current()
    try:
        for language, names in (("fr", ["Oui", "Non"]), ("en", ["Yes", "Non"])):
            i18n.use(language)
            assert [str(channel.name) for channel in build.channels] == names
    finally:
        i18n.use(before)


def test_texts_are_brought_onto_one_line_of_letters() -> None:
    wording = checked(load_build("vote"), {"fr": " Ça\n va\u202e ? "}, YES_NO)
    assert wording.question == {"fr": "Ça va\u00a0?"}


@pytest.mark.parametrize(
    ("question", "options"),
    [
        ({"fr": ""}, YES_NO),
        ({"fr": " \n "}, YES_NO),
        ({}, YES_NO),
        ({"fr": "x" * (LONGEST + 1)}, YES_NO),
        (QUESTION, []),
        (QUESTION, [{"fr": "Oui"}]),
        (QUESTION, [{"fr": str(number)} for number in range(6)]),
        (QUESTION, [{"fr": "Oui"}, {"fr": ""}]),
        (QUESTION, [{"fr": "Oui"}, {}]),
        (QUESTION, [{"fr": "Oui"}, {"fr": "oui "}]),
        (QUESTION, [{"fr": "Oui", "en": "Yes"}, {"fr": "Si", "en": "yes"}]),
        (QUESTION, [{"fr": "Oui"}, {"fr": "y" * (LONGEST + 1)}]),
    ],
)
def test_what_cannot_stand_on_a_page_is_refused(
    question: dict[str, str], options: list[dict[str, str]]
) -> None:
    with pytest.raises(FabnumError) as raised:
        checked(load_build("vote"), question, options)
    assert raised.value.action


def test_only_a_vote_box_asks() -> None:
    with pytest.raises(FabnumError, match="air"):
        checked(load_build("air"), QUESTION, YES_NO)


def test_a_new_question_is_noted_with_its_time(office: Office) -> None:
    key = office.enrol(Wish(build="vote", town="gonesse")).key
    office.ask(key, QUESTION, YES_NO)
    asked = office.question(key)
    assert asked is not None
    assert asked.asked() == QUESTION["fr"]
    entry = office.entries(key)[0]
    assert (entry.kind, entry.content["question"]) == (Kind.QUESTION, QUESTION["fr"])
    assert entry.time == asked.since > 0
    office.ask_nothing(key)
    assert office.question(key) is None
    assert office.entries(key)[0].content == {}


def test_a_question_that_cannot_be_changes_nothing(office: Office) -> None:
    key = office.enrol(Wish(build="vote", town="gonesse")).key
    office.ask(key, QUESTION, YES_NO)
    asked = office.question(key)
    with pytest.raises(FabnumError):
        office.ask(key, {"fr": "Encore ?"}, [{"fr": "Oui"}])
    assert office.question(key) == asked
    assert len(office.entries(key)) == 2  # with its enrolment


def test_a_wording_without_any_text_says_nothing() -> None:
    assert Wording({}, ()).asked() == ""
