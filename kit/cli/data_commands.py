"""The commands of open data: name, help and options. What each does is in ``kit.cli.data``."""

from pathlib import Path
from typing import Annotated

import typer

from kit.cli.app import HERE, Data, app
from kit.cli.data_forms import Form, StepName
from kit.i18n import _
from kit.settings import DataFolder

TOWNS = _("What towns see")

data_app = typer.Typer(help=_("Open data: what towns publish, as files."), no_args_is_help=True)
app.add_typer(data_app, name="data", rich_help_panel=TOWNS)


@data_app.command(help=_("Write what a town publishes as files; nothing is sent."))
def export(
    out: Annotated[Path, typer.Option("--out", help=_("The folder to write to."), file_okay=False)],
    form: Annotated[
        Form, typer.Option("--format", help=_("csv, json, senml or opensensemap."))
    ] = Form.CSV,
    town: Annotated[
        str, typer.Option(help=_("The town it is for, where the site has several."))
    ] = "",
    start: Annotated[
        str, typer.Option("--from", help=_("The first day, such as 2026-03-01; else a day ago."))
    ] = "",
    end: Annotated[
        str, typer.Option("--to", help=_("The day after the last, such as 2026-04-01; else now."))
    ] = "",
    step: Annotated[
        StepName, typer.Option(help=_("How fine: raw, 10m, 1h or 1d."))
    ] = StepName.HOUR,
    data: Data = HERE,
) -> None:
    """Write what a town publishes as files."""
    from kit.cli.data import export as export_files

    export_files(DataFolder(data), form, out, town=town, start=start, end=end, step=step)
