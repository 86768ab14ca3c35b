"""The materials list: the parts of all objects of the workshop, and what the room needs."""

from pathlib import Path
from typing import Any

from curriculum.pdf.content import words
from curriculum.pdf.edition import Edition
from kit.i18n import _, ngettext
from kit.parts.bill import bill

TEMPLATE = Path(__file__).with_name("materials.typ")


def document(edition: Edition) -> dict[str, Any]:
    """Return what the template reads."""
    workshop, build = edition.front.workshop, edition.module.build
    objects = workshop.objects
    return edition.document(
        _("Materials list"),
        parts={
            "title": _("To build the objects"),
            "lead": ngettext(
                "One object: {name}.", "{n} objects: {name}.", objects, name=words(str(build.name))
            ),
            "head": [_("For one"), ngettext("For {n}", "For {n}", objects), _("Part")],
            "rows": [
                [str(line.count), str(line.count * objects), words(str(line.part.name))]
                for line in bill(build)
            ],
        },
        room={
            "title": _("For the workshop"),
            "head": [_("Count"), _("What")],
            "rows": [
                [str(objects), words(str(build.name))],
                *([str(one.count), words(str(one.what))] for one in workshop.materials),
            ],
        },
        missing=_("Missing"),
    )
