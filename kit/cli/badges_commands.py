"""The commands around badges: name, help and options. What each does is in the file it imports."""

from pathlib import Path
from typing import Annotated

import typer

from kit.cli.app import HERE, Data, app
from kit.cli.workshop_commands import WORKSHOPS
from kit.i18n import _
from kit.settings import DataFolder

badges = typer.Typer(
    help=_("Badges: what has to be seen for each; give, verify, revoke."), no_args_is_help=True
)
app.add_typer(badges, name="badges", rich_help_panel=WORKSHOPS)


@badges.command("criteria", help=_("List the badges, and what has to be seen for each."))
def criteria(data: Data = HERE) -> None:
    """List the badges."""
    from kit.cli.badges import show_definitions

    show_definitions(DataFolder(data))


@badges.command(help=_("Give a badge: badges give M02 --to FOLDER, on the learner’s USB stick."))
def give(
    module: Annotated[str, typer.Argument(metavar="M01…M09", help=_("Whose badge it is."))],
    to: Annotated[Path, typer.Option(help=_("A folder on the learner’s USB stick."))],
    data: Data = HERE,
) -> None:
    """Give a badge."""
    from kit.cli.badges import give as give_badge

    give_badge(DataFolder(data), module, to)


@badges.command(help=_("Say whether a badge is valid, changed or revoked."))
def verify(
    badge: Annotated[Path, typer.Argument(help=_("The file of the badge."))],
    as_json: Annotated[bool, typer.Option("--json", help=_("Print the answer as JSON."))] = False,
    data: Data = HERE,
) -> int:
    """Verify a badge."""
    from kit.cli.badges import verify as verify_badge

    return verify_badge(DataFolder(data), badge, as_json=as_json)


@badges.command(help=_("Revoke a badge that was given by mistake; this is for good."))
def revoke(
    badge: Annotated[Path, typer.Argument(help=_("The file of the badge, or its number."))],
    data: Data = HERE,
) -> None:
    """Revoke a badge."""
    from kit.cli.badges import revoke as revoke_badge

    revoke_badge(DataFolder(data), badge)


@badges.command("list", help=_("List the badges that were given: number, module and day only."))
def list_given(data: Data = HERE) -> None:
    """List the badges that were given."""
    from kit.cli.badges import show_given

    show_given(DataFolder(data))
