"""The commands that set up a whole place: name, help and options."""

from pathlib import Path
from typing import Annotated

import typer

from kit.cli.app import HERE, Data, app
from kit.cli.commands import SITE
from kit.i18n import _
from kit.settings import DataFolder

site = typer.Typer(
    help=_("A whole place from one file: new writes it, apply sets it up."), no_args_is_help=True
)
app.add_typer(site, name="site", rich_help_panel=SITE)


@site.command(help=_("Write a site file to begin with: site new my-town.toml --town Gonesse"))
def new(
    file: Annotated[Path, typer.Argument(help=_("The file to write."))],
    town: Annotated[str, typer.Option(help=_("The name of the town."))],
    name: Annotated[str, typer.Option(help=_("The name of the site, if it has another."))] = "",
) -> None:
    """Write a site file to begin with."""
    from kit.cli.site import new as write_new

    write_new(file, name, town)


@site.command(
    help=_("Set up all that a site file says: settings, objects, labels, boards, booklets.")
)
def apply(
    file: Annotated[Path, typer.Argument(help=_("The site file."))],
    out: Annotated[Path, typer.Option(help=_("The folder for what is to be printed."))] = Path(
        "papiers"
    ),
    data: Data = HERE,
) -> None:
    """Set up all that a site file says."""
    from kit.cli.site import apply as apply_file

    apply_file(DataFolder(data), file, out)
