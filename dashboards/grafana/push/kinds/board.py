"""Boards: Grafana's dashboards.

https://grafana.com/docs/grafana/latest/developers/http_api/dashboard/
A board is sent with the version that was read (``overwrite`` false): who saved it in the meantime
makes Grafana answer 412, and it is read again.
"""

from collections.abc import Mapping

from typing_extensions import override

from dashboards.grafana.push.http import Json, address
from dashboards.grafana.push.kinds.kind import MINE, Kind, Organisation
from kit.i18n import _

_GRAFANAS = ("id", "version", "schemaVersion")
"""Fields that Grafana counts itself. ``schemaVersion`` rises when a newer Grafana saves a board."""
_MOST = 5000


class Boards(Kind):
    """Boards by uid; a body holds the ``dashboard`` and the uid of its folder, ``folderUid``."""

    @override
    def read(self, place: Organisation, wanted: Mapping[str, Json]) -> dict[str, Json]:
        """Read the wanted, and the titles of the kit's that are not wanted.

        A board counts as the kit's by its uid *and* tag: a town that saves a copy of one copies the
        tag as well, and its copy gets another uid.
        """
        found = {
            uid: {"dashboard": body["dashboard"], "folderUid": body["meta"].get("folderUid", "")}
            for uid in wanted
            if (body := place.find(address("dashboards", "uid", uid))) is not None
        }
        search = address("search", type="dash-db", tag=MINE, limit=_MOST)
        for hit in place.all(search):
            uid = str(hit.get("uid", ""))
            if uid.startswith(f"{MINE}-") and uid not in wanted:
                found[uid] = {"dashboard": {"title": hit.get("title", uid)}}
        return found

    @override
    def forms(self, wanted: Json, found: Json) -> tuple[Json, Json]:
        """Compare everything but what Grafana counts."""
        return _form(wanted), _form(found)

    @override
    def title(self, key: str, body: Json) -> str:
        """Say what it is."""
        return _("board “{name}” ({uid})", name=body["dashboard"].get("title", key), uid=key)

    @override
    def write(self, place: Organisation, key: str, wanted: Json, found: Json | None) -> None:
        """Save it over the version that was read."""
        dashboard = {**wanted["dashboard"], "uid": key, "id": None}
        dashboard.pop("version", None)
        if found is not None:
            dashboard["version"] = found["dashboard"].get("version", 0)
        body = {
            "dashboard": dashboard,
            "folderUid": wanted["folderUid"],
            "message": "fabnum boards push",
            "overwrite": False,
        }
        place.send("POST", address("dashboards", "db"), body)

    @override
    def remove(self, place: Organisation, key: str, found: Json) -> None:
        """Remove it, and with it its public address."""
        place.send("DELETE", address("dashboards", "uid", key))


def _form(body: Json) -> Json:
    dashboard = {name: value for name, value in body["dashboard"].items() if name not in _GRAFANAS}
    return {"folder": body.get("folderUid", ""), **dashboard, "uid": ""}
