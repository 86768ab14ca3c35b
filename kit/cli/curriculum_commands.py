"""The commands of the curriculum: name, help and options. What each does is in the file it imports.

Imports are inside, so that `fabnum --help` stays quick on a Raspberry Pi. What renders modules has
its commands in ``curriculum_site_commands.py`` and ``curriculum_pdf_commands.py``, in this group.
"""

from typing import Annotated

import typer

from kit.cli.app import HERE, Data, app
from kit.cli.workshop_commands import WORKSHOPS
from kit.i18n import _
from kit.settings import DataFolder

curriculum = typer.Typer(
    help=_("Modules, each a build and a workshop: check, make new ones, exchange them."),
    no_args_is_help=True,
)
app.add_typer(curriculum, name="curriculum", rich_help_panel=WORKSHOPS)


@curriculum.command(help=_("Say what is wrong in modules: curriculum lint M02"))
def lint(
    modules: Annotated[
        list[str] | None,
        typer.Argument(metavar="[M01…]", help=_("Which modules, or their folders; else all.")),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help=_("Print the list as JSON."))] = False,
    data: Data = HERE,
) -> int:
    """Check modules."""
    from kit.cli.curriculum_lint import lint_modules

    return lint_modules(modules or [], DataFolder(data), as_json=as_json)
