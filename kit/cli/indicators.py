"""`fabnum indicators`: tallies of cohorts as they may be shown; few people are never counted."""

import json

import msgspec
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from gateway.programme import indicators
from gateway.programme.indicators import FEWEST, Indicator, Shown
from kit.days import day_of
from kit.i18n import _
from kit.settings import DataFolder, load


def show(folder: DataFolder, *, as_json: bool) -> None:
    """Show all indicators as they may be shown."""
    load(folder)
    found = indicators.shown(indicators.read(folder.indicators))
    if as_json:
        print(json.dumps(msgspec.to_builtins(found), ensure_ascii=False))
        return
    console = Console()
    if not found:
        console.print(_("There is no indicator yet. Write one with “fabnum indicators add”."))
        return
    table = Table(_("Cohort"), _("Indicator"), _("Definition"), _("Count"), "%", _("Source"))
    for one in found:
        cells = (one.cohort, one.indicator, one.definition, count_words(one), percent_words(one))
        table.add_row(*map(escape, (*cells, one.source)))
    console.print(table)
    console.print(_("Fewer than {n} people: hidden.", n=FEWEST), style="dim")


def add(
    folder: DataFolder,
    cohort: str,
    indicator: str,
    counts: tuple[int, int],
    *,
    definition: str,
    source: str,
    day: str,
) -> None:
    """Note one indicator. ``counts``: how many, of how many."""
    load(folder)
    one = Indicator(cohort, indicator, definition, *counts, source, day_of(day))
    indicators.add(folder.indicators, one)
    Console(markup=False).print(
        _("Noted: {indicator} of {cohort}.", indicator=indicator, cohort=cohort)
    )


def count_words(one: Shown) -> str:
    """Return the count of an indicator in words."""
    if one.numerator is None or one.denominator is None:
        return _("hidden")
    return _("{n} of {all}", n=one.numerator, all=one.denominator)


def percent_words(one: Shown) -> str:
    """Return the share of an indicator, without its sign."""
    return "" if one.percent is None else str(one.percent)
