"""The commands of the curriculum: name, help and options. What each does is in the file it imports.

Imports are inside, so that `fabnum --help` stays quick on a Raspberry Pi. What renders modules has
its commands in ``curriculum_site_commands.py`` and ``curriculum_pdf_commands.py``, in this group.
"""

from pathlib import Path
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


@curriculum.command(help=_("Begin a module of your own for a build: curriculum new air"))
def new(
    build: Annotated[str, typer.Argument(help=_("The build that it is about."))],
    module_id: Annotated[
        str, typer.Option("--id", help=_("Its id, such as M10; the next free one if left out."))
    ] = "",
    to: Annotated[
        Path | None,
        typer.Option("--to", help=_("The folder to write to; else the site’s own modules.")),
    ] = None,
    data: Data = HERE,
) -> None:
    """Begin a module."""
    from kit.cli.curriculum_new import new_module

    new_module(build, module_id, to, DataFolder(data))


@curriculum.command("export", help=_("Write a module as one file for another site."))
def export_module(
    module: Annotated[str, typer.Argument(metavar="M01…", help=_("Which module."))],
    out: Annotated[Path, typer.Option("--out", help=_("The file to write, such as air.zip."))],
    data: Data = HERE,
) -> None:
    """Write a module as one file."""
    from kit.cli.curriculum_exchange import export_module as give

    give(module, out, DataFolder(data))


@curriculum.command("import", help=_("Take in a module of another site, once it is checked."))
def import_module(
    file: Annotated[Path, typer.Argument(help=_("The file, such as air.zip."))],
    data: Data = HERE,
) -> None:
    """Take in a module of another site."""
    from kit.cli.curriculum_exchange import import_module as take

    take(file, DataFolder(data))
