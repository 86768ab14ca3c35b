"""The command that puts modules on paper: name, help and options."""

from pathlib import Path
from typing import Annotated

import typer

from kit.cli.app import HERE, Data
from kit.cli.curriculum_commands import curriculum
from kit.i18n import _
from kit.settings import DataFolder


@curriculum.command(
    help=_("Make booklets, sheets and posters to print: curriculum pdf M02 --out DIR")
)
def pdf(
    out: Annotated[Path, typer.Option(file_okay=False, help=_("The folder that they go into."))],
    modules: Annotated[
        list[str] | None,
        typer.Argument(metavar="[M01…]", help=_("Which modules; all, if none is named.")),
    ] = None,
    language: Annotated[
        str, typer.Option(help=_("In which languages, such as fr,en; all if left out."))
    ] = "",
    place: Annotated[str, typer.Option(help=_("Where the workshop is held, for the poster."))] = "",
    data: Data = HERE,
) -> None:
    """Make booklets, sheets and posters to print."""
    from kit.cli.curriculum_pdf import make_pdf

    make_pdf(DataFolder(data), modules or [], out, languages=language, place=place)
