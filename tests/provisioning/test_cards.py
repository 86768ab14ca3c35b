"""The catalogue of error cards: what lessons link to, and what a learner reads when stuck."""

from collections import Counter

import pytest

from kit import i18n
from kit.cli.cards import show_cards
from kit.errors import FabnumError
from provisioning import cards
from provisioning.cards import PLATFORMS, Card
from tests.provisioning.reached import assert_well_said, codes_reached, speaking

with speaking("en"):
    ALL = list(cards.catalogue())

by_code = pytest.mark.parametrize("card", ALL, ids=lambda card: card.code)


def test_codes_are_unique_and_can_stand_in_a_link() -> None:
    counts = Counter(card.code for card in ALL)
    assert [code for code, count in counts.items() if count > 1] == []
    assert all(code == code.lower() and code.replace("-", "").isalnum() for code in counts)


@by_code
@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_card_says_one_cause_and_one_action(card: Card, language: str) -> None:
    with speaking(language):
        assert_well_said(cards.find(card.code))


@by_code
def test_every_text_of_a_card_is_translated(card: Card) -> None:
    french = i18n.translations("fr")
    texts = [card.title, card.cause, card.action, *card.actions.values()]
    assert [text for text in texts if french.gettext(text) == text] == []


def test_every_card_is_reached_by_a_test_that_causes_it() -> None:
    assert {card.code for card in ALL} - codes_reached() == set()


def test_tests_name_only_cards_that_there_are() -> None:
    assert codes_reached() - {card.code for card in ALL} == set()


def test_an_action_may_differ_by_platform() -> None:
    card = Card("x", "X", "It is so.", "Do this.", {"win32": "Do that."})
    assert {platform: card.action_on(platform) for platform in PLATFORMS} == {
        "linux": "Do this.",
        "darwin": "Do this.",
        "win32": "Do that.",
    }


def test_a_failure_speaks_the_language_in_use() -> None:
    with speaking("en"):
        assert cards.failure("port-busy").cause == "Another program is using the board’s port."


def test_a_code_that_no_card_has_is_a_fault_of_the_kit() -> None:
    with pytest.raises(KeyError):
        cards.find("no-such-card")


# On the command line.


def test_the_catalogue_is_printed_with_the_action_of_this_system(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with speaking("en"):
        show_cards()
    printed = " ".join(capsys.readouterr().out.split())
    for card in ALL:
        assert f"{card.title} {card.code} {card.cause} → {card.action_on()}" in printed


def test_one_card_is_printed_with_the_actions_of_all_systems(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with speaking("en"):
        show_cards("Driver")
    printed = " ".join(capsys.readouterr().out.split())
    assert "→ Linux: Type “sudo modprobe" in printed
    assert "→ macOS: Install" in printed
    assert "→ Windows: Open" in printed


def test_a_card_that_there_is_not_is_said() -> None:
    with speaking("en"), pytest.raises(FabnumError, match="no card “nonsense”"):
        show_cards("nonsense")
