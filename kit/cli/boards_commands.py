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
    town: Annotated[
        list[str] | None,
        typer.Option(
            "--town",
            help=_("Only this town, with its number in Grafana if it has one: hem=3; repeatable."),
        ),
    ] = None,
    path: Annotated[
        str, typer.Option(help=_("Where Grafana will find the folder, if it is elsewhere."))
    ] = "",
    data: Data = HERE,
) -> None:
    """Write the files of Grafana's provisioning."""
    from kit.cli.boards_export import export_boards

    export_boards(DataFolder(data), out, language or [], town or [], path)


@boards.command(help=_("Bring boards and alerts into a running Grafana: only what differs."))
def push(
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help=_("Show what would change, and change nothing."))
    ] = False,
    town: Annotated[
        list[str] | None, typer.Option("--town", help=_("Only this town; repeatable."))
    ] = None,
    prune: Annotated[
        bool,
        typer.Option("--prune", help=_("Remove what the kit once made and no longer wants.")),
    ] = False,
    data: Data = HERE,
) -> None:
    """Push boards and alerts to Grafana."""
    from kit.cli.boards_push import push_boards

    push_boards(DataFolder(data), town or [], dry_run=dry_run, prune=prune)


@boards.command(help=_("Ask InfluxDB all that the boards ask: each answer is there, and right."))
def check(
    language: Annotated[str, typer.Option(help=_("The language of what is printed."))] = "",
    as_json: Annotated[bool, typer.Option("--json", help=_("Print the result as JSON."))] = False,
    data: Data = HERE,
) -> int:
    """Check every question of every board against the real InfluxDB."""
    from kit.cli.boards_check import check_boards

    return check_boards(DataFolder(data), language, as_json=as_json)


# Each further command of boards goes below: its options here, what it does in kit/cli/boards_….py.
