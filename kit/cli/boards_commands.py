"""The commands of boards: name, help and options. What each does is in the file it imports.

Imports are inside, so that `fabnum --help` stays quick on a Raspberry Pi.
"""

from pathlib import Path
from typing import Annotated

import typer

from kit.cli.app import HERE, Data, app
from kit.i18n import _
from kit.settings import DataFolder

TOWNS = _("What towns see")

boards = typer.Typer(
    help=_("Boards for Grafana: build, export, push, check."), no_args_is_help=True
)
app.add_typer(boards, name="boards", rich_help_panel=TOWNS)

Out = Annotated[Path, typer.Option("--out", help=_("The folder to write to."), file_okay=False)]
Languages = Annotated[
    list[str] | None, typer.Option("--language", help=_("Only this language; repeatable."))
]
SiteOrNone = Annotated[
    Path | None,
    typer.Option(
        "--data",
        help=_("The data folder of a site; without one, the boards of all builds."),
        file_okay=False,
    ),
]


@boards.command(help=_("Write the boards as files that Grafana imports."))
def build(out: Out, language: Languages = None, data: SiteOrNone = None) -> None:
    """Write one JSON file a board and language."""
    from kit.cli.boards import build_boards

    build_boards(out, language or [], DataFolder(data) if data else None)


@boards.command(help=_("Write a folder from which Grafana takes everything when it starts."))
def export(
    out: Out,
    language: Languages = None,
    path: Annotated[
        str, typer.Option(help=_("Where Grafana will find the folder, if it is elsewhere."))
    ] = "",
    organisation: Annotated[
        list[str] | None,
        typer.Option(help=_("The number of a town in Grafana, such as gonesse=3; repeatable.")),
    ] = None,
    data: Data = HERE,
) -> None:
    """Write the files of Grafana's provisioning."""
    from kit.cli.boards_export import export_boards

    export_boards(out, language or [], DataFolder(data), path, organisation or [])


# Each further command of boards goes below: its options here, what it does in kit/cli/boards_….py.
