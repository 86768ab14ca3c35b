"""The commands around workshops for residents: name, help and options.

What each does is in the file it imports. Imports are inside, so that `fabnum --help` stays quick.
"""

from typing import Annotated

import typer

from kit.cli.app import HERE, Data, app
from kit.i18n import _
from kit.settings import DataFolder

WORKSHOPS = _("Workshops")

workshop = typer.Typer(
    help=_("Workshops: start, ask, stop; note and list those that were held. Nobody’s name."),
    no_args_is_help=True,
)
app.add_typer(workshop, name="workshop", rich_help_panel=WORKSHOPS)


Code = Annotated[
    str, typer.Argument(metavar="CODE", help=_("The code, where several workshops are open."))
]


@workshop.command(help=_("Open a workshop: workshop start M02 --place ecole-pasteur"))
def start(
    which: Annotated[str, typer.Argument(metavar="M01…M09", help=_("Which workshop it is."))],
    place: Annotated[str, typer.Option(help=_("Where it is held: a place of objects."))],
    town: Annotated[str, typer.Option(help=_("The town, where the site has several."))] = "",
    objects: Annotated[
        list[str] | None,
        typer.Option("--object", help=_("An object of the workshop; may be given several times.")),
    ] = None,
    data: Data = HERE,
) -> None:
    """Open a workshop."""
    from kit.cli.workshop_day import start as start_session

    start_session(DataFolder(data), which, place=place, town=town, objects=objects or ())


@workshop.command(help=_("Open the three questions with faces on the phones."))
def ask(code: Code = "", data: Data = HERE) -> None:
    """Open the questions."""
    from kit.cli.workshop_day import ask as open_questions

    open_questions(DataFolder(data), code)


@workshop.command(help=_("Close a workshop and note its totals: workshop stop --people 14"))
def stop(
    code: Code = "",
    people: Annotated[
        int | None,
        typer.Option(help=_("How many people were welcomed; if left out, it is asked.")),
    ] = None,
    learners: Annotated[int, typer.Option(help=_("How many learners led it."))] = 0,
    data: Data = HERE,
) -> None:
    """Close a workshop."""
    from kit.cli import workshop_day

    workshop_day.stop(
        DataFolder(data),
        code,
        people=people,
        learners=learners,
        ask_number=workshop_day.asker(),
    )


@workshop.command(help=_("Show the open workshops: phones, wishes, answers."))
def status(data: Data = HERE) -> None:
    """Show the open workshops."""
    from kit.cli.workshop_day import status as show_status

    show_status(DataFolder(data))


@workshop.command(
    help=_("Note a workshop that was held: workshop note M02 --place Médiathèque --people 12")
)
def note(
    which: Annotated[str, typer.Argument(metavar="M01…M09", help=_("Which workshop it was."))],
    place: Annotated[str, typer.Option(help=_("Where it was held, as people say it."))],
    people: Annotated[int, typer.Option(help=_("How many people were welcomed."))],
    learners: Annotated[int, typer.Option(help=_("How many learners led it."))] = 0,
    day: Annotated[
        str, typer.Option(help=_("The day, such as 2026-11-20; today if left out."))
    ] = "",
    town: Annotated[str, typer.Option(help=_("The town, where the site has several."))] = "",
    data: Data = HERE,
) -> None:
    """Note a workshop that was held."""
    from kit.cli import workshop as workshops

    workshops.note(
        DataFolder(data),
        which,
        place=place,
        people=people,
        learners=learners,
        day=day,
        town=town,
    )


@workshop.command("list", help=_("List the workshops that were held, the newest first."))
def list_held(
    as_json: Annotated[bool, typer.Option("--json", help=_("Print the list as JSON."))] = False,
    data: Data = HERE,
) -> None:
    """List the workshops that were held."""
    from kit.cli.workshop import show_list

    show_list(DataFolder(data), as_json=as_json)


@workshop.command(help=_("Remove a workshop that was noted by mistake."))
def remove(
    number: Annotated[int, typer.Argument(help=_("Its number in the list."))],
    data: Data = HERE,
) -> None:
    """Remove a workshop that was noted by mistake."""
    from kit.cli.workshop import remove as remove_held

    remove_held(DataFolder(data), number)
