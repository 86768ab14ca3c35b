"""The command that makes the site of the modules: name, help and options."""

from pathlib import Path
from typing import Annotated

import typer

from kit.cli.app import HERE, Data
from kit.cli.curriculum_commands import curriculum
from kit.i18n import _
from kit.settings import DataFolder


@curriculum.command(
    help=_("Make pages of the modules, for a folder or a USB stick: curriculum site --out DIR")
)
def site(
    out: Annotated[
        Path, typer.Option(help=_("The folder to make; a new one, or one made here before."))
    ],
    data: Data = HERE,
) -> None:
    """Make pages of the modules."""
    from kit.cli.curriculum_site import make_site

    make_site(DataFolder(data), out)
