"""`fabnum machines`: how long each machine ran. Never who ran it."""

from rich.console import Console
from rich.table import Table

from gateway.programme import machines
from kit.cli.days import day_of
from kit.errors import FabnumError
from kit.i18n import _
from kit.settings import DataFolder


def note(
    folder: DataFolder, machine: str, hours: str, *, order: str, day: str, remark: str
) -> None:
    """Note one run of a machine."""
    try:
        worked = machines.number_of(hours)
    except ValueError:
        raise FabnumError(
            _("“{hours}” is no number of hours.", hours=hours), _("Give it as 1.5 or 1,5.")
        ) from None
    run = machines.Run(day_of(day), machine, worked, order, remark)
    machines.add(folder.machines, run)
    Console().print(
        _("Noted: {machine}, {hours} h on {day}.", machine=machine, hours=worked, day=run.day)
    )


def show(folder: DataFolder, month: str) -> None:
    """Show the hours of each machine, of one month or of all time."""
    runs = [r for r in machines.read(folder.machines) if f"{r.day:%Y-%m}".startswith(month)]
    if not runs:
        Console().print(_("No machine ran yet. Note a run with “fabnum machines note”."))
        return
    table = Table(_("Machine"), _("Hours"), _("Runs"))
    for machine, hours in machines.hours(runs).items():
        count = sum(run.machine == machine for run in runs)
        table.add_row(machine, f"{hours.normalize():f}", str(count))
    Console().print(table)
