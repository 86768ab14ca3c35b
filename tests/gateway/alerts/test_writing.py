"""What people read: short, plain, in the site's language, with names and never with persons."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.alerts.directory import Directory
from gateway.alerts.outbox import News
from gateway.alerts.state import Alert
from gateway.alerts.writing import LONGEST_SUBJECT, MOST_OBJECTS, Writer, cut, trial_letter
from gateway.registry import Device
from gateway.web.words import NO_BREAK, Words
from kit import i18n
from kit.names import DeviceKey
from kit.settings import Settings, Site, Town
from tests.gateway.alerts.simulated import NOON, RULES

SETTINGS = Settings(
    site=Site(name="Fabrique de Gonesse"),
    towns=[Town(id="gonesse", name="Gonesse"), Town(id="hem", name="Hem")],
)


def find(key: DeviceKey) -> Device | None:
    if key.device.startswith("unknown"):
        return None
    return Device(
        town=key.town,
        device=key.device,
        build="air",
        place="ecole-pasteur",
        place_name="École Pasteur",
        name=f"Salle {key.device[-1]}",
    )


@pytest.fixture(autouse=True)
def _english() -> None:
    i18n.use("en")


def writer() -> Writer:
    return Writer(
        RULES,
        Directory(SETTINGS, find),
        Words("Europe/Paris"),
        site=SETTINGS.site.name,
        address="http://fabnum.local:8080",
    )


def alert(rule: str, subject: str, value: float = 1.0, **more: float) -> Alert:
    return Alert(rule, subject, NOON - 600, value, fired=NOON - 60, **more)


def test_one_alert_is_told_by_name_place_and_town() -> None:
    news = News([alert("battery", "gonesse_air-2", 3.31)], [], [])
    letter = writer().letter(news, NOON)
    assert letter.subject == "Battery almost empty – Salle 2 (École Pasteur)"
    assert letter.body.replace(NO_BREAK, " ") == (
        "NEW\n\n"
        "Gonesse\n\n"
        "Battery almost empty\n"
        "The object will soon switch off.\n"
        "→ Charge or change its battery within the next days.\n"
        "- Salle 2 (École Pasteur), Battery 3.31 V, since 11:50\n"
        "  http://fabnum.local:8080/o/gonesse/air-2\n\n\n"
        "Fabrique de Gonesse, 21 November 2025 at 12:00\n"
    )
    assert not letter.good_news


def test_what_is_over_needs_no_action() -> None:
    news = News([], [], [alert("silence", "hem_air-1", ended=NOON)])
    letter = writer().letter(news, NOON)
    assert letter.subject == "Over: Silent object – Salle 1 (École Pasteur)"
    assert "→" not in letter.body
    assert letter.good_news


def test_several_are_counted_and_ordered_by_town() -> None:
    begun = [
        alert("silence", "hem_air-1"),
        alert("silence", "gonesse_air-2"),
        alert("silence", "gonesse_air-1"),
        alert("disk", "gateway", 4.2),
    ]
    letter = writer().letter(News(begun, [], [alert("flat", "hem_air-3", ended=NOON)]), NOON)
    assert letter.subject == "4 alerts, 1 over – Hem, Gonesse, The gateway"
    places = [letter.body.index(name) for name in ("The gateway\n", "Gonesse\n", "Hem\n")]
    assert places == sorted(places)
    assert letter.body.count("The object sends no readings.") == 2  # once a town
    assert letter.body.index("Salle 1 (École") < letter.body.index("Salle 2 (École")


def test_hundreds_of_objects_make_a_short_message() -> None:
    begun = [alert("silence", f"hem_air-{number}") for number in range(300)]
    letter = writer().letter(News(begun, [], []), NOON)
    assert letter.subject == "300 alerts – Hem"
    assert letter.body.count("/o/hem/") == MOST_OBJECTS
    assert "- And 290 more." in letter.body


def test_an_object_that_is_no_more_keeps_its_id() -> None:
    letter = writer().letter(News([], [], [alert("flat", "hem_unknown", ended=NOON)]), NOON)
    assert "unknown" in letter.subject


def test_a_rule_that_is_no_more_keeps_its_id() -> None:
    letter = writer().letter(News([], [], [alert("older", "hem_air-1", ended=NOON)]), NOON)
    assert "older" in letter.subject


@given(st.text(max_size=200))
def test_a_subject_is_never_too_long(text: str) -> None:
    assert len(cut(text)) <= LONGEST_SUBJECT


def test_it_speaks_the_language_in_use() -> None:
    news = News([alert("battery", "gonesse_air-2", 3.31)], [], [])
    i18n.use("fr")
    letter = writer().letter(news, NOON)
    assert letter.subject == "Pile presque vide – Salle 2 (École Pasteur)"
    assert f"Pile 3,31{NO_BREAK}V" in letter.body


def test_a_trial_says_that_nothing_is_wrong() -> None:
    letter = trial_letter("Fabrique", Words("Europe/Paris"), NOON)
    assert "test" in letter.subject
    assert letter.good_news
