"""`fabnum workshop`: note the workshops that were held, as totals that name nobody."""

import json
from collections.abc import Mapping
from contextlib import closing

import msgspec
from rich.console import Console
from rich.table import Table

from gateway.workshops import Answers, Held, Workshops, known_workshops, told_answers
from kit.cli.towns import town_of
from kit.days import day_of
from kit.i18n import _
from kit.settings import DataFolder, load


def note(
    folder: DataFolder,
    workshop: str,
    *,
    place: str,
    people: int,
    learners: int = 0,
    day: str = "",
    town: str = "",
) -> None:
    """Keep a workshop that was held. Raises FabnumError if it cannot have been so."""
    settings = load(folder)
    held = Held(
        workshop=workshop.strip().upper(),
        town=town_of(settings, town),
        place=place.strip(),
        day=day_of(day),
        people=people,
        learners=learners,
    )
    with closing(Workshops(folder.workshops)) as workshops:
        kept = workshops.add(held)
    print(
        _(
            "Noted as number {number}: {workshop}, {place}, {day}. People welcomed: {people}.",
            number=kept.id,
            workshop=kept.workshop,
            place=kept.place,
            day=kept.day.isoformat(),
            people=kept.people,
        )
    )


def show_list(folder: DataFolder, *, as_json: bool = False) -> None:
    """Print the workshops that were held, the newest first."""
    load(folder)
    with closing(Workshops(folder.workshops)) as workshops:
        held, answers = workshops.all(), workshops.answers()
    if as_json:
        print(json.dumps([_as_json(one, answers) for one in held], ensure_ascii=False))
    elif held:
        Console().print(_table(held))
    else:
        print(_("No workshop has been noted yet."))
        print(
            _("Note one with: {command}", command="fabnum workshop note M02 --place … --people …")
        )


def remove(folder: DataFolder, number: int) -> None:
    """Forget a workshop that was noted by mistake. Raises FabnumError if there is none such."""
    load(folder)
    with closing(Workshops(folder.workshops)) as workshops:
        workshops.remove(number)
    print(_("Workshop number {number} is no longer noted.", number=number))


def _as_json(held: Held, answers: Mapping[int, Answers]) -> dict[str, object]:
    """Return a workshop as JSON; where there were answers, as far as they may be told."""
    found: dict[str, object] = msgspec.to_builtins(held)
    if held.id in answers:
        found["answers"] = told_answers(answers[held.id])
    return found


def _table(held: list[Held]) -> Table:
    known = known_workshops()
    several = len({one.town for one in held}) > 1
    table = Table(box=None, pad_edge=False)
    for heading in (_("Number"), _("Day"), _("Workshop"), _("Place")):
        table.add_column(heading)
    if several:
        table.add_column(_("Town"))
    for heading in (_("People"), _("Learners")):
        table.add_column(heading, justify="right")
    for one in held:
        workshop = known.get(one.workshop)
        table.add_row(
            str(one.id),
            one.day.isoformat(),
            f"{one.workshop} {workshop.name}" if workshop else one.workshop,
            one.place,
            *([one.town] if several else []),
            str(one.people),
            str(one.learners),
        )
    return table
