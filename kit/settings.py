"""The settings of one site: ``fabnum.toml`` in its data folder, and where the rest lies beside it.

Only what people may change stands in the file. Secrets are files of their own in ``secrets/``
(mode 0600), never settings. Any value can be overridden by the environment, for example
``FABNUM_WEB__PORT=8081``.
"""

import os
import tomllib
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from kit.errors import FabnumError
from kit.i18n import _
from kit.names import is_slug

SETTINGS_FILE = "fabnum.toml"
_CLOCK = r"^([01][0-9]|2[0-3]):[0-5][0-9]$"


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Town(_Section):
    """A town whose objects this site watches over. ``id`` is the slug in topics."""

    id: str
    name: str
    open_data: bool = False
    """Whether anybody may fetch its readings from ``/api/v1``."""
    licence: Literal["etalab-2.0", "odbl-1.0"] = "etalab-2.0"
    """Under which others may use them: Licence Ouverte 2.0, or ODbL 1.0."""

    @field_validator("id")
    @classmethod
    def _slug(cls, value: str) -> str:
        if not is_slug(value):
            raise ValueError("a town's id is 1 to 32 of a-z, 0-9 and -")
        return value


class Site(_Section):
    """Who runs this gateway, and in which languages its pages are. The first is the default."""

    name: str
    languages: list[Literal["fr", "en"]] = Field(default=["fr", "en"], min_length=1)
    time_zone: str = "Europe/Paris"

    @field_validator("time_zone")
    @classmethod
    def _known_time_zone(cls, value: str) -> str:
        # Unknown, it would break every page with a time in it, and no alert would be told.
        try:
            ZoneInfo(value)
        except (KeyError, ValueError, OSError):
            raise ValueError(_("no time zone is called so; one is Europe/Paris")) from None
        return value


class Broker(_Section):
    """The broker. ``nats`` is run by the gateway; ``mosquitto`` is run by the machine.

    ``host`` and ``port`` are where the gateway connects; ``names`` are the host names and IP
    addresses under which boards reach it, which the server certificate holds.
    """

    kind: Literal["nats", "mosquitto"] = "nats"
    host: str = "127.0.0.1"
    port: int = Field(default=8883, ge=1, le=65535)
    listen: str = "0.0.0.0"  # noqa: S104 - boards connect from the local network, over TLS
    names: list[str] = ["localhost", "127.0.0.1"]
    reload_command: list[str] = []
    """For Mosquitto: what makes it read its files again, e.g. systemctl reload mosquitto."""


class Web(_Section):
    """Where the pages are served.

    ``address`` is how everybody else reaches them, such as ``http://fabnum.local:8080``: it stands
    in the QR codes of labels. Where it is empty it is made of the broker's names and the port.
    """

    host: str = "0.0.0.0"  # noqa: S104 - residents' phones read the pages
    port: int = Field(default=8080, ge=1, le=65535)
    address: str = ""

    @field_validator("address")
    @classmethod
    def _web_address(cls, value: str) -> str:
        parts = urlsplit(value)
        if value and not (parts.scheme in ("http", "https") and parts.hostname):
            raise ValueError("it begins with http:// or https:// and names a machine")
        if parts.query or parts.fragment:
            raise ValueError("it holds no ? and no #")
        return value.rstrip("/")


class JournalLimits(_Section):
    """How long readings are kept, and how large the journal may grow (MiB)."""

    retention_days: int = Field(default=400, ge=1)
    size_cap_mib: int = Field(default=4096, ge=16)


class Influx(_Section):
    """Where readings go besides the journal. The token lies in ``secrets/influx-token``.

    ``api``: ``1`` writes to ``/write`` (InfluxDB 1.6 as Debian packages it), ``2`` to
    ``/api/v2/write`` (1.8, 2.x, 3.x and what speaks like them), ``auto`` asks the server.
    """

    url: str
    api: Literal["auto", "1", "2"] = "auto"
    organisation: str = "fabnum"
    database_prefix: str = "fabnum_"


class Grafana(_Section):
    """Where boards are pushed to. The administrator's ``user:password`` is a secret of its own.

    ``influx_url``: how Grafana reaches InfluxDB, where that is not the address of ``[influx]``.
    """

    url: str
    influx_url: str = ""


class AlertRule(_Section):
    """What this site changes of a rule of ``dashboards/alerts/rules.toml`` (docs/alerts.md).

    ``limit`` replaces the rule's own ``at_least`` or ``below``.
    """

    off: bool = False
    limit: float | None = None
    resolved_at: float | None = None
    for_s: float | None = Field(default=None, ge=0)
    settle_s: float | None = Field(default=None, ge=0)
    counted_s: float | None = Field(default=None, ge=0)


class Alerts(_Section):
    """When alerts are told. To whom stands in ``secrets/alerts``: one Apprise address a line.

    Between ``quiet_from`` and ``quiet_until`` (the site's clock) only what cannot wait is told; the
    rest is told when the quiet hours end. ``remind_hours``: what goes on is told again. The rules
    are evaluated every ``every_s`` seconds; what fires within ``gather_s`` is one message.
    """

    quiet_from: Annotated[str, Field(pattern=_CLOCK)] = "21:00"
    quiet_until: Annotated[str, Field(pattern=_CLOCK)] = "07:00"
    remind_hours: int = Field(default=24, ge=1)
    every_s: float = Field(default=30, gt=0)
    gather_s: float = Field(default=60, ge=0)
    rules: dict[str, AlertRule] = {}


