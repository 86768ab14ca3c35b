"""What one organisation of Grafana shall hold: its parts, each building on those before it."""

import json
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from grafana_foundation_sdk.cog.encoder import JSONEncoder
from msgspec import Struct

from dashboards.board import Board
from dashboards.grafana import alerts as grafana_alerts
from dashboards.grafana.dashboard import Surroundings, values
from dashboards.grafana.files import in_language
from dashboards.grafana.provisioning import folder_title, folder_uid
from dashboards.grafana.push.http import Json
from dashboards.grafana.push.kinds.board import Boards
from dashboards.grafana.push.kinds.data_source import DataSources, Secret, data_source
from dashboards.grafana.push.kinds.folder import Folders
from dashboards.grafana.push.kinds.notification import (
    POLICY,
    ContactPoints,
    MuteTimings,
    Policies,
)
from dashboards.grafana.push.kinds.public_board import PUBLIC, PublicBoards
from dashboards.grafana.push.kinds.rule_group import RuleGroups
from dashboards.grafana.push.kinds.team import Teams, Views
from dashboards.grafana.push.plan import Part
from dashboards.grafana.push.push import Wanted
from dashboards.grafana.target import SOURCE_UID
from kit.i18n import _
from kit.settings import Alerts

OURS = [["fabnum", "=~", ".+"]]
"""How our branch of the notification policy knows our alerts: by the label that names the rule."""


class Names(NamedTuple):
    """What an organisation is called, and its team: those who see its boards."""

    organisation: str
    team: str


class Source(Struct, frozen=True):
    """Where the boards of an organisation ask.

    ``databases``: how the names of all towns' databases begin; ``key``: what secrets are marked by.
    """

    url: str
    database: str
    databases: str
    secret: Secret
    key: bytes


class Alerting(Struct, frozen=True):
    """The alerts of the site: its settings, and whom Grafana writes to, if anybody."""

    settings: Alerts
    language: str
    time_zone: str
    addresses: tuple[str, ...] = ()


def organisation(
    names: Names,
    source: Source,
    boards: Callable[[], Sequence[Board]],
    around: Surroundings,
    alerting: Alerting | None = None,
) -> Wanted:
    """Return what an organisation shall hold. ``boards`` makes them in the language in use."""
    folders = {folder_uid(one): {"title": folder_title(one)} for one in around.languages}
    dashboards: dict[str, Json] = {}
    public: dict[str, Json] = {}
    for language in around.languages:
        for board, dashboard in in_language(language, lambda: _made(boards, around)):
            uid = dashboard["uid"]
            dashboards[uid] = {"dashboard": dashboard, "folderUid": folder_uid(language)}
            if board.audience == "public":
                public[uid] = PUBLIC
    made = data_source(source.url, source.database, source.secret, source.key)
    parts = (
        Part(DataSources(source.secret, source.databases), {SOURCE_UID: made}),
        Part(Teams(), {names.team: {"name": names.team}}),
        Part(Folders(), folders),
        Part(Views(), {uid: {"teams": [names.team]} for uid in folders}),
        Part(Boards(), dashboards),
        Part(PublicBoards(), public),
    )
    return Wanted(names.organisation, parts + (_alerting(alerting) if alerting else ()))


def _made(boards: Callable[[], Sequence[Board]], around: Surroundings) -> list[tuple[Board, Json]]:
    return [(board, values(board, around)) for board in boards()]


def _alerting(alerting: Alerting) -> tuple[Part, ...]:
    """Return the rules and, where Grafana has somebody to write to, when it writes.

    Without an address in ``secrets/grafana-alerts`` Grafana shows the alerts and the gateway alone
    tells them: nobody gets them twice.
    """
    groups = grafana_alerts.rule_groups(alerting.language, alerting.settings.rules)
    rules = {str(group.title): _plain(group) for group in groups}
    told: dict[str, Json] = {}
    timings: dict[str, Json] = {}
    policies: dict[str, Json] = {}
    if alerting.addresses:
        point = _plain(grafana_alerts.contact_point(";".join(alerting.addresses)))
        timing = grafana_alerts.mute_timing(alerting.settings, alerting.time_zone)
        policy = _plain(grafana_alerts.notification_policy(alerting.settings))
        told[point.pop("uid")] = point
        timings[timing["name"]] = timing
        policies[POLICY] = {**policy, "object_matchers": OURS}
    title = in_language(alerting.language, lambda: _("Fab’Num · Alerts"))
    return (
        Part(Folders(), {grafana_alerts.FOLDER_UID: {"title": title}}),
        Part(RuleGroups(grafana_alerts.FOLDER_UID), rules),
        Part(ContactPoints(), told),
        Part(MuteTimings(), timings),
        Part(Policies(OURS), policies),
    )


def _plain(model: Any) -> Json:
    plain: Json = json.loads(json.dumps(model, cls=JSONEncoder))
    return plain
