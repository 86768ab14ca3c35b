"""`fabnum report`: one page a month for partners and funders, from what the site has seen."""

import datetime as dt
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from babel.dates import format_date
from babel.numbers import format_decimal
from rich.console import Console

from curriculum.programme.report import Figure, Report, Rows, report
from gateway.journal.model import Activity
from gateway.journal.reader import Reader
from gateway.programme import indicators, machines, month
from gateway.programme.indicators import Shown
from gateway.programme.month import Month, Workshop
from gateway.workshops import Workshops, known_workshops
from kit import i18n, printing
from kit.cli.indicators import count_words, percent_words
from kit.cli.orders import progress_of_all, stage_words, what
from kit.days import today
from kit.i18n import _
from kit.settings import DataFolder, Settings, load

HIDDEN = "–"


def write_report(folder: DataFolder, wanted: str, to: Path | None) -> None:
    """Write the report of a month; that of last month, if none is named."""
    settings = load(folder)
    of = month.month_of(wanted, today())
    path = to or Path(_("report-{month}.pdf", month=f"{of.first:%Y-%m}"))
    printing.write(path, report(facts(folder, settings, of)))
    Console(soft_wrap=True, markup=False).print(_("The report is in {file}.", file=path))


def facts(folder: DataFolder, settings: Settings, of: Month) -> Report:
    """Return what the report of a month says, in the language in use."""
    with closing(Workshops(folder.workshops)) as held:
        workshops = month.workshops(held.all(), of)
    activity = _activity(folder, of.span(settings.site.time_zone))
    return Report(
        settings.site.name,
        format_date(of.first, "LLLL y", i18n.current()),
        format_date(today(), "long", i18n.current()),
        tuple(_figures(activity, workshops)),
        (
            _orders(folder, of),
            _workshops(workshops),
            _towns(settings, activity),
            _machines(folder, of),
            _indicators(folder),
        ),
    )


def _activity(folder: DataFolder, span: tuple[float, float]) -> dict[str, Activity]:
    if not folder.journal.exists():
        return {}
    with closing(Reader(folder.journal, lambda: None)) as reader:
        return reader.activity(*span)


def _figures(activity: dict[str, Activity], workshops: list[Workshop]) -> Iterator[Figure]:
    objects = sum(one.objects for one in activity.values())
    frames = sum(one.frames for one in activity.values())
    people = month.welcomed(workshops)
    yield Figure(_number(objects), _("objects at work"))
    yield Figure(_number(frames), _("readings received"))
    yield Figure(_number(sum(one.held for one in workshops)), _("workshops held"))
    yield Figure(HIDDEN if people is None else _number(people), _("people welcomed"))


def _orders(folder: DataFolder, of: Month) -> Rows:
    """Return the orders that somebody waited for in a month, not those settled before it."""
    rows = sorted(progress_of_all(folder).values(), key=lambda row: (row[1].stage, row[0].due))
    lines = [
        (
            order.title,
            order.client,
            what(order),
            _day(order.due),
            stage_words(far.stage) + (f" ({_('late')})" if far.late else ""),
        )
        for order, far in rows
        if order.ordered < of.after and (order.accepted is None or order.accepted >= of.first)
    ]
    header = (_("Order"), _("For"), _("What"), _("Due"), _("How far"))
    return Rows(_("Orders"), header, lines, _("No order."))


def _workshops(workshops: list[Workshop]) -> Rows:
    names = known_workshops()
    lines = [
        (
            f"{one.workshop} {names[one.workshop].name}" if one.workshop in names else one.workshop,
            str(one.held),
            _("hidden") if one.people is None else str(one.people),
        )
        for one in workshops
    ]
    header = (_("Workshop"), _("Held"), _("People welcomed"))
    return Rows(_("Workshops for residents"), header, lines, _("No workshop this month."))


def _towns(settings: Settings, activity: dict[str, Activity]) -> Rows:
    silent = Activity(0, 0)
    lines = [
        (
            town.name,
            _number(activity.get(town.id, silent).objects),
            _number(activity.get(town.id, silent).frames),
        )
        for town in settings.towns
    ]
    return Rows(_("Objects by town"), (_("Town"), _("Objects"), _("Readings")), lines, "")


def _machines(folder: DataFolder, of: Month) -> Rows:
    runs = [run for run in machines.read(folder.machines) if of.holds(run.day)]
    lines = [
        (machine, format_decimal(hours, locale=i18n.current()))
        for machine, hours in machines.hours(runs).items()
    ]
    header = (_("Machine"), _("Hours"))
    return Rows(_("Machines"), header, lines, _("No machine ran this month."))


def _indicators(folder: DataFolder) -> Rows:
    lines = [
        (one.cohort, one.indicator, one.definition, count_words(one), percent_words(one))
        for one in _newest_first(indicators.shown(indicators.read(folder.indicators)))
    ]
    header = (_("Cohort"), _("Indicator"), _("Definition"), _("Count"), "%")
    return Rows(_("Indicators"), header, lines, _("No indicator yet."))


def _newest_first(shown: list[Shown]) -> list[Shown]:
    return sorted(shown, key=lambda one: one.date, reverse=True)


def _number(value: int) -> str:
    return format_decimal(value, locale=i18n.current())


def _day(day: dt.date) -> str:
    return format_date(day, "short", i18n.current())
