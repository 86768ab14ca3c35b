"""The commands around portfolios: name, help and options; what each does is in what it imports."""

from pathlib import Path
from typing import Annotated

import typer

from kit.cli.app import HERE, Data, DeviceName, app
from kit.cli.workshop_commands import WORKSHOPS
from kit.i18n import _
from kit.settings import DataFolder

portfolio = typer.Typer(
    help=_("A learner’s portfolio, on their own USB stick: new, add, make."), no_args_is_help=True
)
app.add_typer(portfolio, name="portfolio", rich_help_panel=WORKSHOPS)

Folder = Annotated[
    Path, typer.Argument(metavar=_("FOLDER"), help=_("The folder on the USB stick."))
]


@portfolio.command(help=_("Prepare the folder, with a hint for each thing to write."))
def new(folder: Folder) -> None:
    """Prepare the folder of a portfolio."""
    from kit.cli.portfolio import prepare

    prepare(folder)


@portfolio.command(
    help=_("Put what the site knows of an object into the folder: its tests, its place.")
)
def add(
    device: DeviceName,
    to: Annotated[Path, typer.Option(help=_("The folder on the USB stick."))],
    data: Data = HERE,
) -> None:
    """Put an object into a portfolio."""
    from kit.cli.portfolio import add as add_object

    add_object(DataFolder(data), device, to)


@portfolio.command(help=_("Make the page and the PDF of what is in the folder."))
def make(folder: Folder) -> None:
    """Make the page and the PDF."""
    from kit.cli.portfolio import make as make_portfolio

    make_portfolio(folder)
