"""``fabnum doctor``: what could keep a site from working, each with a sentence and an action.

A check looks and changes nothing. :func:`examine` runs them one after the other; printing is the
command line's affair.
"""

import datetime as dt
import enum
import logging
import os
import platform
import secrets
import shutil
import sqlite3
import stat
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from gateway.broker import ports
from gateway.broker.authority import FIRST_CREDIBLE_YEAR, Authority
from gateway.broker.credentials import gateway_login
from gateway.broker.probe import try_login
from gateway.broker.supervisor import nats_server
from gateway.registry import Registry
from gateway.roll_call import roll_call
from kit import settings as site_settings
from kit.errors import FabnumError
from kit.i18n import _, ngettext
from kit.settings import DataFolder, Settings

PATIENCE_SECONDS = 5.0
"""For a program or server that is asked."""
JOURNAL_SECONDS = 10.0
"""A large journal is read for this long, no longer."""
CERTIFICATE_WARNING_DAYS = 30
"""The gateway renews with 60 days left: with fewer than this it cannot have been running."""
LITTLE_SPACE, TOO_LITTLE_SPACE = 1 << 30, 200 << 20
OLDEST_PYTHON = (3, 11)

_log = logging.getLogger(__name__)


class Verdict(enum.Enum):
    """How a check came out."""

    OK = "ok"
    WARN = "warn"
    """It works, but something should be done."""
    FAIL = "fail"


class Finding(NamedTuple):
    """What a check found: its name, one sentence, and the next thing to do (empty when ok)."""

    name: str
    verdict: Verdict
    sentence: str
    action: str = ""


class Found(NamedTuple):
    """A finding without its name, as a check returns it."""

    verdict: Verdict
    sentence: str
    action: str = ""


def examine(folder: DataFolder) -> Iterator[Finding]:
    """Run every check and yield what it found; those of a site only if its settings can be read."""
    yield _finding(_("Python"), _check_python)
    yield _finding(_("MicroPython"), _check_micropython)
    try:
        settings = site_settings.load(folder)
    except FabnumError as error:
        yield Finding(_("Settings"), Verdict.FAIL, error.cause, error.action)
        return
    yield Finding(_("Settings"), Verdict.OK, _("{file} is in order.", file=folder.settings))
    for name, check in _site_checks():
        yield _finding(name, lambda check=check: check(settings, folder))  # type: ignore[misc]


def _site_checks() -> list[tuple[str, Callable[[Settings, DataFolder], Found]]]:
    return [
        (_("Clock"), _check_clock),
        (_("Disk"), _check_disk),
        (_("Secrets"), _check_secrets),
        (_("Certificate"), _check_certificate),
        (_("Broker's port"), _check_broker_port),
        (_("Broker"), _check_broker),
        (_("Pages' port"), _check_web_port),
        (_("Journal"), _check_journal),
        (_("Objects"), _check_objects),
        (_("InfluxDB"), _check_influx),
    ]


def _finding(name: str, check: Callable[[], Found]) -> Finding:
    try:
        return Finding(name, *check())
    except FabnumError as error:
        return Finding(name, Verdict.FAIL, error.cause, error.action)
    except Exception as error:  # noqa: BLE001 - one broken check must not hide the others' findings
        _log.exception("the check “%s” broke", name)
        return Finding(
            name,
            Verdict.FAIL,
            _("This check broke: {reason}.", reason=repr(error)),
            _("Please report it."),
        )


def _check_python() -> Found:
    version = platform.python_version()
    machine = f"{platform.system()} {platform.machine()}"
    if sys.version_info < OLDEST_PYTHON:
        return Found(
            Verdict.FAIL,
            _("Python {version} is too old.", version=version),
            _("Install Python 3.11 or newer."),
        )
    return Found(Verdict.OK, _("Python {version} on {machine}.", version=version, machine=machine))


def _check_micropython() -> Found:
    program = shutil.which("micropython", path=Path(sys.executable).parent)
    program = program or shutil.which("micropython")
    if program is None:
        return Found(
            Verdict.WARN,
            _("There is no MicroPython here: the twins of the boards cannot run."),
            _("Install it with: sudo apt install micropython"),
        )
    said = _output([program, "-c", "import sys; print(sys.version)"])
    if said is None:
        return Found(
            Verdict.FAIL,
            _("{program} does not run.", program=program),
            _("Install it again."),
        )
    return Found(Verdict.OK, said)


