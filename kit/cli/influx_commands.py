"""The commands around InfluxDB: name, help and options. What each does is in its own file."""

from typing import Annotated

import typer

from kit.cli.app import HERE, Data, app
from kit.i18n import _
from kit.settings import DataFolder

TOWNS = _("What towns see")

influx = typer.Typer(
    help=_("InfluxDB: setup makes databases, and accounts that read one town each."),
    no_args_is_help=True,
)
app.add_typer(influx, name="influx", rich_help_panel=TOWNS)


@influx.callback()
def _group() -> None:
    """Keep `influx setup` two words while it is the only command."""


@influx.command(help=_("Make what the InfluxDB of the settings still needs; changes nothing else."))
def setup(
    keep: Annotated[
        int | None,
        typer.Option(
            min=0,
            help=_("Days that readings stay, also in databases that are there; 0: for good."),
        ),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help=_("Only show what is missing."))
    ] = False,
    data: Data = HERE,
) -> None:
    """Make databases, retention and accounts."""
    from kit.cli.influx import setup_influx

    setup_influx(DataFolder(data), keep_days=keep, dry_run=dry_run)
