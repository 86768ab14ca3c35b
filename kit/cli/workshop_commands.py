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
    help=_("Workshops that were held: note, list, remove. Totals only, nobody’s name."),
    no_args_is_help=True,
)
app.add_typer(workshop, name="workshop", rich_help_panel=WORKSHOPS)


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
