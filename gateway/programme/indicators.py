"""Indicators for funders: tallies of a cohort, never rows of persons; no cell under five is shown.

Indicators differ in their definition from one funder to the next: each keeps its own, and rows of
different definitions are never added up.
"""

import datetime as dt
from collections.abc import Iterable
from pathlib import Path

import msgspec

from gateway.programme.table import read_rows, write_rows
from kit.errors import FabnumError
from kit.i18n import _

COLUMNS = ("cohort", "indicator", "definition", "numerator", "denominator", "source", "date")
FEWEST = 5
"""Where fewer people than these stand behind a number, it could be somebody who is known."""


class Indicator(msgspec.Struct, frozen=True):
    """One tally: ``numerator`` of ``denominator`` people of a cohort, on the day of counting."""

    cohort: str
    indicator: str
    definition: str
    numerator: int
    denominator: int
    source: str
    date: dt.date

    @property
    def hidden(self) -> bool:
        """Whether it may not be shown: too few did, too few did not, or too few were there."""
        return _few(self.numerator) or _few(self.denominator - self.numerator)


class Shown(msgspec.Struct, frozen=True):
    """An indicator as it may be shown: ``None`` in place of what is hidden; ``percent`` rounded."""

    cohort: str
    indicator: str
    definition: str
    numerator: int | None
    denominator: int | None
    percent: int | None
    source: str
    date: dt.date


def read(path: Path) -> list[Indicator]:
    """Return all indicators. Raises FabnumError with the line that cannot be used."""
    rows = enumerate(read_rows(path, COLUMNS), start=2)
    return [_indicator(path, number, row) for number, row in rows]


def add(path: Path, indicator: Indicator) -> None:
    """Write one more indicator. Raises FabnumError if its numbers cannot be."""
    require_possible(indicator)
    write_rows(path, COLUMNS, (_row(one) for one in [*read(path), indicator]))


def shown(indicators: Iterable[Indicator]) -> list[Shown]:
    """Return what may be shown of indicators.

    Where one of a cohort of the same size is hidden, another must not tell it by subtraction: with
    only one hidden among those of a definition, the next smallest is hidden too.
    """
    every = list(indicators)
    hidden = {id(one) for one in every if one.hidden}
    for one in every:
        partition = [other for other in every if _together(one, other)]
        if len(partition) > 1 and sum(id(other) in hidden for other in partition) == 1:
            rest = [other for other in partition if id(other) not in hidden]
            hidden.add(id(min(rest, key=lambda other: other.numerator)))
    return [_shown(one, hidden=id(one) in hidden) for one in every]


def require_possible(indicator: Indicator) -> None:
    """Raise FabnumError unless the numbers can be."""
    if not 0 <= indicator.numerator <= indicator.denominator:
        raise FabnumError(
            _(
                "{numerator} of {denominator} cannot be.",
                numerator=indicator.numerator,
                denominator=indicator.denominator,
            ),
            _("Count again: the first number is part of the second."),
        )
    if not (indicator.cohort and indicator.indicator and indicator.definition):
        raise FabnumError(
            _("An indicator needs a cohort, a name and a definition."),
            _("Say in one sentence who is counted, and when."),
        )


def _few(count: int) -> bool:
    return 0 < count < FEWEST


def _together(one: Indicator, other: Indicator) -> bool:
    """Whether two may be parts of the same whole: who counts one could work out the other."""
    mine = (one.cohort, one.denominator, one.definition, one.date)
    return mine == (other.cohort, other.denominator, other.definition, other.date)


def _shown(one: Indicator, *, hidden: bool) -> Shown:
    # A denominator under five is hidden itself; zero of many tells of everybody, and may be said.
    few = _few(one.denominator)
    percent = round(100 * one.numerator / one.denominator) if one.denominator else None
    return Shown(
        one.cohort,
        one.indicator,
        one.definition,
        None if hidden or few else one.numerator,
        None if few else one.denominator,
        None if hidden or few else percent,
        one.source,
        one.date,
    )


def _indicator(path: Path, number: int, row: dict[str, str]) -> Indicator:
    try:
        indicator = Indicator(
            row["cohort"],
            row["indicator"],
            row["definition"],
            int(row["numerator"]),
            int(row["denominator"]),
            row["source"],
            dt.date.fromisoformat(row["date"]),
        )
    except ValueError:
        raise FabnumError(
            _(
                "{file}, line {number}: a number or the date cannot be read.",
                file=path,
                number=number,
            ),
            _("Write whole numbers, and the date as 2026-11-20."),
        ) from None
    require_possible(indicator)
    return indicator


def _row(one: Indicator) -> dict[str, str]:
    return {name: str(getattr(one, name)) for name in COLUMNS}
