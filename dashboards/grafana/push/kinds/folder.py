"""Folders: one for the boards in each language, one for the alerts.

https://grafana.com/docs/grafana/latest/developers/http_api/folder/
They are never removed: a town may have put boards of its own into them.
"""

from collections.abc import Mapping

from typing_extensions import override

from dashboards.grafana.push.http import Json, address
from dashboards.grafana.push.kinds.kind import Kind, Organisation, only
from kit.i18n import _


class Folders(Kind):
    """Folders by uid; a body holds the ``title``."""

    @override
    def read(self, place: Organisation, wanted: Mapping[str, Json]) -> dict[str, Json]:
        """Read those that are wanted."""
        return {
            uid: body for uid in wanted if (body := place.find(address("folders", uid))) is not None
        }

    @override
    def forms(self, wanted: Json, found: Json) -> tuple[Json, Json]:
        """Compare the titles."""
        return only(wanted, "title"), only(found, "title")

    @override
    def title(self, key: str, body: Json) -> str:
        """Say what it is."""
        return _("folder “{name}”", name=body.get("title", key))

    @override
    def write(self, place: Organisation, key: str, wanted: Json, found: Json | None) -> None:
        """Make it or name it anew, where it stands."""
        if found is None:
            place.send("POST", address("folders"), {**wanted, "uid": key})
        else:
            body = {**wanted, "version": found.get("version", 1)}
            place.send("PUT", address("folders", key), body)
