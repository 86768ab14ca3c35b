"""Teams, and which folders they see.

https://grafana.com/docs/grafana/latest/developers/http_api/team/ and …/folder_permissions/.
Who is in a team is said in Grafana: the kit knows no persons.
"""

from collections.abc import Mapping

from typing_extensions import override

from dashboards.grafana.push.http import Json, address
from dashboards.grafana.push.kinds.kind import Kind, Organisation, only
from kit.i18n import _

VIEW = 1


class Teams(Kind):
    """Teams by name; a body holds the ``name``."""

    @override
    def read(self, place: Organisation, wanted: Mapping[str, Json]) -> dict[str, Json]:
        """Read those that are wanted."""
        return {name: team for name in wanted if (team := _team(place, name)) is not None}

    @override
    def forms(self, wanted: Json, found: Json) -> tuple[Json, Json]:
        """Compare the names: all else is the town's."""
        return only(wanted, "name"), only(found, "name")

    @override
    def title(self, key: str, body: Json) -> str:
        """Say what it is."""
        return _("team “{name}”", name=key)

    @override
    def write(self, place: Organisation, key: str, wanted: Json, found: Json | None) -> None:
        """Make it."""
        place.send("POST", address("teams"), wanted)


class Views(Kind):
    """Which teams see a folder, by the folder's uid; a body holds their names in ``teams``."""

    @override
    def read(self, place: Organisation, wanted: Mapping[str, Json]) -> dict[str, Json]:
        """Read who may do what in the folders that are there."""
        found = {uid: place.all(address("folders", uid, "permissions")) for uid in wanted}
        return {uid: {"items": items} for uid, items in found.items() if items}

    @override
    def forms(self, wanted: Json, found: Json) -> tuple[Json, Json]:
        """Compare whether each wanted team is among those who see the folder."""
        seeing = {item.get("team") for item in found["items"] if item.get("permission")}
        return wanted, {"teams": [name for name in wanted["teams"] if name in seeing]}

    @override
    def title(self, key: str, body: Json) -> str:
        """Say what it is."""
        return _("who sees the folder {name}", name=key)

    @override
    def write(self, place: Organisation, key: str, wanted: Json, found: Json | None) -> None:
        """Add the teams to those who may; who is left out of the list would lose their rights."""
        there = [item for item in (found or {"items": []})["items"] if not item.get("inherited")]
        kept = [_entry(item) for item in there if item.get("team") not in wanted["teams"]]
        teams = [_team(place, name) for name in wanted["teams"]]
        new = [{"teamId": team["id"], "permission": VIEW} for team in teams if team]
        place.send("POST", address("folders", key, "permissions"), {"items": kept + new})


def _team(place: Organisation, name: str) -> Json | None:
    found = place.find(address("teams", "search", name=name)) or {}
    teams = found.get("teams") or []
    return next((team for team in teams if team.get("name") == name), None)


def _entry(item: Json) -> Json:
    """Return an entry of the list that Grafana gives as the entry that it takes."""
    who = next(field for field in ("role", "teamId", "userId") if item.get(field))
    return only(item, who, "permission")
