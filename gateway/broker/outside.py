"""Keeps the files of a Mosquitto that the machine runs to the registry, and has it read them."""

import asyncio
import contextlib
import logging
import os
import shutil
import sqlite3
import time

from gateway.broker import mosquitto
from gateway.broker.authority import Authority
from gateway.broker.credentials import ensure_gateway
from gateway.broker.files import write_whole
from gateway.broker.rights import users
from gateway.broker.state import State
from gateway.registry import Registry
from kit.errors import FabnumError
from kit.i18n import _
from kit.settings import DataFolder, Settings

POLL_SECONDS = 1.0
CERTIFICATE_CHECK_SECONDS = 3600.0
RETRY_SECONDS = 30.0
"""How long to wait before a reload command that failed is tried again."""
RELOAD_WITHIN = 60.0

FOLDER_NAME = "mosquitto"
SNIPPET_NAME = "fabnum.conf"
GROUP = "mosquitto"
GROUP_READABLE = 0o640

_log = logging.getLogger(__name__)


class OutsideBroker:
    """Writes what Mosquitto reads into ``broker/mosquitto/`` and runs the reload command.

    The counterpart of :class:`gateway.broker.supervisor.Supervisor`, with the same methods; whether
    Mosquitto runs is the machine's affair.
    """

    def __init__(self, settings: Settings, folder: DataFolder, registry: Registry) -> None:
        self._settings = settings
        self._registry = registry
        self._data = folder
        self._authority = Authority(folder)
        self._folder = folder.broker / FOLDER_NAME
        self._certificate_checked = 0.0
        self._reload_due = False
        self._next_reload = 0.0
        self.state = State.STOPPED
        self.registry_version = -1
        """The version of the registry whose users Mosquitto was told to read."""
        self.problem = ""
        """Why Mosquitto may not know the present users; empty when all is well."""

    async def start(self) -> None:
        """Write the files and have Mosquitto read them if they are new. Raises FabnumError."""
        self.state = State.STARTING
        try:
            self._prepare_folder()
            version = self._registry.version()
            self._reload_due = self._write_files()
            await self._reload_if_due()
            self.registry_version = version
        except BaseException:
            self.state = State.STOPPED
            raise
        self.state = State.READY

    def admit_devices(self) -> None:
        """Do nothing: the machine's Mosquitto runs before the gateway does."""

    async def run(self) -> None:
        """Keep the files to the registry until cancelled."""
        while True:
            await asyncio.sleep(POLL_SECONDS)
            try:
                version = self._registry.version()
                if version != self.registry_version or self._certificate_due():
                    self._reload_due |= self._write_files()
                await self._reload_if_due()
                self.registry_version = version
            except (FabnumError, OSError, sqlite3.Error) as error:
                if self.problem != str(error):
                    _log.error("Mosquitto may keep its earlier users: %s", error)
                self.problem = str(error)

    async def stop(self) -> None:
        """Nothing to end: Mosquitto goes on for the boards."""
        self.state = State.STOPPED

    def _write_files(self) -> bool:
        """Write what is new; return whether anything was."""
        self._authority.ensure(self._settings.broker)
        self._certificate_checked = time.monotonic()
        # Mosquitto gets copies: the folder of the authority stays closed to it.
        files = mosquitto.Files(
            certificate=self._folder.resolve() / "server.pem",
            key=self._folder.resolve() / "server.key",
            passwords=self._folder.resolve() / "passwords",
            rights=self._folder.resolve() / "rights",
        )
        everybody = list(users(self._registry.all(), ensure_gateway(self._data)))
        contents = {
            files.key: self._authority.server_key.read_bytes(),
            files.certificate: self._authority.server_certificate.read_bytes(),
            files.passwords: mosquitto.passwords(everybody).encode(),
            files.rights: mosquitto.rights(everybody).encode(),
            self._folder / SNIPPET_NAME: mosquitto.configuration(
                self._settings.broker, files
            ).encode(),
        }
        new = [write_whole(path, text, GROUP_READABLE) for path, text in contents.items()]
        return any(new)

    def _certificate_due(self) -> bool:
        return time.monotonic() - self._certificate_checked > CERTIFICATE_CHECK_SECONDS

    async def _reload_if_due(self) -> None:
        if not self._reload_due:
            self.problem = ""
            return
        if time.monotonic() < self._next_reload:
            return
        command = self._settings.broker.reload_command
        if not command:
            self._reload_due = False
            _log.warning(
                "%s is new: have Mosquitto read it (reload_command is not set)", self._folder
            )
            return
        self._next_reload = time.monotonic() + RETRY_SECONDS
        await _run(command)
        self._reload_due, self._next_reload = False, 0.0
        self.problem = ""
        _log.info("Mosquitto was told to read its files again")

    def _prepare_folder(self) -> None:
        """Make the folder; as root, open it to Mosquitto, which reads its files as its own user."""
        if self._folder.is_dir():
            return
        self._folder.mkdir(mode=0o750, parents=True)
        self._folder.chmod(0o2750)  # setgid: new files get the folder's group
        if os.name == "posix" and os.geteuid() == 0:
            with contextlib.suppress(LookupError):
                shutil.chown(self._folder, group=GROUP)
                self._folder.chmod(0o2750)
                self._data.broker.chmod(0o711)


async def _run(command: list[str]) -> None:
    """Run the reload command. Raises FabnumError if it is missing, fails or does not end."""
    name = " ".join(command)
    try:
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
    except OSError as error:
        raise _failed(name, error.strerror or str(error)) from None
    try:
        output, _errors = await asyncio.wait_for(process.communicate(), RELOAD_WITHIN)
    except TimeoutError:
        process.kill()
        await process.wait()
        raise _failed(name, _("it does not end")) from None
    if process.returncode != 0:
        said = output.decode("utf-8", "replace").strip().splitlines() or [""]
        raise _failed(name, said[-1] or _("exit code {code}", code=process.returncode))


def _failed(command: str, reason: str) -> FabnumError:
    return FabnumError(
        _("The command “{command}” failed: {reason}.", command=command, reason=reason),
        _("Correct “reload_command” under [broker] in fabnum.toml, or its rights."),
    )
