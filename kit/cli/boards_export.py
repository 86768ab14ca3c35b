"""`fabnum boards export`: a folder from which Grafana takes everything when it starts."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath

from grafana_foundation_sdk.cog.encoder import JSONEncoder

from dashboards.grafana.alerts import rule_groups
from dashboards.grafana.files import in_language, write
from dashboards.grafana.provisioning import (
    Access,
    Provisioned,
    alerting_file,
    provisioning_files,
    variable,
)
from gateway.influx.connect import checked
from gateway.influx.setup.model import READERS, kept
from kit.cli.boards import files_of, said, surroundings
from kit.cli.boards_numbers import known_numbers, numbered
from kit.cli.boards_organisations import Organisation, organisations
from kit.errors import FabnumError
from kit.i18n import _
from kit.settings import DataFolder, Settings, load
from kit.signals import SITE

BOARDS = "dashboards"
PROVISIONING = "provisioning"


def export_boards(
    folder: DataFolder, out: Path, languages: list[str], towns: list[str], path: str
) -> None:
    """Write ``dashboards/`` and ``provisioning/`` of a site, or of some ``towns`` alone.

    A town is named as ``gonesse`` or, with the number of its organisation in Grafana, as
    ``gonesse=3``; ``_site`` names the fabmanagers. ``path``: where Grafana will find the folder, if
    not where it is written.
    """
    settings = load(folder)
    around = surroundings(settings, languages)
    known = known_numbers(out / PROVISIONING)
    numbers = numbered(organisations(folder, settings), towns, known)
    boards = PurePosixPath(path or out.resolve()) / BOARDS
    places = [
        Provisioned(
            organisation.id,
            organisation.name,
            number,
            influx_url(settings),
            organisation.database(settings),
            _access(folder, settings, organisation),
            boards / organisation.id,
            around.languages,
        )
        for organisation, number in numbers
    ]
    chosen = [organisation for organisation, _number in numbers]
    dashboards = ((PurePosixPath(BOARDS, name), text) for name, text in files_of(chosen, around))
    provisioning = [*_provisioning(settings, places)]  # what is wrong with it is said at once
    said(out, write(out, dashboards))
    said(out, write(out, provisioning))
    _say_what_grafana_needs(places)


def influx_url(settings: Settings) -> str:
    """Return how Grafana reaches InfluxDB.

    Raises FabnumError if there is none, and if its address holds a password: it would be read in
    the files, and in Grafana.
    """
    if settings.influx is None:
        raise FabnumError(
            _("This site writes to no InfluxDB, so that Grafana would have nothing to show."),
            _("Add [influx] to fabnum.toml: docs/influxdb.md says how."),
        )
    return checked((settings.grafana and settings.grafana.influx_url) or settings.influx.url)


def is_login(settings: Settings, secret: str) -> bool:
    """Return whether a secret is ``user:password`` of InfluxDB 1 and not a token.

    What has no colon is no login, whatever the settings say: taken for one, it would be the name
    of a user, which is no secret.
    """
    return ":" in secret and (settings.influx is None or settings.influx.api != "2")


def _provisioning(
    settings: Settings, places: Sequence[Provisioned]
) -> Iterator[tuple[PurePosixPath, str]]:
    for place in places:
        for name, content in provisioning_files(place):
            yield PurePosixPath(PROVISIONING, name), content
        if place.id == SITE:
            name, content = _alerting(settings, place)
            yield PurePosixPath(PROVISIONING, name), content


def _alerting(settings: Settings, place: Provisioned) -> tuple[PurePosixPath, str]:
    """Return the file of alert rules, which are in one language, the first of the site."""
    language = settings.site.languages[0]
    groups = rule_groups(language, settings.alerts.rules, org_id=place.number)
    plain = json.loads(json.dumps(groups, cls=JSONEncoder))
    title = in_language(language, lambda: _("Fab’Num · Alerts"))
    return alerting_file(place.id, place.number, title, plain)


def _access(folder: DataFolder, settings: Settings, organisation: Organisation) -> Access:
    """Return how the database is read; of the secret only the user's name, if it has one."""
    secret = kept(folder, READERS + organisation.id)
    if not secret:
        return Access()
    user = secret.partition(":")[0] if is_login(settings, secret) else ""
    return Access(variable(organisation.id), user)


def _say_what_grafana_needs(places: Sequence[Provisioned]) -> None:
    print(_("Grafana makes no organisations from files. Before it starts, it must have these:"))
    for place in places:
        print(f"  {place.number}  {place.name}")
    names = [place.access.variable for place in places if place.access.variable]
    if names:
        print(_("Its environment must hold these secrets: {names}.", names=", ".join(names)))
    for place in places:
        if not place.access.variable:
            print(
                _(
                    "There is no secret to read {database}: that is right only without accounts.",
                    database=place.database,
                )
            )
