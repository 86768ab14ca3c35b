"""Alerts: rules, whom Grafana tells, and when it keeps quiet.

https://grafana.com/docs/grafana/latest/developers/http_api/alerting_provisioning/
All is written with ``X-Disable-Provenance``. Without it Grafana locks what it was sent against
changes in its pages, and with our part of the notification policy the whole tree, of which there is
but one in an organisation: the fabmanagers could not add a contact of their own, nor pause a rule
during an open day. What they change of ours shows as a difference and is put back by the next push.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from typing_extensions import override

from dashboards.grafana.push.http import Json, address
from dashboards.grafana.push.kinds.durations import seconds
from dashboards.grafana.push.kinds.kind import MINE, Kind, Organisation, only
from dashboards.grafana.push.refusals import MissingError, NotReadyError
from kit.i18n import _

EDITABLE = {"X-Disable-Provenance": "true"}
REDACTED = "[REDACTED]"
"""What Grafana gives instead of a setting that it keeps secret."""
POLICY = "policy"
"""The key of the one notification policy of an organisation."""
_API = ("v1", "provisioning")
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
_DURATIONS = ("for", "keep_firing_for", "group_wait", "group_interval", "repeat_interval")


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
        rules = place.all(address(*_API, "alert-rules"))
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
            place.send("DELETE", address(*_API, "alert-rules", rule["uid"]), headers=EDITABLE)

    def _path(self, title: str) -> str:
        return address(*_API, "folder", self._folder, "rule-groups", title)


class ContactPoints(Kind):
    """Contact points by uid; a body holds ``name``, ``type`` and ``settings``."""

    @override
    def read(self, place: Organisation, wanted: Mapping[str, Json]) -> dict[str, Json]:
        """Read the wanted, and what the kit once made."""
        points = {point.get("uid", ""): point for point in place.all(_path("contact-points"))}
        return {
            uid: point
            for uid, point in points.items()
            if uid in wanted or uid.startswith(f"{MINE}-")
        }

    @override
    def forms(self, wanted: Json, found: Json) -> tuple[Json, Json]:
        """Compare; addresses by a digest alone, for they are shown to nobody."""
        fields = ("name", "type", "disableResolveMessage")
        theirs = {
            name: wanted["settings"].get(name) if value == REDACTED else value
            for name, value in (found.get("settings") or {}).items()
        }
        return (
            {**only(wanted, *fields), "settings": _digest(wanted["settings"])},
            {**only(found, *fields), "settings": _digest(theirs)},
        )

    @override
    def title(self, key: str, body: Json) -> str:
        """Say what it is."""
        return _("contact point “{name}” ({uid})", name=body.get("name", key), uid=key)

    @override
    def write(self, place: Organisation, key: str, wanted: Json, found: Json | None) -> None:
        """Write it."""
        body = {**wanted, "uid": key}
        if found is None:
            place.send("POST", _path("contact-points"), body, EDITABLE)
        else:
            place.send("PUT", _path("contact-points", key), body, EDITABLE)

    @override
    def remove(self, place: Organisation, key: str, found: Json) -> None:
        """Remove it; Grafana refuses while a policy still names it."""
        place.send("DELETE", _path("contact-points", key), headers=EDITABLE)


class MuteTimings(Kind):
    """Hours without notifications, by name; a body holds ``time_intervals``."""

    @override
    def read(self, place: Organisation, wanted: Mapping[str, Json]) -> dict[str, Json]:
        """Read the wanted."""
        timings = {timing.get("name", ""): timing for timing in place.all(_path("mute-timings"))}
        return {name: timing for name, timing in timings.items() if name in wanted}

    @override
    def forms(self, wanted: Json, found: Json) -> tuple[Json, Json]:
        """Compare the intervals."""
        return only(wanted, "time_intervals"), only(found, "time_intervals")

    @override
    def title(self, key: str, body: Json) -> str:
        """Say what it is."""
        return _("quiet hours “{name}”", name=key)

    @override
    def write(self, place: Organisation, key: str, wanted: Json, found: Json | None) -> None:
        """Write them."""
        body = {**wanted, "name": key}
        if found is None:
            place.send("POST", _path("mute-timings"), body, EDITABLE)
        else:
            place.send("PUT", _path("mute-timings", key), body, EDITABLE)


class Policies(Kind):
    """Our branch of the notification policy, recognised by its ``object_matchers``; key POLICY.

    The rest of the tree is somebody else's and is sent back as it was read.
    """

    @override
    def read(self, place: Organisation, wanted: Mapping[str, Json]) -> dict[str, Json]:
        """Read the tree, if our branch is in it; the tree comes along for writing."""
        tree = place.find(_path("policies"))
        if tree is None or POLICY not in wanted:
            return {}
        ours = _branch(tree, wanted[POLICY])
        return {} if ours is None else {POLICY: ours}

    @override
    def forms(self, wanted: Json, found: Json) -> tuple[Json, Json]:
        """Compare our branch; durations by their length."""
        return _in_seconds(wanted), _in_seconds(found)

    @override
    def title(self, key: str, body: Json) -> str:
        """Say what it is."""
        return _("notification policy of the kit’s alerts")

    @override
    def write(self, place: Organisation, key: str, wanted: Json, found: Json | None) -> None:
        """Put our branch first, or where it stands. NotReadyError: there is no tree yet."""
        try:
            tree = place.grafana.get(_path("policies"), place.number)
        except MissingError as error:
            raise NotReadyError(error.cause, error.action) from None
        branches = tree.get("routes") or []
        there = _branch(tree, wanted)
        if there is None:
            branches = [wanted, *branches]
        else:
            branches = [wanted if branch is there else branch for branch in branches]
        tree = {name: value for name, value in tree.items() if name != "provenance"}
        place.send("PUT", _path("policies"), {**tree, "routes": branches}, EDITABLE)


def _path(*steps: str) -> str:
    return address(*_API, *steps)


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
        name: seconds(value) or None if name in _DURATIONS else value
        for name, value in form.items()
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


def _branch(tree: Json, wanted: Json) -> Json | None:
    same = [
        branch
        for branch in tree.get("routes") or []
        if branch.get("object_matchers") == wanted["object_matchers"]
    ]
    return same[0] if same else None


def _in_seconds(route: Any) -> Any:
    if isinstance(route, list):
        return [_in_seconds(item) for item in route]
    if not isinstance(route, dict):
        return route
    return {
        name: seconds(value) if name in _DURATIONS else _in_seconds(value)
        for name, value in route.items()
        if name != "provenance"
    }


def _digest(settings: Json) -> str:
    content = json.dumps(settings, sort_keys=True).encode()
    return hashlib.sha256(content).hexdigest()[:12]
