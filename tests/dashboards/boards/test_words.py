"""What is said on boards: in every language, in plain and short sentences."""

import re
from collections.abc import Iterator

import pytest

from dashboards.board import Board
from tests.dashboards.boards.every_board import all_boards, panels_of

LONGEST_SENTENCE = 18
"""Words: one idea a sentence."""
LONGEST_DESCRIPTION = 180
"""Characters: it is read while somebody waits."""


def said(boards: list[Board]) -> Iterator[tuple[str, str]]:
    """Yield each description and each text for reading, with where it stands."""
    for board in boards:
        yield board.id, board.description
    for board, panel in panels_of(boards):
        yield f"{board.id}/{panel.id}", panel.description
        if panel.text:
            yield f"{board.id}/{panel.id}: text", panel.text


def titles(boards: list[Board]) -> Iterator[tuple[str, str]]:
    for board in boards:
        yield board.id, board.title
        for number, row in enumerate(board.rows):
            yield f"{board.id} {number}", row.title
    for board, panel in panels_of(boards):
        yield f"{board.id}/{panel.id}", panel.title


@pytest.mark.parametrize("language", ["fr", "en"])
def test_nothing_is_left_unsaid(language: str) -> None:
    boards = all_boards(language)
    assert not [where for where, text in [*said(boards), *titles(boards)] if not text.strip()]
    assert all(series.name for _b, panel in panels_of(boards) for series in panel.series)


def test_what_is_said_is_said_in_french_and_in_english() -> None:
    french, english = dict(said(all_boards("fr"))), dict(said(all_boards("en")))
    assert french.keys() == english.keys()
    same = [where for where, text in french.items() if text == english[where]]
    assert not same


@pytest.mark.parametrize("language", ["fr", "en"])
def test_descriptions_are_short_sentences(language: str) -> None:
    for where, text in said(all_boards(language)):
        if not where.endswith(("text", "names")):
            assert len(text) <= LONGEST_DESCRIPTION, (where, text)
            assert re.search(r"[.?!]$", text), (where, text)
            for sentence in re.split(r"(?<=[.?!:;])\s", text):
                assert len(sentence.split()) <= LONGEST_SENTENCE, (where, sentence)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_titles_are_short_and_end_without_a_stop(language: str) -> None:
    for where, title in titles(all_boards(language)):
        assert len(title) <= 60, where
        assert not title.endswith("."), where


@pytest.mark.parametrize("language", ["fr", "en"])
def test_boards_are_told_apart_by_their_titles(language: str) -> None:
    boards = all_boards(language)
    assert len({board.title for board in boards}) == len(boards)
