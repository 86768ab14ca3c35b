"""Facts about the workshop for residents: what happens when, and what it needs."""

from collections.abc import Iterator

from curriculum.document.nodes import Blocks, Inlines, Table
from curriculum.facts.blocks import item, label, listing, paragraph, strong, words
from curriculum.facts.choice import chosen
from curriculum.facts.numbers import NO_BREAK
from curriculum.facts.place import Place
from curriculum.model import Material
from curriculum.roles import roles
from kit.i18n import _, ngettext


def plan(place: Place) -> Blocks:
    """``{{ plan }}``: the workshop minute by minute."""
    workshop = place.front.workshop
    minutes = place.build.workshop.minutes
    people = ngettext("{n} resident", "{n} residents", workshop.people)
    objects = ngettext("{n} object", "{n} objects", workshop.objects)
    head = tuple(words(text) for text in (_("Minutes"), _("Step"), _("Who leads")))
    return (
        paragraph(
            label(place.build.workshop.name),
            " ",
            _(
                "{minutes} minutes, {people}, {objects}.",
                minutes=minutes,
                people=people,
                objects=objects,
            ),
        ),
        Table(head, tuple(_steps(place))),
    )


def materials(place: Place) -> Blocks:
    """``{{ materials }}``: what the workshop needs, to be ticked off."""
    objects = Material(place.build.name, place.front.workshop.objects)
    needed = (objects, *place.front.workshop.materials)
    return (
        listing(
            item(paragraph(f"{material.count}{NO_BREAK}×{NO_BREAK}", material.what), ticked=True)
            for material in needed
        ),
    )


def _steps(place: Place) -> Iterator[tuple[Inlines, ...]]:
    begin = 0
    for step in place.front.workshop.steps:
        end = begin + step.minutes
        yield (
            words(f"{begin}–{end}"),
            (strong(step.title), *words(f" – {step.does}")),
            words(chosen(roles(), step.role, "workshop").name),
        )
        begin = end
