"""The commands of the curriculum: name, help and options. What each does is in the file it imports.

Imports are inside, so that `fabnum --help` stays quick on a Raspberry Pi. What renders modules has
its commands in ``curriculum_site_commands.py`` and ``curriculum_pdf_commands.py``, in this group.
"""

import typer

from kit.cli.app import app
from kit.cli.workshop_commands import WORKSHOPS
from kit.i18n import _

curriculum = typer.Typer(
    help=_("Modules, each a build and a workshop: check, make new ones, exchange them."),
    no_args_is_help=True,
)
app.add_typer(curriculum, name="curriculum", rich_help_panel=WORKSHOPS)