class Settings(BaseSettings):
    """All settings of a site. Read them with :func:`load`."""

    model_config = SettingsConfigDict(
        env_prefix="FABNUM_", env_nested_delimiter="__", extra="forbid", frozen=True
    )

    site: Site
    towns: list[Town] = Field(min_length=1)
    broker: Broker = Broker()
    web: Web = Web()
    journal: JournalLimits = JournalLimits()
    influx: Influx | None = None
    grafana: Grafana | None = None
    alerts: Alerts = Alerts()

    @field_validator("towns")
    @classmethod
    def _each_once(cls, value: list[Town]) -> list[Town]:
        # Two of one id would show the readings of the one under the name of the other.
        ids = [town.id for town in value]
        twice = sorted({one for one in ids if ids.count(one) > 1})
        if twice:
            raise ValueError(_("two towns have the id {ids}", ids=", ".join(twice)))
        return value

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Let the environment win over the file."""
        return env_settings, init_settings

    @property
    def reachable_names(self) -> list[str]:
        """The broker's names by which another machine can reach this one; never empty."""
        names = [*self.broker.names, self.broker.host]
        outside = [name for name in names if name not in ("localhost", "127.0.0.1", "::1")]
        return outside or names[:1]

    @property
    def reachable_name(self) -> str:
        """The one of these names that boards and telephones are told.

        They find ``fabnum.local`` and addresses, but seldom a bare ``fabnum``.
        """
        names = self.reachable_names
        return next((name for name in names if "." in name or ":" in name), names[0])

    @property
    def pages_address(self) -> str:
        """The address of the pages as a telephone in the same network reaches them, no ``/``."""
        if self.web.address:
            return self.web.address
        name = self.reachable_name
        host = f"[{name}]" if ":" in name else name
        return f"http://{host}" if self.web.port == 80 else f"http://{host}:{self.web.port}"

    def require_town(self, town_id: str) -> None:
        """Raise FabnumError, with the towns there are, if the site does not serve a town."""
        if self.town(town_id) is None:
            known = ", ".join(town.id for town in self.towns)
            raise FabnumError(
                _("This site has no town “{town}”.", town=town_id),
                _("Take one of these: {towns}", towns=known),
            )

    def town(self, town_id: str) -> Town | None:
        """Return the town of that id, or ``None``."""
        return next((town for town in self.towns if town.id == town_id), None)


class DataFolder:
    """Where everything of one site lies. The only place that knows the file names."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.settings = root / SETTINGS_FILE
        self.registry = root / "registry.sqlite"
        self.logbook = root / "logbook.sqlite"
        self.journal = root / "journal.sqlite"
        self.workshops = root / "workshops.sqlite"
        self.alerts = root / "alerts.json"
        self.modules = root / "modules"
        self.booklets = root / "booklets"
        self.badges = root / "badges.sqlite"
        self.orders = root / "orders"
        self.stock = root / "stock.csv"
        self.machines = root / "machines.csv"
        self.indicators = root / "indicators.csv"
        self.authority = root / "ca"
        self.secrets = root / "secrets"
        self.broker = root / "broker"

    def secret(self, name: str) -> str:
        """Read one secret. Raises FabnumError if it is not there or cannot be read."""
        path = self.secrets / name
        try:
            return path.read_text(encoding="utf-8").strip()
        except FileNotFoundError:
            raise FabnumError(
                _("The secret “{name}” is missing from {folder}.", name=name, folder=self.secrets),
                _("Run “fabnum init” again: it makes what is missing and keeps the rest."),
            ) from None
        except (OSError, UnicodeDecodeError):
            raise FabnumError(
                _(
                    "The secret “{name}” in {folder} cannot be read.",
                    name=name,
                    folder=self.secrets,
                ),
                _("Give it back to the user who runs fabnum; it must hold plain text."),
            ) from None

    def keep_secret(self, name: str, value: str) -> None:
        """Write one secret so that only this user can read it."""
        self.secrets.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = self.secrets / name
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(value)


def default_folder() -> Path:
    """Return the data folder: ``FABNUM_DATA``, else ``fabnum-data`` in the home folder."""
    return Path(os.environ.get("FABNUM_DATA", "~/fabnum-data")).expanduser()


def load(folder: DataFolder) -> Settings:
    """Read the settings of a site. Raises FabnumError with the line's name and the reason."""
    if not folder.settings.is_file():
        raise FabnumError(
            _("There is no {file} in {folder}.", file=SETTINGS_FILE, folder=folder.root),
            _("Run “fabnum init” first, or name the folder with --data."),
        )
    try:
        sections = tomllib.loads(folder.settings.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise _mistake(folder, "", str(error)) from None
    for name in sections.keys() - Settings.model_fields.keys():
        raise _mistake(folder, name, _("the kit has no such section"))
    try:
        return Settings(**sections)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(step) for step in first["loc"])
        raise _mistake(folder, place, first["msg"].removeprefix("Value error, ")) from None


def _mistake(folder: DataFolder, place: str, reason: str) -> FabnumError:
    where = f"{folder.settings}: {place}" if place else str(folder.settings)
    return FabnumError(
        _("{place} cannot be used: {reason}.", place=where, reason=reason),
        _("Correct that line, then try again."),
    )
