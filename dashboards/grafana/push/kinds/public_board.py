"""Public boards: an address at which anybody sees one board, and can change nothing.

https://grafana.com/docs/grafana/latest/developers/http_api/dashboard_public/
Grafana invents the address (``accessToken``); it stays the same as long as the board is public.
One that is paused in Grafana stays paused: a push must not show everybody again what a town hid.
"""

from collections.abc import Mapping

from typing_extensions import override

from dashboards.grafana.push.http import Json, address
from dashboards.grafana.push.kinds.kind import Kind, Organisation, only
from dashboards.grafana.push.refusals import MissingError, SwitchedOffError
from kit.i18n import _

PUBLIC: Json = {
    "isEnabled": True,
    "timeSelectionEnabled": True,
    "annotationsEnabled": False,
    "share": "public",
}


class PublicBoards(Kind):
    """What is public, by the uid of the board; a body is PUBLIC."""

    @override
    def read(self, place: Organisation, wanted: Mapping[str, Json]) -> dict[str, Json]:
        """Read what is public of the wanted."""
        return {uid: body for uid in wanted if (body := place.find(_path(uid))) is not None}

    @override
    def forms(self, wanted: Json, found: Json) -> tuple[Json, Json]:
        """Compare what may be seen and done, once it is not paused."""
        compared = [field for field in wanted if field != "isEnabled"]
        return only(wanted, *compared), only(found, *compared)

    @override
    def title(self, key: str, body: Json) -> str:
        """Say what it is."""
        return _("public address of {name}", name=key)

    @override
    def write(self, place: Organisation, key: str, wanted: Json, found: Json | None) -> None:
        """Open it, or bring it back to what is wanted, paused if it was."""
        if found is None:
            self._open(place, key, wanted)
        else:
            body = {**wanted, "isEnabled": bool(found.get("isEnabled"))}
            place.send("PATCH", _path(key, str(found["uid"])), body)

    def _open(self, place: Organisation, key: str, wanted: Json) -> None:
        """Open it. Raises SwitchedOffError if nothing may be public in this Grafana."""
        try:
            place.send("POST", _path(key), wanted)
        except MissingError:
            raise SwitchedOffError(
                _("Public boards are switched off in this Grafana."),
                _("To have them, write “enabled = true” below [public_dashboards] in grafana.ini."),
            ) from None


def public_address(url: str, found: Json) -> str:
    """Return where everybody finds it."""
    return f"{url}/public-dashboards/{found.get('accessToken', '')}"


def _path(board: str, *steps: str) -> str:
    return address("dashboards", "uid", board, "public-dashboards", *steps)
