"""What the rest of the kit tells modules: cards, drills, boards, and whether a command exists."""

import pytest

from kit import i18n
from kit.cli.curriculum_known import complaint, known


def test_every_error_card_is_told_in_both_languages():
    from provisioning import cards

    told = known().cards
    assert list(told) == [card.code for card in cards.catalogue()]
    assert told["port-busy"].title["fr"] != told["port-busy"].title["en"]
    for card in told.values():
        assert card.cause["fr"]
        assert card.cause["en"]


def test_an_action_that_differs_by_system_is_told_for_each():
    driver = known().cards["driver"]
    assert set(driver.actions) == {"Linux", "macOS", "Windows"}
    assert "modprobe" in driver.actions["Linux"]["fr"]
    assert known().cards["charge-only"].actions == {}


def test_drills_and_boards_are_told_by_their_ids():
    told = known()
    assert set(told.drills) == {"wifi", "broker", "sensor", "power"}
    assert {"build-air", "build-passage-pir", "inclusion", "public"} <= set(told.boards)


def test_asking_changes_no_language():
    i18n.use("en")
    try:
        known()
        assert i18n.current() == "en"
    finally:
        i18n.use("fr")


@pytest.mark.parametrize(
    "line",
    [
        "fabnum",
        "fabnum up",
        "fabnum builds",
        "fabnum bench --virtual 1 --build air",
        "fabnum drill wifi air --twin",
        "fabnum workshop note M02 --place Pasteur --people 12",
        "fabnum drill --help",
    ],
)
def test_a_command_that_exists_has_no_complaint(line, capsys):
    assert complaint(line.split()) is None
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(
    "line",
    [
        "ls",
        "fabnum frobnicate",
        "fabnum workshop frobnicate",
        "fabnum bench --bild air",
        "fabnum drill flood air",
        "fabnum workshop note M02",
    ],
)
def test_a_command_that_does_not_exist_is_complained_about(line, capsys):
    assert complaint(line.split())
    assert capsys.readouterr() == ("", "")
