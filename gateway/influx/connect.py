"""Which of the two write APIs the server at a URL speaks: as the settings say, or as it says."""

from urllib.parse import urlsplit

import msgspec
import urllib3

from gateway.influx import v1
from gateway.influx.server import Server, UnavailableError, silent
from gateway.influx.v1 import Version1
from kit.errors import FabnumError
from kit.i18n import _
from kit.settings import Influx


def connect(settings: Influx, token: str) -> Server:
    """Return the server of the settings. Raises UnavailableError if it is asked and is away."""
    url = checked(settings.url)
    api = settings.api
    if api == "auto":
        api = "2" if speaks_version_2(url, token) else "1"
    if api == "1":
        return Version1(url, token)
    from gateway.influx.v2 import Version2  # noqa: PLC0415 - 20 MB that InfluxDB 1 does not need

    return Version2(url, token, settings.organisation)


def checked(url: str) -> str:
    """Return ``url`` without a last slash. Raises FabnumError if it is no URL or holds a secret."""
    try:
        parts = urlsplit(url)
        usable = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
    except ValueError:
        raise _incomplete_address() from None
    if not usable:
        raise _incomplete_address()
    if parts.username or parts.password or parts.query:
        raise FabnumError(
            _("The address of InfluxDB holds a password, which would appear in logs."),
            _("Put user:password in secrets/influx-token, and only the address in the settings."),
        )
    return url.rstrip("/")


def _incomplete_address() -> FabnumError:
    # The address itself is not repeated: it may hold a password.
    return FabnumError(
        _("The address of InfluxDB in the settings is not complete."),
        _("Write it like http://127.0.0.1:8086."),
    )


def speaks_version_2(url: str, token: str) -> bool:
    """Ask the server for its version: 2.0 and later speak version 2.

    Whoever names none (VictoriaMetrics, for one) is written to as InfluxDB 1: all that imitate
    InfluxDB know ``/write``, and there the town's database is never lost on the way.
    """
    version = server_version(url, token)
    return not version.startswith(("0.", "1.")) and version != ""


def server_version(url: str, token: str) -> str:
    """Return the server's version such as ``2.7.1``, or ``""`` if it names none."""
    connections = v1.pool()
    try:
        for path in ("/ping", "/health"):
            answer = connections.request("GET", url + path, headers=v1.authorization(token))
            version = answer.headers.get("X-Influxdb-Version") or _version_in(answer.data)
            if version:
                return version.removeprefix("v")
            if answer.status in {401, 403}:
                raise UnavailableError(
                    _("InfluxDB at {url} does not accept the token.", url=url),
                    _("Put the right one in secrets/influx-token."),
                )
            if answer.status >= 500:
                raise silent(url)
    except urllib3.exceptions.HTTPError as error:
        raise silent(url) from error
    finally:
        connections.clear()
    return ""


def _version_in(body: bytes) -> str:
    """Return ``version`` of a JSON answer (``/health`` of 2.x, ``/ping`` of 3.x), else ``""``."""
    try:
        answer = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return ""
    version = answer.get("version") if isinstance(answer, dict) else None
    return version if isinstance(version, str) else ""
