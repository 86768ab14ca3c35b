"""Whom Grafana tells of alerts, in which order, and when it keeps quiet."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from typing_extensions import override

from dashboards.grafana.push.http import Json
from dashboards.grafana.push.kinds.durations import seconds
from dashboards.grafana.push.kinds.kind import MINE, Kind, Organisation, only
from dashboards.grafana.push.kinds.provisioning import DURATIONS, EDITABLE, path
from dashboards.grafana.push.refusals import MissingError, NotReadyError
from kit.i18n import _

REDACTED = "[REDACTED]"
"""What Grafana gives instead of a setting that it keeps secret."""
POLICY = "policy"
"""The key of the one notification policy of an organisation."""


class ContactPoints(Kind):
    """Contact points by uid; a body holds ``name``, ``type`` and ``settings``."""

    @override
    def read(self, place: Organisation, wanted: Mapping[str, Json]) -> dict[str, Json]:
        """Read the wanted, and what the kit once made."""
        points = {point.get("uid", ""): point for point in place.all(path("contact-points"))}
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
            place.send("POST", path("contact-points"), body, EDITABLE)
        else:
            place.send("PUT", path("contact-points", key), body, EDITABLE)

    @override
    def remove(self, place: Organisation, key: str, found: Json) -> None:
        """Remove it; Grafana refuses while a policy still names it."""
        place.send("DELETE", path("contact-points", key), headers=EDITABLE)


class MuteTimings(Kind):
    """Hours without notifications, by name; a body holds ``time_intervals``."""

    @override
    def read(self, place: Organisation, wanted: Mapping[str, Json]) -> dict[str, Json]:
        """Read the wanted, and what the kit once made."""
        timings = {timing.get("name", ""): timing for timing in place.all(path("mute-timings"))}
        return {
            name: timing
            for name, timing in timings.items()
            if name in wanted or name.startswith(f"{MINE}-")
        }

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
            place.send("POST", path("mute-timings"), body, EDITABLE)
        else:
            place.send("PUT", path("mute-timings", key), body, EDITABLE)

    @override
    def remove(self, place: Organisation, key: str, found: Json) -> None:
        """Remove them; Grafana refuses while a policy still names them."""
        place.send("DELETE", path("mute-timings", key), headers=EDITABLE)


class Policies(Kind):
    """Our branch of the notification policy, recognised by its ``object_matchers``; key POLICY.

    The rest of the tree is somebody else's and is sent back as it was read.
    """

    def __init__(self, matchers: Sequence[Sequence[str]]) -> None:
        self._matchers = matchers

    @override
    def read(self, place: Organisation, wanted: Mapping[str, Json]) -> dict[str, Json]:
        """Read our branch."""
        tree = place.find(path("policies")) or {}
        ours = [branch for branch in _branches(tree) if self._is_ours(branch)]
        return {POLICY: ours[0]} if ours else {}

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
        tree = self._tree(place)
        branches = [wanted if self._is_ours(one) else one for one in _branches(tree)]
        if wanted not in branches:
            branches = [wanted, *branches]
        place.send("PUT", path("policies"), {**tree, "routes": branches}, EDITABLE)

    @override
    def remove(self, place: Organisation, key: str, found: Json) -> None:
        """Take our branch out."""
        tree = self._tree(place)
        branches = [one for one in _branches(tree) if not self._is_ours(one)]
        place.send("PUT", path("policies"), {**tree, "routes": branches}, EDITABLE)

    def _is_ours(self, branch: Json) -> bool:
        return branch.get("object_matchers") == self._matchers

    def _tree(self, place: Organisation) -> Json:
        try:
            tree: Json = place.grafana.get(path("policies"), place.number)
        except MissingError as error:
            raise NotReadyError(error.cause, error.action) from None
        return {name: value for name, value in tree.items() if name != "provenance"}


def _branches(tree: Json) -> list[Json]:
    return tree.get("routes") or []


def _in_seconds(route: Any) -> Any:
    if isinstance(route, list):
        return [_in_seconds(item) for item in route]
    if not isinstance(route, dict):
        return route
    return {
        name: seconds(value) if name in DURATIONS else _in_seconds(value)
        for name, value in route.items()
        if name != "provenance"
    }


def _digest(settings: Json) -> str:
    content = json.dumps(settings, sort_keys=True).encode()
    return hashlib.sha256(content).hexdigest()[:12]
