"""`fabnum influx setup`: what an InfluxDB server needs for a site, made where it is missing."""

from rich.console import Console

from gateway.influx.setup import Changes, set_up
from kit.i18n import _
from kit.settings import DataFolder, load


def setup_influx(folder: DataFolder, *, keep_days: int | None, dry_run: bool) -> None:
    """Make what is missing, and say what it was. Raises FabnumError as `set_up` does."""
    console = Console(soft_wrap=True, highlight=False, markup=False)
    _tell(console, set_up(load(folder), folder, keep_days=keep_days, dry_run=dry_run))


def _tell(console: Console, changes: Changes) -> None:
    if not changes.made:
        console.print(_("Nothing is missing."))
    else:
        console.print(_("Still to be made:") if changes.dry_run else _("Made:"))
        for what in changes.made:
            console.print(f"  + {what}")
    for note in changes.notes:
        console.print(f"! {note}")
    if changes.new_writer and not changes.dry_run:
        console.print(_("Start the gateway again, so that it reads its new secret."))
