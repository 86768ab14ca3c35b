"""Files for Grafana's provisioning: what it reads when it starts, instead of being pushed to.

Source: "Provision Grafana", Grafana documentation; ``pkg/services/provisioning`` of its source.
Grafana makes no organisations this way: they must be there, under the numbers that the files name,
or it does not start. Secrets are never written: Grafana takes them from its environment.
"""

import re
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath
from typing import Any, NamedTuple

from dashboards.grafana import yaml
from dashboards.grafana.dashboard import LANGUAGE_NAMES, TAG
from dashboards.grafana.target import SOURCE_TYPE, SOURCE_UID
from dashboards.grafana.wording import duration
from kit.i18n import _
from kit.signals import SITE

SOURCE_NAME = "Fab’Num"
DATA_SOURCES = "datasources"
"""The folder that holds the data source of each organisation."""
_NUMBER = re.compile(r"^ *(?:- )?orgId: ([0-9]+)$", re.MULTILINE)
_OF_THE_GROUP = ("orgID", "folderUID", "ruleGroup")
_SCAN_S = 60
"""How often Grafana looks whether a board's file has changed."""


class Access(NamedTuple):
    """How a database is read: with a token, as ``user`` with a password, or by anybody.

    ``variable``: the name of the environment variable that holds the token or password; empty where
    the database is open.
    """

    variable: str = ""
    user: str = ""


class Provisioned(NamedTuple):
    """One organisation in Grafana: its number there, its database, and its boards' folder.

    ``id`` names its files; ``folder`` is where Grafana finds ``<language>/<board>.json``.
    """

    id: str
    name: str
    number: int
    url: str
    database: str
    access: Access
    folder: PurePosixPath
    languages: tuple[str, ...]


def provisioning_files(of: Provisioned) -> Iterator[tuple[PurePosixPath, str]]:
    """Yield the files of one organisation: where its boards lie, and its data source."""
    comment = _(
        "The organisation “{name}” has the number {number}.", name=of.name, number=of.number
    )
    yield PurePosixPath("dashboards", f"{of.id}.yaml"), yaml.text(_providers(of), comment)
    comments = [comment, *([_secret_comment(of.access)] if of.access.variable else [])]
    yield PurePosixPath(DATA_SOURCES, f"{of.id}.yaml"), yaml.text(_sources(of), *comments)


def number_in(content: str) -> int | None:
    """Return the number of the organisation that a file of :func:`provisioning_files` names."""
    found = _NUMBER.search(content)
    return int(found[1]) if found else None


def alerting_file(
    organisation: str, number: int, folder: str, groups: Sequence[dict[str, Any]]
) -> tuple[PurePosixPath, str]:
    """Return the file of alert rules, in the folder of that title.

    ``groups``: rule groups as Grafana's HTTP API takes them.
    """
    content: dict[str, yaml.Value] = {
        "apiVersion": 1,
        "groups": [_group(group, number, folder) for group in groups],
    }
    return PurePosixPath("alerting", f"{organisation}.yaml"), yaml.text(content)


def variable(organisation: str) -> str:
    """Return the name of the environment variable that holds an organisation's secret.

    A town may be called ``-site``: the fabmanagers' variable is one that no town can have.
    """
    if organisation == SITE:
        return "INFLUX_SITE_READ"
    return "INFLUX_READ_" + organisation.upper().replace("-", "_")


def _providers(of: Provisioned) -> dict[str, yaml.Value]:
    return {
        "apiVersion": 1,
        "providers": [
            {
                "name": f"{TAG}-{of.id}-{language}",
                "orgId": of.number,
                "folder": folder_title(language),
                "folderUid": folder_uid(language),
                "type": "file",
                "updateIntervalSeconds": _SCAN_S,
                "allowUiUpdates": False,
                "options": {"path": _literal(str(of.folder / language))},
            }
            for language in of.languages
        ],
    }


def folder_uid(language: str) -> str:
    """Return the uid of the folder that holds the boards in one language."""
    return f"{TAG}-{language}"


def folder_title(language: str) -> str:
    """Return the name of the folder that holds the boards in one language."""
    return f"Fab’Num · {LANGUAGE_NAMES.get(language, language)}"


def _sources(of: Provisioned) -> dict[str, yaml.Value]:
    access = of.access
    settings: dict[str, yaml.Value] = {"dbName": _literal(of.database), "httpMode": "GET"}
    source: dict[str, yaml.Value] = {
        "name": SOURCE_NAME,
        "uid": SOURCE_UID,
        "orgId": of.number,
        "type": SOURCE_TYPE,
        "access": "proxy",
        "url": _literal(of.url),
        "isDefault": True,
        "editable": False,
        "jsonData": settings,
    }
    # Not $__env{…}: what that puts in, Grafana searches for variables once more.
    secret = f"${access.variable}"
    if access.user:
        source["user"] = _literal(access.user)
        source["secureJsonData"] = {"password": secret}
    elif access.variable:
        settings["httpHeaderName1"] = "Authorization"
        source["secureJsonData"] = {"httpHeaderValue1": f"Token {secret}"}
    return {"apiVersion": 1, "datasources": [source]}


def _group(group: dict[str, Any], number: int, folder: str) -> dict[str, yaml.Value]:
    return {
        "orgId": number,
        "name": group["title"],
        "folder": folder,
        "interval": duration(group["interval"]),
        "rules": [_rule(rule) for rule in group["rules"]],
    }


def _rule(rule: dict[str, Any]) -> dict[str, yaml.Value]:
    """Return a rule as files hold it: where it stands is said by its group.

    Grafana puts in variables everywhere but in the models of the questions.
    """
    kept = {name: value for name, value in rule.items() if name not in _OF_THE_GROUP}
    said = {name: _literal(_without_dollars(text)) for name, text in rule["annotations"].items()}
    return {**kept, "title": _literal(rule["title"]), "annotations": said}


def _without_dollars(template: str) -> str:
    """Return a template that names labels without ``$``: not all Grafanas read ``$$`` in it."""
    return template.replace("$labels.", ".Labels.")


def _secret_comment(access: Access) -> str:
    return _("Grafana needs the secret in its environment: {name}.", name=access.variable)


def _literal(value: str) -> str:
    """Return a value in which Grafana puts in nothing: ``$`` begins the name of a variable."""
    return value.replace("$", "$$")
