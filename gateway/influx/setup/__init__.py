"""What an InfluxDB server needs for a site: databases, retention, accounts that read one town each.

Repeatable: only what is missing is made, and nothing is deleted unless somebody asks for it.
"""

from gateway.influx.connect import checked, server_version
from gateway.influx.setup.isolation import require_isolation
from gateway.influx.setup.model import ADMIN, Changes, Wish, kept
from gateway.influx.setup.talk import Talk
from gateway.influx.setup.version1 import SetupVersion1
from gateway.influx.setup.version2 import SetupVersion2
from gateway.influx.setup.version3 import SetupVersion3
from kit.errors import FabnumError
from kit.i18n import _
from kit.settings import DataFolder, Settings

__all__ = ["Changes", "set_up"]


def set_up(
    settings: Settings, folder: DataFolder, *, keep_days: int | None = None, dry_run: bool = False
) -> Changes:
    """Make what is missing on the server of the settings; return what was.

    ``keep_days``: how long readings stay, also in databases that are there already (0: for good);
    else new databases keep them as long as the journal does. ``dry_run`` only looks. Raises
    FabnumError where the server refuses, or where a person has to decide.
    """
    if settings.influx is None:
        raise FabnumError(
            _("The settings name no InfluxDB."),
            _("Write its address into {file}: docs/influxdb.md shows how.", file=folder.settings),
        )
    url = checked(settings.influx.url)
    wish = Wish(
        tuple(town.id for town in settings.towns),
        settings.influx.database_prefix,
        settings.influx.organisation,
        settings.journal.retention_days if keep_days is None else keep_days,
        insist=keep_days is not None,
    )
    changes = Changes(dry_run)
    setup = _versions().get(_version(url, kept(folder, ADMIN)).partition(".")[0])
    if setup is None:
        raise FabnumError(
            _("The server at {url} is no InfluxDB that the kit can set up.", url=url),
            _("See in docs/influxdb.md which servers it knows."),
        )
    setup(url, folder, wish, changes).run()
    if not dry_run:
        require_isolation(url, folder, wish)
    return changes


def _version(url: str, admin: str) -> str:
    """Return the server's version. Only InfluxDB 3 does not tell it to a stranger."""
    if not admin:
        stranger = Talk(url)
        status = stranger.get("/ping").status
        stranger.close()
        if status == 401:
            return "3"
    return server_version(url, admin)


def _versions() -> dict[str, type[SetupVersion1 | SetupVersion2 | SetupVersion3]]:
    return {"1": SetupVersion1, "2": SetupVersion2, "3": SetupVersion3}
