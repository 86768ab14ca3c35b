"""Alert rules, in groups that Grafana evaluates together."""

from collections.abc import Mapping, Sequence

from typing_extensions import override

from dashboards.grafana.push.http import Json
from dashboards.grafana.push.kinds.durations import seconds
from dashboards.grafana.push.kinds.kind import MINE, Kind, Organisation, only
from dashboards.grafana.push.kinds.provisioning import DURATIONS, EDITABLE, path
from kit.i18n import _

_RULE = (
    "title",
    "condition",
    "data",
    "noDataState",
    "execErrState",
    "for",
    "keep_firing_for",
    "labels",
    "annotations",
    "isPaused",
)
_MODEL_DEFAULTS = {"intervalMs": 1000, "maxDataPoints": 43_200}
"""Written into every query (Grafana, ``pkg/services/ngalert/models/alert_query.go``)."""


class RuleGroups(Kind):
    """Rule groups by title, all in ``folder``; a body holds ``interval`` (s) and ``rules``.

    A group is written whole, so that its rules change together; rules that somebody else put into
    it stay: ours are those whose uid begins with ``fabnum``.
    """

    def __init__(self, folder: str) -> None:
        self._folder = folder

    @override
    def read(self, place: Organisation, wanted: Mapping[str, Json]) -> dict[str, Json]:
        """Read the groups that hold a rule of ours, and the wanted ones."""
        rules = place.all(path("alert-rules"))
        there = {rule["ruleGroup"] for rule in rules if rule.get("folderUID") == self._folder}
        groups = {title: place.find(self._path(title)) for title in sorted(there)}
        return {
            title: group
            for title, group in groups.items()
            if group is not None and (title in wanted or _ours(group["rules"]))
        }

    @override
    def forms(self, wanted: Json, found: Json) -> tuple[Json, Json]:
        """Compare the interval and our rules."""
        return _group_form(wanted), _group_form(found)

    @override
    def title(self, key: str, body: Json) -> str:
        """Say what it is."""
        return _("alert rules “{name}”", name=key)

    @override
    def write(self, place: Organisation, key: str, wanted: Json, found: Json | None) -> None:
        """Write our rules, and with them those of others."""
        others = [rule for rule in (found or {}).get("rules", []) if not _is_ours(rule)]
        rules = [
            {**rule, "folderUID": self._folder, "ruleGroup": key, "orgID": place.number}
            for rule in wanted["rules"]
        ]
        body = {
            "title": key,
            "folderUid": self._folder,
            "interval": wanted["interval"],
            "rules": rules + others,
        }
        place.send("PUT", self._path(key), body, EDITABLE)

    @override
    def remove(self, place: Organisation, key: str, found: Json) -> None:
        """Remove our rules; a group without rules is gone."""
        for rule in _ours(found["rules"]):
            place.send("DELETE", path("alert-rules", rule["uid"]), headers=EDITABLE)

    def _path(self, title: str) -> str:
        return path("folder", self._folder, "rule-groups", title)


def _is_ours(rule: Json) -> bool:
    return str(rule.get("uid", "")).startswith(f"{MINE}-")


def _ours(rules: Sequence[Json]) -> list[Json]:
    return [rule for rule in rules if _is_ours(rule)]


def _group_form(group: Json) -> Json:
    return {
        "interval": group.get("interval"),
        "rules": [_rule_form(rule) for rule in _ours(group.get("rules") or [])],
    }


def _rule_form(rule: Json) -> Json:
    form = {"uid": rule.get("uid"), **only(rule, *_RULE)}
    form["data"] = [_query_form(query) for query in rule.get("data") or []]
    return {
        name: seconds(value) or None if name in DURATIONS else value for name, value in form.items()
    }


def _query_form(query: Json) -> Json:
    model = {
        name: value
        for name, value in (query.get("model") or {}).items()
        if _MODEL_DEFAULTS.get(name) != value
    }
    times = query.get("relativeTimeRange") or {}
    return {
        "refId": query.get("refId"),
        "datasourceUid": query.get("datasourceUid"),
        "from": times.get("from", 0),
        "to": times.get("to", 0),
        "model": model,
    }
