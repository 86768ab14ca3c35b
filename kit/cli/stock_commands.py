"""The commands around the stock: name, help and options. What each does is elsewhere."""

from pathlib import Path
from typing import Annotated

import typer

from kit.chips import DEFAULT_CHIP
from kit.cli.app import HERE, Data, app
from kit.i18n import _
from kit.settings import DataFolder

stock = typer.Typer(help=_("The stock of parts: what is there, what runs low, what to buy."))
app.add_typer(stock, name="stock", rich_help_panel=_("The programme"))

Part = Annotated[str, typer.Argument(help=_("The part’s name in the list, such as scd41."))]
Pieces = Annotated[int, typer.Argument(min=0, help=_("How many."))]
AsJson = Annotated[bool, typer.Option("--json", help=_("Print the list as JSON."))]


@stock.callback(invoke_without_command=True)
def list_stock(
    context: typer.Context,
    low: Annotated[bool, typer.Option("--low", help=_("Only what runs low."))] = False,
    as_json: AsJson = False,
    data: Data = HERE,
) -> None:
    """List the stock when no other word follows."""
    if context.invoked_subcommand is None:
        from kit.cli.stock import show

        show(DataFolder(data), low=low, as_json=as_json)


@stock.command("set", help=_("Say how many there are of a part: stock set scd41 12"))
def set_count(part: Part, count: Pieces, data: Data = HERE) -> None:
    """Say how many there are of a part."""
    from kit.cli.stock import put

    put(DataFolder(data), part, count)


@stock.command(help=_("Some were delivered: stock add scd41 4"))
def add(part: Part, count: Pieces, data: Data = HERE) -> None:
    """Note that some were delivered."""
    from kit.cli.stock import change

    change(DataFolder(data), part, count)


@stock.command(help=_("Some were used: stock take scd41 2"))
def take(part: Part, count: Pieces, data: Data = HERE) -> None:
    """Note that some were used."""
    from kit.cli.stock import change

    change(DataFolder(data), part, -count)


@stock.command(
    help=_("Say what is missing for so many objects: stock check --build air --count 12")
)
def check(
    build: Annotated[str, typer.Option(help=_("What is to be built: lamp, air, climate…"))],
    count: Annotated[int, typer.Option(min=1, max=1000, help=_("How many objects."))] = 1,
    chip: Annotated[
        str, typer.Option(help=_("The chip of the board: esp32, esp32s3 or esp32c3."))
    ] = DEFAULT_CHIP,
    as_json: AsJson = False,
    file: Annotated[
        Path | None, typer.Option("--csv", help=_("Write the list for a spreadsheet."))
    ] = None,
    data: Data = HERE,
) -> None:
    """Say what is missing for so many objects."""
    from kit.cli.stock import check as check_stock

    check_stock(DataFolder(data), build, count, chip=chip, as_json=as_json, file=file)
