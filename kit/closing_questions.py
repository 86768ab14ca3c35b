"""The three questions that close a workshop, and the faces that answer them.

Short, about one thing each, without a negative, with the same three answers: who reads little
answers by the faces alone. What is counted is how often each face was chosen.
"""

from typing import NamedTuple

from kit.i18n import _


class Question(NamedTuple):
    """One question. ``id`` names it in files; ``number``, from 1, on the board and on paper."""

    id: str
    number: int
    text: str


class Face(NamedTuple):
    """One answer: its id in files, and its word."""

    id: str
    word: str


QUESTION_IDS = ("understood", "again", "return")
FACE_IDS = ("good", "so-so", "not")
FEWEST = 5
"""Fewer answers than this to a question are told to nobody: one could guess whose they are."""


def questions() -> tuple[Question, ...]:
    """Return the questions in the language in use, in the order in which they are asked."""
    texts = (
        _("I understood what we did."),
        _("I can do it again at home."),
        _("I feel like coming back."),
    )
    return tuple(
        Question(id_, number, text)
        for number, (id_, text) in enumerate(zip(QUESTION_IDS, texts, strict=True), 1)
    )


def faces() -> tuple[Face, ...]:
    """Return the answers in the language in use, the good one first."""
    return tuple(map(Face, FACE_IDS, (_("Yes"), _("A little"), _("No"))))
