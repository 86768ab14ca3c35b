"""Inclusion, for fabmanagers and funders: sums only, never persons (docs/signals.md)."""

from dashboards.board import Board, Panel, Row
from dashboards.boards.signals import SAMPLED_S, of_towns
from dashboards.boards.source import DAY_S, HOUR_S, YEAR_S
from kit.catalogue import builds, load_build
from kit.closing_questions import questions
from kit.i18n import _


def inclusion_board() -> Board:
    """Return the board of what was held and built, and how many people came."""
    return Board(
        "inclusion",
        _("What the fablab does"),
        _("Workshops held, people welcomed, objects built. Sums only: no person is in them."),
        "site",
        (
            Row(_("Workshops"), (_workshops(), _names())),
            Row(_("What people say at the end"), (_answers(), _questions())),
            Row(_("Objects"), (_objects(), _built(), _deployed())),
        ),
        span_s=YEAR_S,
        refresh_s=HOUR_S,
    )


def _workshops() -> Panel:
    workshops = of_towns("workshops").each("town", "what")
    people = of_towns("people").each("town", "what")
    return Panel(
        "workshops",
        "table",
        _("Workshops and people, by town"),
        _("Since the first workshop. People are told in steps of five; fewer than five are not."),
        (
            workshops.last(SAMPLED_S, rare=True),
            people.last(SAMPLED_S, rare=True),
            people.hidden().last(SAMPLED_S),
        ),
    )


def _names() -> Panel:
    workshops = {w.id: str(w.name) for w in (load_build(name).workshop for name in builds())}
    said = (_("{id}: {name}", id=id_, name=name) for id_, name in sorted(workshops.items()))
    return Panel(
        "names",
        "text",
        _("What the workshops are called"),
        _("By these letters the table calls them."),
        text="\n\n".join(said),
    )


def _answers() -> Panel:
    faces = [
        of_towns(name).each("town", "what")
        for name in ("answers_good", "answers_so_so", "answers_not")
    ]
    return Panel(
        "answers",
        "table",
        _("Answers to the three questions, by town"),
        _(
            "Since the first workshop, in steps of five. A day on which fewer than five people"
            " answered is not counted."
        ),
        (
            *(face.last(SAMPLED_S, rare=True) for face in faces),
            *(face.hidden().last(SAMPLED_S) for face in faces),
        ),
    )


def _questions() -> Panel:
    said = (
        _("{id}: {name}", id=f".{question.number}", name=question.text) for question in questions()
    )
    return Panel(
        "questions",
        "text",
        _("The three questions"),
        _("M02.1 is the first question at the end of workshop M02."),
        text="\n\n".join(said),
    )


def _objects() -> Panel:
    return Panel(
        "objects",
        "table",
        _("Objects of each town"),
        _("Built: it has worked once. In service: it has sent a reading within seven days."),
        tuple(
            of_towns(name).last(SAMPLED_S, rare=name == "built") for name in ("built", "deployed")
        ),
    )


def _built() -> Panel:
    return _months("built", _("It only rises. A new step is a group that has finished."))


def _deployed() -> Panel:
    return _months("deployed", _("If it falls while others are built, go and see what is wrong."))


def _months(name: str, description: str) -> Panel:
    source = of_towns(name)
    series = (source.mean(DAY_S, rare=name == "built"),)
    return Panel(name, "curve", str(source.channel.name), description, series, width=2)
