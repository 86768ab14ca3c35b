"""The registry's file: its tables, how it is opened, and how an older one is brought up to date.

Each step of ``_STEPS`` brings the file one version further, all in one transaction: a power cut
leaves the old registry or the new one. ``PRAGMA user_version`` says which version a file has; a
registry of before the versions has 0.
"""

import os
import sqlite3
from pathlib import Path

from gateway.write_ahead import use_write_ahead_log
from kit.errors import FabnumError
from kit.i18n import _

OWNER_ONLY = 0o600
"""The file holds the codes of the objects' own Wi-Fi networks, besides the password hashes."""

_DEVICES = """
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
) WITHOUT ROWID
"""

# Objects on a list whose boards are still to come. A table of their own: whoever reads the devices
# (broker, pages, alerts) cannot take one of these for an object by mistake.
_AWAITED = """
CREATE TABLE awaited (
    position INTEGER PRIMARY KEY,
    town TEXT NOT NULL,
    device TEXT NOT NULL,
    build TEXT NOT NULL,
    place TEXT NOT NULL,
    place_name TEXT NOT NULL,
    name TEXT NOT NULL,
    cohort TEXT NOT NULL,
    workshop TEXT NOT NULL,
    UNIQUE (town, device)
)
"""

# The code of an object's own Wi-Fi in setup mode. It stands on the label too, so whoever stands
# before the object may know it; it is no column of "devices" because no page shall show it.
_SETUP_CODES = """
CREATE TABLE setup_codes (
    town TEXT NOT NULL,
    device TEXT NOT NULL,
    code TEXT NOT NULL,
    PRIMARY KEY (town, device)
) WITHOUT ROWID
"""

# What an object's question and options are called: JSON, see gateway.wording.
_WORDINGS = """
CREATE TABLE wordings (
    town TEXT NOT NULL,
    device TEXT NOT NULL,
    wording TEXT NOT NULL,
    PRIMARY KEY (town, device)
) WITHOUT ROWID
"""

_STEPS = (
    (_DEVICES,),
    (
        "ALTER TABLE devices ADD COLUMN cohort TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE devices ADD COLUMN workshop TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE devices ADD COLUMN origin TEXT NOT NULL DEFAULT ''",
        _AWAITED,
        _SETUP_CODES,
    ),
    (_WORDINGS,),
)
VERSION = len(_STEPS)


def open_registry(path: Path) -> sqlite3.Connection:
    """Open the registry, made or brought up to date if need be, closed to other users.

    Transactions are begun by whoever writes. Raises FabnumError if a newer kit has written it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, OWNER_ONLY))
    database = sqlite3.connect(path, timeout=10, check_same_thread=False, isolation_level=None)
    try:
        use_write_ahead_log(database)
        if _version(database) != VERSION:
            path.chmod(OWNER_ONLY)
            _bring_up_to_date(database, path)
    except BaseException:
        database.close()
        raise
    return database


def _bring_up_to_date(database: sqlite3.Connection, path: Path) -> None:
    database.execute("BEGIN IMMEDIATE")
    try:
        found = _version(database)  # another process may have been quicker
        if found > VERSION:
            raise FabnumError(
                _("{file} was written by a newer version of the kit.", file=path),
                _("Update the kit on this machine."),
            )
        for step in _STEPS[found:]:
            for statement in step:
                database.execute(statement)
        database.execute(f"PRAGMA user_version = {VERSION}")
        database.execute("COMMIT")
    finally:
        if database.in_transaction:
            database.execute("ROLLBACK")


def _version(database: sqlite3.Connection) -> int:
    (version,) = database.execute("PRAGMA user_version").fetchone()
    return int(version)