def _check_clock(_settings: Settings, folder: DataFolder) -> Found:
    now = dt.datetime.now(dt.UTC)
    set_it = _("Connect this machine to the internet, or set the date and time by hand.")
    newest = max((path.stat().st_mtime for path in _files(folder)), default=0.0)
    if now.year < FIRST_CREDIBLE_YEAR or newest - now.timestamp() > 86400:
        sentence = _("The clock is wrong: it says {date}.", date=f"{now:%Y-%m-%d %H:%M} UTC")
        return Found(Verdict.FAIL, sentence, set_it)
    synchronised = _output(["timedatectl", "show", "--property=NTPSynchronized", "--value"])
    if synchronised == "no":
        sentence = _("The clock is not compared with any time server.")
        return Found(Verdict.WARN, sentence, set_it)
    if synchronised == "yes":
        return Found(Verdict.OK, _("The clock is compared with a time server."))
    return Found(Verdict.OK, _("The clock says {date}.", date=f"{now:%Y-%m-%d %H:%M} UTC"))


def _check_disk(_settings: Settings, folder: DataFolder) -> Found:
    free = shutil.disk_usage(folder.root).free
    sentence = _("{free} GB are free where the data lie.", free=f"{free / 1e9:.1f}")
    if free < TOO_LITTLE_SPACE:
        return Found(Verdict.FAIL, sentence, _("Make room: soon nothing can be stored any more."))
    if free < LITTLE_SPACE:
        return Found(Verdict.WARN, sentence, _("Make room, or lower “size_cap_mib” in [journal]."))
    return Found(Verdict.OK, sentence)


def _check_secrets(_settings: Settings, folder: DataFolder) -> Found:
    gateway_login(folder)
    if os.name != "posix":
        return Found(Verdict.OK, _("The secrets are there."))
    secret = [*folder.secrets.iterdir(), *folder.authority.glob("*.key")]
    for path in secret:
        if stat.S_IMODE(path.stat().st_mode) & 0o077:
            return Found(
                Verdict.FAIL,
                _("Others on this machine can read {file}.", file=path),
                _("Close it with: chmod 600 {file}", file=path),
            )
    return Found(Verdict.OK, _("Only this user can read the secrets."))


def _check_certificate(_settings: Settings, folder: DataFolder) -> Found:
    authority = Authority(folder)
    now = dt.datetime.now(dt.UTC)
    days = (authority.expiry() - now).days
    if days < 0:
        return Found(
            Verdict.FAIL,
            _("The broker's certificate has ended: no board can connect."),
            _("Start the gateway again: it makes a new one."),
        )
    sentence = ngettext(
        "The broker's certificate is valid for one more day.",
        "The broker's certificate is valid for {n} more days.",
        days,
    )
    if days < CERTIFICATE_WARNING_DAYS:
        return Found(Verdict.WARN, sentence, _("Start the gateway: it makes a new one."))
    return Found(Verdict.OK, sentence)


def _check_broker_port(settings: Settings, folder: DataFolder) -> Found:
    broker = settings.broker
    free = ports.is_free(broker.listen, broker.port)
    if broker.kind == "mosquitto":
        if free:
            return Found(
                Verdict.FAIL,
                _("Nothing listens on port {port}.", port=broker.port),
                _("Start Mosquitto with the file {file}.", file=folder.broker / "mosquitto"),
            )
        return Found(Verdict.OK, _("A broker listens on port {port}.", port=broker.port))
    nats_server()
    if free:
        return Found(
            Verdict.OK,
            _("Port {port} is free; the gateway is not running.", port=broker.port),
        )
    owner = ports.owner_name(broker.port)
    if not owner or owner.startswith("nats-server"):
        return Found(Verdict.OK, _("The broker listens on port {port}.", port=broker.port))
    return _taken(broker.port, owner, "[broker]")


def _check_broker(settings: Settings, folder: DataFolder) -> Found:
    broker, login = settings.broker, gateway_login(folder)
    if broker.kind == "nats" and ports.is_free(broker.listen, broker.port):
        return Found(
            Verdict.WARN,
            _("The broker is not running."),
            _("Start the gateway with “fabnum up”."),
        )
    certificate = Authority(folder).authority_certificate
    # An id of its own: with the gateway's it would end the gateway's session.
    login = login._replace(client_id=f"doctor-{secrets.token_hex(8)}")
    try_login(broker.host, broker.port, certificate, login)
    return Found(Verdict.OK, _("The broker takes the gateway's password, over TLS."))


def _check_web_port(settings: Settings, _folder: DataFolder) -> Found:
    web = settings.web
    if ports.is_free(web.host, web.port):
        return Found(
            Verdict.OK, _("Port {port} is free; the gateway is not running.", port=web.port)
        )
    host = "127.0.0.1" if web.host in ("0.0.0.0", "::", "") else web.host  # noqa: S104
    status, _headers = _get(f"http://{host}:{web.port}/healthz")
    if status in (200, 503):
        return Found(Verdict.OK, _("The gateway serves its pages on port {port}.", port=web.port))
    return _taken(web.port, ports.owner_name(web.port), "[web]")


