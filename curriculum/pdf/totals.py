"""The totals sheet: what is counted at a workshop, for the report. Numbers only, nobody's name."""

from pathlib import Path
from typing import Any

from curriculum.pdf.edition import Edition
from kit.closing_questions import FEWEST, faces, questions
from kit.i18n import _

TEMPLATE = Path(__file__).with_name("totals.typ")
LEARNERS = 12


def document(edition: Edition) -> dict[str, Any]:
    """Return what the template reads."""
    workshop = edition.front.workshop
    return edition.document(
        _("Totals sheet"),
        lead=_("One stroke for each person. No name, no signature, no list."),
        fields=[_("Date"), _("Place")],
        tallies=[
            {"title": _("People welcomed"), "boxes": _tens(workshop.people)},
            {"title": _("Learners who led"), "boxes": LEARNERS + 3},
        ],
        total=_("Total"),
        questions={
            "title": _("Three questions at the end"),
            "head": [_("Question"), *(face.word for face in faces())],
            "faces": [face.id for face in faces()],
            "rows": [f"{question.number}. {question.text}" for question in questions()],
        },
        hidden=_(
            "Fewer than {n} answers to a question: the report says “fewer than {n}”, nothing else.",
            n=FEWEST,
        ),
        keep={
            "title": _("Afterwards:"),
            "words": _("type the totals in, then throw this sheet away."),
            "command": f"fabnum workshop note {edition.front.id} --place … --people … --learners …",
        },
    )


def _tens(people: int) -> int:
    """Return how many boxes: half as many again as are expected, in rows of ten."""
    return -(-people * 3 // 20) * 10
