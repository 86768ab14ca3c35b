"""`fabnum machines`: how long each machine ran. Never who ran it."""

from babel.numbers import format_decimal
from rich.console import Console
from rich.table import Table

from gateway.programme import machines
from gateway.programme.month import month_of
from kit import i18n
from kit.days import day_of, today
from kit.errors import FabnumError
from kit.i18n import _
from kit.settings import DataFolder, load


def note(
    folder: DataFolder, machine: str, hours: str, *, order: str, day: str, remark: str
) -> None:
    """Note one run of a machine. Raises FabnumError if it cannot have been, or for no order."""
    load(folder)
    if order and not (folder.orders / f"{order}.toml").exists():
        raise FabnumError(
            _("There is no order “{name}”.", name=order), _("See the list with “fabnum orders”.")
        )
    try:
        worked = machines.number_of(hours)
    except ValueError:
        raise FabnumError(
            _("“{hours}” is no number of hours.", hours=hours), _("Give it as 1.5 or 1,5.")
        ) from None
    run = machines.Run(day_of(day), machine, worked, order, remark)
    machines.add(folder.machines, run)
    Console(highlight=False).print(
        _(
            "Noted: {machine}, {hours} h on {day}.",
            machine=machine,
            hours=format_decimal(worked, locale=i18n.current()),
            day=run.day,
        )
    )


def show(folder: DataFolder, month: str) -> None:
    """Show the hours of each machine, of one month or of all time."""
    load(folder)
    runs = machines.read(folder.machines)
    if month:
        of = month_of(month, today())
        runs = [run for run in runs if of.holds(run.day)]
    if not runs:
        Console().print(
            _("No machine ran this month.")
            if month
            else _("No machine ran yet. Note a run with “fabnum machines note”.")
        )
        return
    table = Table(_("Machine"), _("Hours"), _("Runs"))
    for machine, hours in machines.hours(runs).items():
        count = sum(run.machine == machine for run in runs)
        table.add_row(machine, format_decimal(hours, locale=i18n.current()), str(count))
    Console().print(table)
