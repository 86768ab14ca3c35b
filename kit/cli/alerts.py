"""`fabnum alerts`: what fires now, whether messages arrive, and the rules."""

import asyncio
import time

from rich.console import Console
from rich.table import Table

from dashboards.alerts import Rule, rules
from gateway import logs
from gateway.alerts import addresses, state
from gateway.alerts.courier import send
from gateway.alerts.directory import Directory
from gateway.alerts.firing import Firing, firing
from gateway.alerts.order import NOT_UNDERSTOOD
from gateway.alerts.writing import quantity, trial_letter
from gateway.registry import Registry
from gateway.web.words import NO_BREAK, Words
from kit import i18n
from kit.errors import FabnumError
from kit.i18n import _, ngettext
from kit.settings import DataFolder, Settings, load

console = Console(soft_wrap=True, highlight=False)


def show_firing(folder: DataFolder) -> None:
    """Print what fires now, as the gateway last wrote it down."""
    settings = load(folder)
    registry = Registry(folder.registry)
    try:
        directory = Directory(settings, registry.find)
        known = {rule.id: rule for rule in rules(settings.alerts.rules)}
        found = firing(_remembered(folder), known, directory)
    finally:
        registry.close()
    if not found:
        print(_("No alert now."))
        return
    words = Words(settings.site.time_zone)
    for alert in found:
        _show(alert, words)


def _show(alert: Firing, words: Words) -> None:
    since = words.since(alert.since, time.time())
    where = alert.where if not alert.device else f"{alert.where}, {alert.town_name}"
    console.print(f"[bold]{alert.name}[/] – {where}, {since}", markup=True)
    console.print(f"  {alert.text}")
    console.print(f"  → {alert.action}")


def _remembered(folder: DataFolder) -> state.State:
    """Return what the gateway has written down. Raises FabnumError if it cannot be read."""
    try:
        return state.decode(folder.alerts.read_bytes())
    except FileNotFoundError:
        return state.State()
    except (OSError, ValueError):
        raise FabnumError(
            _("The file {file} cannot be read.", file=folder.alerts),
            _("The gateway makes it anew: start it, then try again."),
        ) from None


def try_addresses(folder: DataFolder) -> None:
    """Send a message to each address; say of each line whether it was taken.

    Raises FabnumError if there is no address, or one failed.
    """
    settings = load(folder)
    known = addresses.read(folder)
    if not known:
        raise FabnumError(
            _("Nobody is told of alerts: {file} names nobody.", file=folder.secrets / "alerts"),
            _("Write one address a line into it, as docs/alerts.md shows."),
        )
    reasons = asyncio.run(_send_test(settings, known))
    for address, reason in zip(known, reasons, strict=True):
        if reason:
            print(_("Line {line}: not sent: {reason}", line=address.line, reason=_plain(reason)))
        else:
            print(_("Line {line}: sent.", line=address.line))
    failed = sum(map(bool, reasons))
    if failed:
        raise FabnumError(
            ngettext("One address failed.", "{n} addresses failed.", failed),
            _("Correct these lines in {file}, then try again.", file=folder.secrets / "alerts"),
        )


async def _send_test(settings: Settings, known: list[addresses.Address]) -> list[str]:
    i18n.use(settings.site.languages[0])
    site, words = settings.site.name, Words(settings.site.time_zone)
    return await send(trial_letter(site, words, time.time()), known, site)


def _plain(reason: str) -> str:
    if reason == NOT_UNDERSTOOD:
        return _("it is no address that Apprise understands.")
    return logs.secrets.masked(reason)


def show_rules(folder: DataFolder) -> None:
    """Print the rules of the site as a table."""
    settings = load(folder)
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in (_("Rule"), _("Alert"), _("When"), _("At night")):
        table.add_column(heading, overflow="fold")
    words = Words(settings.site.time_zone)
    for rule in rules(settings.alerts.rules):
        table.add_row(
            rule.id,
            str(rule.name),
            condition(rule, words),
            _("told at once") if rule.urgent else _("waits"),
        )
    console.print(table)


def condition(rule: Rule, words: Words) -> str:
    """Return when a rule fires, short: “Pile < 3,50 V (900 s)”."""
    measured = rule.measured
    if rule.share_of:
        limit = f"{words.number(100 * rule.limit, 0)}{words.percent}"
    else:
        limit = quantity(rule.limit, measured, words)
    lasting = f" ({round(rule.for_s)}{NO_BREAK}s)" if rule.for_s else ""
    return f"{measured.name} {'<' if rule.below is not None else '≥'} {limit}{lasting}"
