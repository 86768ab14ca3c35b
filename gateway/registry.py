"""The registry: which objects exist, what they are, where they stand, and their password hashes.

One small SQLite file that the service, the command line and the bench share; :meth:`version` tells
each of them when another has changed it. Passwords themselves are never here.
"""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from kit.catalogue import Build, load_build
from kit.errors import FabnumError
from kit.i18n import _
from kit.names import DeviceKey, is_slug

_SCHEMA = """
CREATE TABLE IF NOT EXISTS devices (
    town TEXT NOT NULL,
    device TEXT NOT NULL,
    build TEXT NOT NULL,
    place TEXT NOT NULL,
    place_name TEXT NOT NULL,
    name TEXT NOT NULL,
    follow TEXT NOT NULL DEFAULT '',
    created REAL NOT NULL,
    revoked REAL,
    bcrypt_hash TEXT NOT NULL,
    pbkdf2_hash TEXT NOT NULL,
    PRIMARY KEY (town, device)
) WITHOUT ROWID;
"""


class Device(msgspec.Struct, frozen=True, kw_only=True):
    """One object. ``follow``: ``device/channel`` of the same town that a lamp shows, or empty.

    ``place`` is the slug that tags its readings, ``place_name`` what people read; neither names a
    person. ``created`` and ``revoked`` are Unix seconds; a revoked object keeps its history.
    """

    town: str
    device: str
    build: str
    place: str
    place_name: str
    name: str
    follow: str = ""
    created: float = 0.0
    revoked: float | None = None
    bcrypt_hash: str = ""
    pbkdf2_hash: str = ""

    @property
    def key(self) -> DeviceKey:
        """Its name on the wire."""
        return DeviceKey(self.town, self.device)

    def catalogue(self) -> Build:
        """Return what it is. Raises FabnumError if its build is no longer in the catalogue."""
        return load_build(self.build)


_COLUMNS = Device.__struct_fields__


class Registry:
    """The devices of a site, kept in one file. Safe to open from several processes at once."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._database = sqlite3.connect(path, timeout=10, check_same_thread=False)
        self._database.execute("PRAGMA journal_mode = WAL")
        self._database.executescript(_SCHEMA)
        self._own_changes = 0

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()

    def version(self) -> int:
        """Return a number that changes whenever any process has changed the registry."""
        (foreign,) = self._database.execute("PRAGMA data_version").fetchone()
        return int(foreign) + self._own_changes

    def all(self, *, revoked: bool = False) -> list[Device]:
        """Return the devices by town and id; the revoked ones only if asked for."""
        condition = "" if revoked else "WHERE revoked IS NULL"
        rows = self._database.execute(
            f"SELECT {', '.join(_COLUMNS)} FROM devices {condition} ORDER BY town, device"  # noqa: S608
        )
        return [_device(row) for row in rows]

    def find(self, key: DeviceKey) -> Device | None:
        """Return one device, revoked or not, or ``None``."""
        row = self._database.execute(
            f"SELECT {', '.join(_COLUMNS)} FROM devices WHERE town = ? AND device = ?",  # noqa: S608
            key,
        ).fetchone()
        return None if row is None else _device(row)

    def add(self, device: Device) -> None:
        """Add a device. Raises FabnumError if its name is no slug or already taken."""
        for name in (device.town, device.device, device.place):
            if not is_slug(name):
                raise FabnumError(
                    _("“{name}” cannot name a town, a place or an object.", name=name),
                    _("Use 1 to 32 of: a-z, 0-9 and the hyphen."),
                )
        device.catalogue()
        row = msgspec.structs.replace(device, created=device.created or time.time())
        with self._change() as database:
            try:
                database.execute(
                    f"INSERT INTO devices ({', '.join(_COLUMNS)})"  # noqa: S608
                    f" VALUES ({', '.join('?' * len(_COLUMNS))})",
                    msgspec.structs.astuple(row),
                )
            except sqlite3.IntegrityError:
                raise FabnumError(
                    _("There is already an object {device}.", device=device.key),
                    _("Take another name for the new one."),
                ) from None

    def set_credentials(self, key: DeviceKey, *, bcrypt_hash: str, pbkdf2_hash: str) -> None:
        """Replace the password hashes of a device: the old password ends with the next reload."""
        with self._change() as database:
            database.execute(
                "UPDATE devices SET bcrypt_hash = ?, pbkdf2_hash = ? WHERE town = ? AND device = ?",
                (bcrypt_hash, pbkdf2_hash, *key),
            )

    def set_follow(self, key: DeviceKey, follow: str) -> None:
        """Say which ``device/channel`` of its town a lamp shows; empty for none."""
        with self._change() as database:
            database.execute(
                "UPDATE devices SET follow = ? WHERE town = ? AND device = ?", (follow, *key)
            )

    def revoke(self, key: DeviceKey) -> None:
        """End a device's access; its readings stay. Raises FabnumError if there is no such one."""
        with self._change() as database:
            changed = database.execute(
                "UPDATE devices SET revoked = ? WHERE town = ? AND device = ? AND revoked IS NULL",
                (time.time(), *key),
            ).rowcount
        if not changed:
            raise unknown_device(key)

    @contextmanager
    def _change(self) -> Iterator[sqlite3.Connection]:
        with self._database:
            yield self._database
        self._own_changes += 1


def unknown_device(key: DeviceKey) -> FabnumError:
    """Return the error for a name that no object has."""
    return FabnumError(
        _("There is no object {device}.", device=key),
        _("See the list with “fabnum devices”."),
    )


def _device(row: tuple[object, ...]) -> Device:
    return msgspec.convert(dict(zip(_COLUMNS, row, strict=True)), Device)
