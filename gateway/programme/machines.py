"""The machine log: how long a machine ran, on which day, for which order. Never by whom."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from pathlib import Path

import msgspec

from gateway.programme.table import append_row, numbered_rows
from kit.days import today
from kit.errors import FabnumError
from kit.i18n import _
from kit.names import is_slug

COLUMNS = ("day", "machine", "hours", "order", "note")
MOST_HOURS = Decimal(24)


class Run(msgspec.Struct, frozen=True):
    """One run of a machine. ``order`` is the name of its order, or empty."""

    day: dt.date
    machine: str
    hours: Decimal
    order: str = ""
    note: str = ""


def read(path: Path) -> list[Run]:
    """Return all runs. Raises FabnumError with the line that cannot be used."""
    return [_run(path, number, row) for number, row in numbered_rows(path, COLUMNS)]


def add(path: Path, run: Run) -> None:
    """Write one more run. Raises FabnumError if it cannot have been."""
    require_possible(run)
    read(path)  # what is wrong in it must be seen now, by who knows what it should be
    append_row(path, COLUMNS, _row(run))


def hours(runs: Iterable[Run]) -> dict[str, Decimal]:
    """Return the hours of each machine, the busiest first."""
    sums: defaultdict[str, Decimal] = defaultdict(Decimal)
    for run in runs:
        sums[run.machine] += run.hours
    return dict(sorted(sums.items(), key=lambda item: (-item[1], item[0])))


def require_possible(run: Run) -> None:
    """Raise FabnumError unless a machine can have run so."""
    if not is_slug(run.machine):
        raise FabnumError(
            _("“{name}” cannot name a machine.", name=run.machine),
            _("Use 1 to 32 of: a-z, 0-9 and the hyphen."),
        )
    if not Decimal(0) < run.hours <= MOST_HOURS:
        raise FabnumError(
            _("A machine runs for more than 0 and at most 24 hours a day."),
            _("Give the hours of one day, such as 1.5."),
        )
    if run.day > today():
        raise FabnumError(
            _("{day} is still to come.", day=run.day.isoformat()),
            _("Give today or a day before."),
        )


def number_of(text: str) -> Decimal:
    """Return a number as people write it, with a point or a comma. Raises ValueError."""
    try:
        number = Decimal(text.strip().replace(",", "."))
    except InvalidOperation:
        raise ValueError(text) from None
    if not number.is_finite():
        raise ValueError(text)
    return number


def _run(path: Path, number: int, row: dict[str, str]) -> Run:
    try:
        day, worked = dt.date.fromisoformat(row["day"]), number_of(row["hours"])
    except ValueError:
        raise FabnumError(
            _(
                "{file}, line {number}: the day or the hours cannot be read.",
                file=path,
                number=number,
            ),
            _("Write the day as 2026-11-20 and the hours as 1.5."),
        ) from None
    run = Run(day, row["machine"], worked, row["order"], row["note"])
    try:
        require_possible(run)
    except FabnumError as error:
        cause = _("{file}, line {number}: {reason}", file=path, number=number, reason=error.cause)
        raise FabnumError(cause, error.action) from None
    return run


def _row(run: Run) -> dict[str, str]:
    return {
        "day": run.day.isoformat(),
        "machine": run.machine,
        "hours": f"{run.hours.normalize():f}",
        "order": run.order,
        "note": run.note,
    }
