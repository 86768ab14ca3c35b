"""`fabnum boards push`: boards and alerts into a running Grafana."""

import secrets
from collections.abc import Iterable

from dashboards.grafana.dashboard import Surroundings
from dashboards.grafana.files import in_language
from dashboards.grafana.push.http import Grafana, version
from dashboards.grafana.push.kinds.data_source import Secret
from dashboards.grafana.push.plan import changes
from dashboards.grafana.push.push import Done, Wanted, push
from dashboards.grafana.push.wanted import Alerting, Names, Source, organisation
from dashboards.grafana.push.words import report
from gateway.influx.setup.model import READERS, WRITER
from kit.cli.boards_export import influx_url, is_login
from kit.cli.boards_organisations import Organisation, organisations
from kit.errors import FabnumError
from kit.i18n import _, ngettext
from kit.settings import DataFolder, Settings, load
from kit.signals import SITE

ADMIN = "grafana-admin"
ADDRESSES = "grafana-alerts"
"""Mail addresses that Grafana writes alerts to, one a line; without it Grafana tells nobody."""
MARK = "grafana-mark"
"""The key under which what Grafana was given is marked (``kinds/data_source``)."""


def push_boards(
    folder: DataFolder, towns: list[str], *, dry_run: bool = False, prune: bool = False
) -> None:
    """Bring Grafana to what the site wants, and print each thing that is done or would be."""
    settings = load(folder)
    chosen = _chosen(organisations(folder, settings), towns)
    key = _mark_key(folder, keep=not dry_run)
    readers = [_secret(folder, settings, one) for one in chosen]
    grafana = _grafana(folder, settings, [reader.hidden for reader in readers])
    wanted = [
        _wanted(folder, settings, one, reader, key)
        for one, reader in zip(chosen, readers, strict=True)
    ]
    print(_("Grafana {version} at {url}", version=version(grafana) or "?", url=grafana.url))
    every = []
    for done in push(grafana, wanted, prune=prune, dry_run=dry_run):
        every.append(done)
        print("\n".join(report(done, dry_run=dry_run)), flush=True)
    print(_summary(every, dry_run=dry_run))


def _chosen(every: list[Organisation], towns: list[str]) -> list[Organisation]:
    known = {one.id: one for one in every}
    for town in towns:
        if town not in known or town == SITE:
            raise FabnumError(
                _("“{text}” is no town of this site.", text=town),
                _(
                    "Take one of: {known}.",
                    known=", ".join(one.id for one in every if one.id != SITE),
                ),
            )
    return [known[town] for town in dict.fromkeys(towns)] or every


def _wanted(
    folder: DataFolder, settings: Settings, one: Organisation, secret: Secret, key: bytes
) -> Wanted:
    site = settings.site
    source = Source(influx_url(settings), one.database(settings), _prefix(settings), secret, key)
    around = Surroundings(site.time_zone, tuple(site.languages))
    language = site.languages[0]  # names in Grafana do not follow the language of this shell
    if one.id != SITE:
        team = in_language(language, lambda: _("Readers"))
        return organisation(Names(one.name, team), source, one.boards, around)
    team = in_language(language, lambda: _("Fabmanagers"))
    addresses = tuple(_optional(folder, ADDRESSES).split())
    alerting = Alerting(settings.alerts, language, site.time_zone, addresses)
    return organisation(Names(one.name, team), source, one.boards, around, alerting)


def _secret(folder: DataFolder, settings: Settings, one: Organisation) -> Secret:
    """Return what opens one database, and that one alone.

    Raises FabnumError if there is none although the gateway itself needs one to write.
    """
    value = _optional(folder, READERS + one.id)
    if not value and _optional(folder, WRITER):
        raise FabnumError(
            _(
                "The secret “{name}” is missing from {folder}.",
                name=READERS + one.id,
                folder=folder.secrets,
            ),
            _("Run “fabnum influx setup”: it makes one for each town."),
        )
    return Secret(value, is_login=is_login(settings, value))


def _grafana(folder: DataFolder, settings: Settings, hidden: Iterable[str]) -> Grafana:
    if settings.grafana is None:
        raise FabnumError(
            _("fabnum.toml names no Grafana to push to."),
            _("Add [grafana] with its url; “fabnum boards export” does without."),
        )
    user, colon, password = _optional(folder, ADMIN).partition(":")
    if not (user and colon and password):
        raise FabnumError(
            _("The administrator of Grafana is not known."),
            _("Write user:password in secrets/grafana-admin, as Grafana knows them."),
        )
    return Grafana(settings.grafana.url, user, password, hidden)


def _mark_key(folder: DataFolder, *, keep: bool) -> bytes:
    """Return the key of the marks; the first push makes it, a dry run does not."""
    key = _optional(folder, MARK)
    if not key:
        key = secrets.token_hex(32)
        if keep:
            folder.keep_secret(MARK, key)
    return key.encode()


def _prefix(settings: Settings) -> str:
    return settings.influx.database_prefix if settings.influx else ""


def _optional(folder: DataFolder, name: str) -> str:
    return folder.secret(name) if (folder.secrets / name).exists() else ""


def _summary(every: list[Done], *, dry_run: bool) -> str:
    count = sum(len(changes(done.steps)) + (done.entry is not None) for done in every)
    if not count:
        return _("Nothing to change: Grafana has it all.")
    if dry_run:
        return ngettext(
            "{n} thing would change. Nothing was changed.",
            "{n} things would change. Nothing was changed.",
            count,
        )
    return ngettext("{n} thing changed.", "{n} things changed.", count)
