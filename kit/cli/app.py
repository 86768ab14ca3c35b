"""The program `fabnum`, and the options that many of its commands have."""

from pathlib import Path
from typing import Annotated

import typer
import typer.rich_utils

from kit.i18n import _
from kit.settings import default_folder

typer.rich_utils.COMMANDS_PANEL_TITLE = _("Commands")
typer.rich_utils.OPTIONS_PANEL_TITLE = _("Options")
typer.rich_utils.ARGUMENTS_PANEL_TITLE = _("Arguments")

HERE = default_folder()

app = typer.Typer(
    help=_("Fab’Num: from the board to the town’s page."),
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

Data = Annotated[
    Path, typer.Option("--data", help=_("The data folder of the site."), file_okay=False)
]
DeviceName = Annotated[str, typer.Argument(help=_("The object: its name, or town/name."))]
