"""What happened in one month, as a report may tell it: sums, never of fewer than five people."""

import datetime as dt
from collections.abc import Iterable
from typing import NamedTuple
from zoneinfo import ZoneInfo

from gateway.programme.indicators import FEWEST
from gateway.workshops import Held
from kit.errors import FabnumError
from kit.i18n import _


class Month(NamedTuple):
    """A month of the calendar."""

    year: int
    month: int

    @property
    def first(self) -> dt.date:
        """Its first day."""
        return dt.date(self.year, self.month, 1)

    @property
    def after(self) -> dt.date:
        """The first day of the next one."""
        return (self.first + dt.timedelta(days=31)).replace(day=1)

    def holds(self, day: dt.date) -> bool:
        """Return whether a day is in it."""
        return self.first <= day < self.after

    def span(self, time_zone: str) -> tuple[float, float]:
        """Return when it begins and ends at a place, in Unix seconds."""
        zone = ZoneInfo(time_zone)
        begins, ends = (
            dt.datetime.combine(day, dt.time(), zone).timestamp()
            for day in (self.first, self.after)
        )
        return begins, ends


class Workshop(NamedTuple):
    """What was held of one workshop in a month. ``people`` is ``None`` where they were too few."""

    workshop: str
    held: int
    people: int | None


def month_of(text: str, today: dt.date) -> Month:
    """Return the month that a text such as ``2026-11`` names; nothing names the one before today's.

    Raises FabnumError if it names none.
    """
    if not text:
        last = today.replace(day=1) - dt.timedelta(days=1)
        return Month(last.year, last.month)
    try:
        day = dt.date.fromisoformat(f"{text}-01")
    except ValueError:
        raise FabnumError(
            _("“{month}” is no month.", month=text),
            _("Give it as year-month, such as {today}.", today=f"{today:%Y-%m}"),
        ) from None
    return Month(day.year, day.month)


def workshops(held: Iterable[Held], month: Month) -> list[Workshop]:
    """Return what was held of each workshop in a month."""
    within = [one for one in held if month.holds(one.day)]
    kinds = sorted({one.workshop for one in within})
    return [_summed(kind, [one for one in within if one.workshop == kind]) for kind in kinds]


def welcomed(rows: Iterable[Workshop]) -> int | None:
    """Return how many people were welcomed in all, or ``None`` where a row of them is hidden."""
    counts = [row.people for row in rows]
    return None if None in counts else sum(count for count in counts if count is not None)


def _summed(workshop: str, held: list[Held]) -> Workshop:
    people = sum(one.people for one in held)
    return Workshop(workshop, len(held), None if 0 < people < FEWEST else people)