def _taken(port: int, owner: str, section: str) -> Found:
    return Found(
        Verdict.FAIL,
        _("Port {port} is already used by {who}.", port=port, who=owner or _("another program")),
        _("Stop it, or take another port under {section} in fabnum.toml.", section=section),
    )


def _check_journal(_settings: Settings, folder: DataFolder) -> Found:
    if not folder.journal.exists():
        return Found(Verdict.OK, _("There is no journal yet: the gateway makes it."))
    megabytes = f"{folder.journal.stat().st_size / 1e6:.0f}"
    try:
        damage = _journal_damage(folder.journal)
    except sqlite3.OperationalError as error:
        if error.sqlite_errorname != "SQLITE_INTERRUPT":
            damage = str(error)
        else:
            return Found(
                Verdict.OK,
                _("The journal ({size} MB) shows no damage as far as read.", size=megabytes),
            )
    except sqlite3.DatabaseError as error:
        damage = str(error)
    if damage:
        return Found(
            Verdict.FAIL,
            _("The journal is damaged: {reason}.", reason=damage),
            _("Restart the gateway: it sets the journal aside and begins a new one."),
        )
    return Found(Verdict.OK, _("The journal ({size} MB) is in order.", size=megabytes))


def _journal_damage(path: Path) -> str:
    """Return SQLite's first complaint about the file, or an empty string."""
    database = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
    try:
        end = time.monotonic() + JOURNAL_SECONDS
        database.set_progress_handler(lambda: time.monotonic() > end, 10_000)
        (said,) = database.execute("PRAGMA quick_check(1)").fetchone()
    finally:
        database.close()
    return "" if said == "ok" else str(said)


def _check_objects(settings: Settings, folder: DataFolder) -> Found:
    if not folder.registry.exists():
        return Found(Verdict.OK, _("There is no object yet."))
    registry = Registry(folder.registry)
    try:
        cards = roll_call(settings, folder, registry)
    finally:
        registry.close()
    quiet = [key for key, card in cards.items() if card.condition in ("silent", "lost")]
    asleep = sum(bool(card.asleep) for card in cards.values())
    if quiet:
        return Found(
            Verdict.WARN,
            ngettext(
                "One object gives no news: {first}.",
                "{n} objects give no news, {first} among them.",
                len(quiet),
                first=quiet[0],
            ),
            _("“fabnum devices” shows how each of them is."),
        )
    return Found(
        Verdict.OK,
        ngettext(
            "No object is silent; one of them sleeps.",
            "No object is silent; {n} of them sleep.",
            asleep,
        )
        if asleep
        else _("No object is silent."),
    )


def _check_influx(settings: Settings, _folder: DataFolder) -> Found:
    if settings.influx is None:
        return Found(Verdict.OK, _("No InfluxDB is set up: the journal keeps the readings."))
    url = settings.influx.url.rstrip("/")
    status, headers = _get(f"{url}/ping")
    if status is None:
        return Found(
            Verdict.FAIL,
            _("InfluxDB does not answer at {url}; the readings wait in the journal.", url=url),
            _("Start it, or correct “url” under [influx] in fabnum.toml."),
        )
    if status in (200, 204, 401):  # InfluxDB 3 asks for a token even here
        version = headers.get("X-Influxdb-Version", "")
        return Found(
            Verdict.OK, _("InfluxDB {version} answers at {url}.", version=version, url=url)
        )
    return Found(
        Verdict.FAIL,
        _("What answers at {url} is not an InfluxDB (code {status}).", url=url, status=status),
        _("Correct “url” under [influx] in fabnum.toml."),
    )


def _get(url: str) -> tuple[int | None, dict[str, str]]:
    """Ask a URL; return the status, or ``None`` if nothing answered in HTTP."""
    if not url.startswith(("http://", "https://")):
        return None, {}
    try:
        with urllib.request.urlopen(url, timeout=PATIENCE_SECONDS) as answer:  # noqa: S310 - see above
            return answer.status, dict(answer.headers)
    except urllib.error.HTTPError as error:
        return error.code, dict(error.headers)
    except (OSError, ValueError):
        return None, {}


def _output(command: list[str]) -> str | None:
    """Return what a program says on one line; ``None`` if it is missing or fails."""
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip()


def _files(folder: DataFolder) -> Iterator[Path]:
    return (path for path in folder.root.iterdir() if path.is_file())
