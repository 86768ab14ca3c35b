"""Indicators for funders: tallies of a cohort, never rows of persons; no cell under five is shown.

Indicators differ in their definition from one funder to the next: each keeps its own, and rows of
different definitions are never added up.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec

from gateway.programme.table import append_row, numbered_rows
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
    return [_indicator(path, number, row) for number, row in numbered_rows(path, COLUMNS)]


def add(path: Path, indicator: Indicator) -> None:
    """Write one more indicator. Raises FabnumError if its numbers cannot be."""
    require_possible(indicator)
    read(path)  # what is wrong in it must be seen now, by who knows what it should be
    append_row(path, COLUMNS, _row(indicator))


def shown(indicators: Iterable[Indicator]) -> list[Shown]:
    """Return what may be shown of indicators.

    What is hidden must not be told by subtraction: where some of the numbers that are shown of the
    same people add up to all but those few, the smallest of them are hidden too. Definitions differ
    from row to row even where together they are the parts of a whole, so they are not asked.
    """
    every = list(indicators)
    hidden = {place for place, one in enumerate(every) if one.hidden}
    wholes: dict[tuple[str, int], list[int]] = {}
    for place, one in enumerate(every):
        wholes.setdefault((one.cohort, one.denominator), []).append(place)
    for parts in wholes.values():
        _protect([every[place] for place in parts], parts, hidden)
    return [_shown(one, hidden=place in hidden) for place, one in enumerate(every)]


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


def _protect(rows: Sequence[Indicator], places: Sequence[int], hidden: set[int]) -> None:
    """Hide so many more of the rows of one whole that no few people can be worked out of it."""
    whole = rows[0].denominator
    few = [
        count
        for place, one in zip(places, rows, strict=True)
        if place in hidden
        for count in (one.numerator, whole - one.numerator)
        if _few(count)
    ]
    secrets = _sums(few, FEWEST - 1)
    told = sorted(
        (one.numerator, place)
        for place, one in zip(places, rows, strict=True)
        if place not in hidden and one.numerator
    )
    while secrets & {whole - known for known in _sums((n for n, _place in told), whole)}:
        hidden.add(told.pop(0)[1])


def _sums(numbers: Iterable[int], most: int) -> set[int]:
    """Return all that some of the numbers add up to, as far as it is not more than ``most``."""
    sums: set[int] = set()
    for number in numbers:
        sums |= {total for total in (number, *(number + s for s in sums)) if total <= most}
    return sums


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
    try:
        require_possible(indicator)
    except FabnumError as error:
        cause = _("{file}, line {number}: {reason}", file=path, number=number, reason=error.cause)
        raise FabnumError(cause, error.action) from None
    return indicator


def _row(one: Indicator) -> dict[str, str]:
    return {name: str(getattr(one, name)) for name in COLUMNS}
