"""The registry: which objects exist, what they are, where they stand, and their password hashes.

One small SQLite file that the service, the command line and the bench share; :meth:`version` tells
each of them when another has changed it. Passwords themselves are never here.

An object on a list whose board is still to come is *awaited*: it has a name but no access, and is
none of the devices until :meth:`Registry.admit` makes it one.
"""

import sqlite3
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from gateway.registry_schema import open_registry
from gateway.wording import Wording
from kit.catalogue import Build, load_build
from kit.errors import FabnumError
from kit.i18n import _
from kit.names import DeviceKey, is_slug

RESERVED = ("passport", "passeport", "events", "static", "none", "all")
"""What no object may be called: ``/o/<device>/passport`` is a page's address, and so on."""


class Device(msgspec.Struct, frozen=True, kw_only=True):
    """One object. ``follow``: ``device/channel`` of the same town that a lamp shows, or empty.

    ``place`` is the slug that tags its readings, ``place_name`` what people read; ``cohort`` and
    ``workshop`` are those of a group: nothing here names a person. ``created`` and ``revoked`` are
    Unix seconds; a revoked object keeps its history. ``origin``: ``town/device`` that this object
    was before it was handed over, or empty.
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
    cohort: str = ""
    workshop: str = ""
    origin: str = ""

    @property
    def key(self) -> DeviceKey:
        """Its name on the wire."""
        return DeviceKey(self.town, self.device)

    def catalogue(self) -> Build:
        """Return what it is. Raises FabnumError if its build is no longer in the catalogue."""
        return load_build(self.build)


class NameTakenError(FabnumError):
    """An object of that name exists already, or is awaited."""


_COLUMNS = Device.__struct_fields__
_AWAITED = ("town", "device", "build", "place", "place_name", "name", "cohort", "workshop")


class Registry:
    """The devices of a site, kept in one file. Safe to open from several processes at once."""

    def __init__(self, path: Path) -> None:
        self._database = open_registry(path)
        self._writing = threading.RLock()
        self._own_changes = 0

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()

    def version(self) -> int:
        """Return a number that changes whenever any process has changed the registry."""
        (foreign,) = self._database.execute("PRAGMA data_version").fetchone()
        return int(foreign) + self._own_changes

    # --- devices ---------------------------------------------------------------------------------

    def all(self, *, revoked: bool = False) -> list[Device]:
        """Return the devices by town and id; the revoked ones only if asked for."""
        condition = "" if revoked else "WHERE revoked IS NULL"
        rows = self._database.execute(
            f"SELECT {', '.join(_COLUMNS)} FROM devices {condition} ORDER BY town, device"  # noqa: S608
        )
        return [_device(row) for row in rows]

    def find(self, key: DeviceKey) -> Device | None:
        """Return one device, revoked or not, or ``None``."""
        return self._one("devices", _COLUMNS, "town = ? AND device = ?", *key)

    def origins(self) -> dict[DeviceKey, str]:
        """Return of every device, revoked or not, what it was before: ``town/device`` or empty."""
        rows = self._database.execute("SELECT town, device, origin FROM devices")
        return {DeviceKey(town, device): origin for town, device, origin in rows}

    def successor(self, key: DeviceKey) -> Device | None:
        """Return what an object became when it was handed over, or ``None``."""
        return self._one("devices", _COLUMNS, "origin = ?", str(key))

    def names(self, town: str) -> set[str]:
        """Return every id that a town has given, also to revoked and to awaited objects."""
        rows = self._database.execute(
            "SELECT device FROM devices WHERE town = ?1"
            " UNION SELECT device FROM awaited WHERE town = ?1",
            (town,),
        )
        return {device for (device,) in rows}

    def add(self, device: Device) -> None:
        """Add a device. Raises FabnumError if its name cannot be one, NameTakenError if it is."""
        require_usable(device)
        with self._change():
            self._require_free(device.key)
            self._insert(device)

    def admit(self, device: Device) -> None:
        """Make a device of an awaited object: its board has come.

        Raises NameTakenError if it is awaited no longer: another board was quicker.
        """
        require_usable(device)
        with self._change() as database:
            gone = database.execute(
                "DELETE FROM awaited WHERE town = ? AND device = ?", device.key
            ).rowcount
            if not gone:
                raise _taken(device.key)
            self._insert(device)

    def hand_over(self, key: DeviceKey, heir: Device) -> None:
        """End the access of one object and add what it becomes, in one step.

        Raises FabnumError if there is no such object, NameTakenError if the new name is taken.
        """
        require_usable(heir)
        with self._change():
            self._require_free(heir.key)
            self._end_access(key)
            self._insert(msgspec.structs.replace(heir, origin=str(key)))

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

    def set_group(self, key: DeviceKey, *, cohort: str, workshop: str) -> None:
        """Say which cohort built a device, and in which workshop."""
        with self._change() as database:
            database.execute(
                "UPDATE devices SET cohort = ?, workshop = ? WHERE town = ? AND device = ?",
                (cohort, workshop, *key),
            )

    def wording(self, key: DeviceKey) -> Wording | None:
        """Return the question that an object asks, or ``None``."""
        return self._wordings("WHERE town = ? AND device = ?", *key).get(key)

    def wordings(self) -> dict[DeviceKey, Wording]:
        """Return the questions of all objects that ask one."""
        return self._wordings("")

    def set_wording(self, key: DeviceKey, wording: Wording | None) -> None:
        """Say which question an object asks from now on; ``None`` for none."""
        with self._change() as database:
            if wording is None:
                database.execute("DELETE FROM wordings WHERE town = ? AND device = ?", key)
            else:
                database.execute(
                    "INSERT OR REPLACE INTO wordings VALUES (?, ?, ?)",
                    (*key, msgspec.json.encode(wording).decode()),
                )

    def revoke(self, key: DeviceKey) -> None:
        """End a device's access; its readings stay. Raises FabnumError if there is no such one."""
        with self._change():
            self._end_access(key)

    # --- objects whose boards are still to come --------------------------------------------------

    def awaited(self) -> list[Device]:
        """Return the objects that wait for their boards, in the order of their lists."""
        rows = self._database.execute(
            f"SELECT {', '.join(_AWAITED)} FROM awaited ORDER BY position"  # noqa: S608
        )
        return [_device(row, _AWAITED) for row in rows]

    def find_awaited(self, key: DeviceKey) -> Device | None:
        """Return one awaited object, or ``None``."""
        return self._one("awaited", _AWAITED, "town = ? AND device = ?", *key)

    def expect(self, objects: Iterable[Device]) -> None:
        """Await boards for these objects: all of them, or none if one cannot be.

        Raises FabnumError if a name cannot be one, NameTakenError if it is taken.
        """
        with self._change() as database:
            for awaited in objects:
                require_usable(awaited)
                self._require_free(awaited.key)
                database.execute(
                    f"INSERT INTO awaited ({', '.join(_AWAITED)})"  # noqa: S608
                    f" VALUES ({', '.join('?' * len(_AWAITED))})",
                    [getattr(awaited, column) for column in _AWAITED],
                )

    def expect_no_more(self, key: DeviceKey) -> None:
        """Take an object off the list. Raises FabnumError if it is not awaited."""
        with self._change() as database:
            gone = database.execute(
                "DELETE FROM awaited WHERE town = ? AND device = ?", key
            ).rowcount
            if not gone:
                raise unknown_device(key)
            database.execute("DELETE FROM setup_codes WHERE town = ? AND device = ?", key)

    # --- the code of an object's own Wi-Fi -------------------------------------------------------

    def setup_code(self, key: DeviceKey) -> str:
        """Return the code of an object's own Wi-Fi in setup mode; empty if it has none."""
        row = self._database.execute(
            "SELECT code FROM setup_codes WHERE town = ? AND device = ?", key
        ).fetchone()
        return str(row[0]) if row else ""

    def keep_setup_code(self, key: DeviceKey, code: str) -> str:
        """Keep the first code that an object is given; return the one that is kept."""
        with self._change() as database:
            database.execute("INSERT OR IGNORE INTO setup_codes VALUES (?, ?, ?)", (*key, code))
        return self.setup_code(key)

    # --- rows ------------------------------------------------------------------------------------

    def _one(self, table: str, columns: tuple[str, ...], where: str, *values: str) -> Device | None:
        row = self._database.execute(
            f"SELECT {', '.join(columns)} FROM {table} WHERE {where} LIMIT 1",  # noqa: S608
            values,
        ).fetchone()
        return None if row is None else _device(row, columns)

    def _wordings(self, where: str, *values: str) -> dict[DeviceKey, Wording]:
        rows = self._database.execute(
            f"SELECT town, device, wording FROM wordings {where}",  # noqa: S608
            values,
        )
        return {
            DeviceKey(town, device): msgspec.json.decode(wording, type=Wording)
            for town, device, wording in rows
        }

    def _require_free(self, key: DeviceKey) -> None:
        if self.find(key) is not None or self.find_awaited(key) is not None:
            raise _taken(key)

    def _insert(self, device: Device) -> None:
        row = msgspec.structs.replace(device, created=device.created or time.time())
        self._database.execute(
            f"INSERT INTO devices ({', '.join(_COLUMNS)})"  # noqa: S608
            f" VALUES ({', '.join('?' * len(_COLUMNS))})",
            msgspec.structs.astuple(row),
        )

    def _end_access(self, key: DeviceKey) -> None:
        changed = self._database.execute(
            "UPDATE devices SET revoked = ? WHERE town = ? AND device = ? AND revoked IS NULL",
            (time.time(), *key),
        ).rowcount
        if not changed:
            raise unknown_device(key)

    @contextmanager
    def _change(self) -> Iterator[sqlite3.Connection]:
        """Change something, wholly or not at all; others who write wait."""
        with self._writing:
            self._database.execute("BEGIN IMMEDIATE")
            try:
                yield self._database
                self._database.execute("COMMIT")
            finally:
                if self._database.in_transaction:
                    self._database.execute("ROLLBACK")
            self._own_changes += 1


def require_usable(device: Device) -> None:
    """Raise FabnumError unless the names of an object can be used and its build is known."""
    for name in (device.town, device.device, device.place):
        if not is_slug(name):
            raise FabnumError(
                _("“{name}” cannot name a town, a place or an object.", name=name),
                _("Use 1 to 32 of: a-z, 0-9 and the hyphen."),
            )
    if device.device in RESERVED:
        raise FabnumError(
            _(
                "No object can be called “{name}”: that word is a page’s address.",
                name=device.device,
            ),
            _("Take another name, such as {example}.", example=f"{device.build}-1"),
        )
    device.catalogue()


def unknown_device(key: DeviceKey) -> FabnumError:
    """Return the error for a name that no object has."""
    return FabnumError(
        _("There is no object {device}.", device=key),
        _("See the list with “fabnum devices”."),
    )


def _taken(key: DeviceKey) -> NameTakenError:
    return NameTakenError(
        _("There is already an object {device}.", device=key),
        _("Take another name for the new one."),
    )


def _device(row: tuple[object, ...], columns: tuple[str, ...] = _COLUMNS) -> Device:
    return msgspec.convert(dict(zip(columns, row, strict=True)), Device)
