"""The facilitator's booklet: the workshop minute by minute, and all that those who lead it need."""

from pathlib import Path
from typing import Any

from curriculum.document.nodes import (
    Blocks,
    Break,
    Inline,
    Inlines,
    Item,
    Listing,
    Literally,
    Paragraph,
    Strong,
    Table,
    Words,
)
from curriculum.model import Objective
from curriculum.pdf.content import Node, below_heading, words
from curriculum.pdf.edition import Edition
from curriculum.pdf.times import after, duration
from curriculum.roles import roles
from curriculum.skills import skills
from kit.i18n import _, ngettext

TEMPLATE = Path(__file__).with_name("facilitator.typ")
LEARNERS = 12
"""How many learners there are at a site: groups of about that many, says the programme."""
GROUPS = (2, 6)
"""At least and at most so many columns of the observation grid."""

_PLANNED = ("plan", "materials")
"""What has its own place in this booklet."""
_FRAMEWORKS = {"digcomp": "DigComp", "crcn": "CRCN"}


def document(edition: Edition) -> dict[str, Any]:
    """Return what the template reads."""
    return edition.document(
        _("Facilitator’s booklet"),
        facts=_facts(edition),
        prepare={"title": _("To prepare"), "blocks": _blocks(edition, _preparation(edition))},
        materials=_part(edition, _("Materials"), edition.fact("materials")),
        plan=_plan(edition),
        say=_part(edition, _("What to say and do"), edition.words_of("workshop", without=_PLANNED)),
        ethics=_section(edition, "ethics"),
        teaching=_section(edition, "teaching"),
        notes=_section(edition, "notes"),
        grid=_grid(edition),
        skills={
            "title": _("Skills of the frameworks"),
            "blocks": _blocks(edition, _skills(edition)),
        },
        own_notes=_("My notes"),
    )


def _facts(edition: Edition) -> list[list[str]]:
    workshop = edition.front.workshop
    return [
        [_("Duration"), duration(edition.module.build.workshop.minutes)],
        [_("Residents"), str(workshop.people)],
        [_("Objects"), str(workshop.objects)],
        [_("Status"), _status(edition.front.status)],
    ]


def _status(status: str) -> str:
    return {"draft": _("Draft"), "trial": _("On trial"), "ready": _("Tried and ready")}[status]


def _preparation(edition: Edition) -> Blocks:
    workshop = edition.front.workshop
    start = f"fabnum workshop start {edition.front.id} --place …"
    sheets = ngettext("one residents’ sheet", "{n} residents’ sheets", workshop.people)
    return (
        _ticked(
            _paragraph(_("Print the poster, {sheets} and the totals sheet.", sheets=sheets)),
            _paragraph(
                ngettext(
                    "Switch on one object, and see it on its page.",
                    "Switch on {n} objects, and see each on its page.",
                    workshop.objects,
                )
            ),
            _paragraph(_("Share out the roles. A role is a hat: it goes round.")),
            _paragraph(_("Begin on the gateway:"), Words(" "), Literally(start)),
            _paragraph(_("Write on the poster what is left open, and hang it up.")),
        ),
    )


def _plan(edition: Edition) -> dict[str, Any]:
    steps, begin = [], 0
    for step in edition.front.workshop.steps:
        steps.append(
            {
                "span": f"{after(begin)} – {after(begin + step.minutes)}",
                "minutes": duration(step.minutes),
                "title": words(str(step.title)),
                "does": words(str(step.does)),
                "role": words(role_name(step.role)),
            }
        )
        begin += step.minutes
    return {
        "title": _("Minute by minute"),
        "begins": _("We begin at"),
        "head": [_("From – to"), _("Step"), _("Who leads")],
        "steps": steps,
    }


def _grid(edition: Edition) -> dict[str, Any]:
    least, most = GROUPS
    return {
        "title": _("Observation grid"),
        "lead": _("Tick what you have seen. A group has a number, nobody has a name here."),
        "head": _("What the group can do"),
        "groups": min(most, max(least, -(-LEARNERS // edition.front.group.size))),
        "group": _("Group"),
        "rows": [_observed(objective) for objective in edition.front.objectives],
    }


def _observed(objective: Objective) -> dict[str, Any]:
    ids = [f"DigComp {skill}" for skill in objective.digcomp]
    ids += [f"CRCN {skill}" for skill in objective.crcn]
    return {
        "text": words(str(objective.text)),
        "criterion": words(_("What shows it: {criterion}", criterion=objective.criterion)),
        "ids": " · ".join((_("Challenge {number}", number=objective.challenge), *ids)),
    }


def _skills(edition: Edition) -> Blocks:
    """Return a table of the skills that the objectives train, each once."""
    rows = [_trained(edition, name, called) for name, called in _FRAMEWORKS.items()]
    rows.append(_trained(edition, "soft", _("Soft skills")))
    head = ((Words(_("Framework")),), (Words(_("Skills")),))
    return (Table(head, tuple(row for row in rows if row[1])),)


def _trained(edition: Edition, framework: str, called: str) -> tuple[Inlines, Inlines]:
    """Return a row of that table: each skill on a line, by its number and its name."""
    used = {skill for each in edition.front.objectives for skill in getattr(each, framework)}
    names = skills().named(framework)
    lines: list[Inline] = []
    for skill in sorted(used):
        number = "" if framework == "soft" else f"{skill} "
        lines += [Words(f"{number}{names.get(skill, skill)}"), Break()]
    return (Strong((Words(called),)),), tuple(lines[:-1])


def role_name(role: str) -> str:
    """Return what a role is called; its id where the kit does not know it."""
    known = roles().get(role)
    return str(known.name) if known else role


def _section(edition: Edition, section: str) -> dict[str, Any]:
    return _part(edition, edition.title_of(section), edition.words_of(section))


def _part(edition: Edition, title: str, blocks: Blocks) -> dict[str, Any]:
    return {"title": title, "blocks": _blocks(edition, blocks)}


def _blocks(edition: Edition, blocks: Blocks) -> list[Node]:
    return below_heading(blocks, edition.module.folder)


def _ticked(*paragraphs: Paragraph) -> Listing:
    return Listing(False, tuple(Item((one,), checked=False) for one in paragraphs))


def _paragraph(text: str, *more: Words | Literally) -> Paragraph:
    return Paragraph((Words(text), *more))
