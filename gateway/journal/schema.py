"""The journal's file: its tables, how it is opened, and what happens to one that is damaged.

    sqlite3 -readonly journal.sqlite "SELECT * FROM readings ORDER BY time DESC LIMIT 10"

shows the last readings to anybody.
"""

import logging
import sqlite3
import time
from pathlib import Path
from urllib.parse import quote

from kit.errors import FabnumError
from kit.i18n import _
from kit.signals import SITE

logger = logging.getLogger(__name__)

VERSION = 2

# What people ask for by hand: a row for each reading, and one for each signal (kit/signals).
_VIEWS = "".join(
    f"""
CREATE VIEW {name} AS
    SELECT devices.town, devices.device, reading.key AS channel,
           datetime(frames.time, 'unixepoch') AS utc, frames.time, reading.value
    FROM frames
    JOIN devices ON devices.id = frames.device
    JOIN json_each(frames."values") AS reading
    WHERE devices.town {is_or_not} '{SITE}';
"""  # noqa: S608 - constants
    for name, is_or_not in (("readings", "<>"), ("signals", "="))
)

_SCHEMA = """
CREATE TABLE devices (
    id INTEGER PRIMARY KEY,
    town TEXT NOT NULL,
    device TEXT NOT NULL,
    UNIQUE (town, device)
);
-- One row for each frame, in the order of arrival. "values" is JSON: channel id to number.
CREATE TABLE frames (
    id INTEGER PRIMARY KEY,
    device INTEGER NOT NULL REFERENCES devices (id),
    boot TEXT NOT NULL,
    seq INTEGER NOT NULL,
    time REAL NOT NULL,
    "values" TEXT NOT NULL
);
CREATE INDEX frames_by_device_and_time ON frames (device, time);
-- Which frames of each boot have come; written now and then, "boots" in marks says up to which id.
CREATE TABLE boots (
    device INTEGER NOT NULL,
    boot TEXT NOT NULL,
    runs TEXT NOT NULL,
    missing INTEGER NOT NULL,
    PRIMARY KEY (device, boot)
) WITHOUT ROWID;
-- Hourly roll-ups; "hours" in marks says up to which id frames are in them.
CREATE TABLE hours (
    device INTEGER NOT NULL,
    channel TEXT NOT NULL,
    start INTEGER NOT NULL,
    count INTEGER NOT NULL,
    minimum REAL NOT NULL,
    total REAL NOT NULL,
    maximum REAL NOT NULL,
    PRIMARY KEY (device, channel, start)
) WITHOUT ROWID;
-- The latest about and status of each device.
CREATE TABLE leaves (
    town TEXT NOT NULL,
    device TEXT NOT NULL,
    leaf TEXT NOT NULL,
    time REAL NOT NULL,
    payload TEXT NOT NULL,
    PRIMARY KEY (town, device, leaf)
) WITHOUT ROWID;
CREATE TABLE quarantine (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    time REAL NOT NULL,
    topic TEXT NOT NULL,
    payload BLOB NOT NULL,
    reason TEXT NOT NULL,
    detail TEXT NOT NULL
);
CREATE TABLE refused (reason TEXT PRIMARY KEY, count INTEGER NOT NULL) WITHOUT ROWID;
-- How many frames left the journal before every sink had read them (what = 'unread').
CREATE TABLE dropped (what TEXT PRIMARY KEY, count INTEGER NOT NULL) WITHOUT ROWID;
-- Up to which frame id each sink has read.
CREATE TABLE sinks (sink TEXT PRIMARY KEY, id INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE marks (mark TEXT PRIMARY KEY, id INTEGER NOT NULL) WITHOUT ROWID;
"""

_UPGRADES = {1: f"DROP VIEW IF EXISTS readings; {_VIEWS}"}
"""What brings a file of that version to the next."""

_DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


def is_damaged(error: sqlite3.Error) -> bool:
    """Whether the error says that the file itself is broken, not that it cannot be used just now.

    The low byte of SQLite's extended result code is the primary one (sqlite.org/rescode.html).
    """
    code = getattr(error, "sqlite_errorcode", None)
    return code is not None and code & 0xFF in _DAMAGED


def open_for_writing(path: Path) -> sqlite3.Connection:
    """Open the journal, made if there is none. Commits reach the disk before they return.

    Raises OSError, sqlite3.Error, and FabnumError if a newer kit has written the file.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(
        path, timeout=10, isolation_level=None, check_same_thread=False, cached_statements=32
    )
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA wal_autocheckpoint = 4000")
        (found,) = connection.execute("PRAGMA user_version").fetchone()
        if found == 0:
            connection.executescript(
                f"BEGIN IMMEDIATE; {_SCHEMA} {_VIEWS} PRAGMA user_version = {VERSION}; COMMIT;"
            )
        for version in range(found or VERSION, VERSION):
            connection.executescript(
                f"BEGIN IMMEDIATE; {_UPGRADES[version]}"
                f" PRAGMA user_version = {version + 1}; COMMIT;"
            )
    except BaseException:
        connection.close()
        raise
    if found > VERSION:
        connection.close()
        raise FabnumError(
            _("{file} was written by a newer version of the kit.", file=path),
            _("Update the kit, or move that file away to begin a new one."),
        )
    return connection


def open_for_reading(path: Path) -> sqlite3.Connection:
    """Open the journal so that nothing can be changed. Raises sqlite3.Error if there is none."""
    return sqlite3.connect(
        f"file:{quote(str(path))}?mode=ro", uri=True, timeout=10, check_same_thread=False
    )


def set_aside(path: Path) -> Path:
    """Rename a damaged journal, with its side files, so that a new one can begin. Say so."""
    stamp = time.strftime("%Y%m%dT%H%M%S", time.gmtime())
    kept = path.with_name(f"{path.stem}.damaged-{stamp}{path.suffix}")
    number = 1
    while kept.exists():
        number += 1
        kept = path.with_name(f"{path.stem}.damaged-{stamp}-{number}{path.suffix}")
    for side in ("", "-wal", "-shm"):
        source = path.with_name(path.name + side)
        if source.exists():
            source.rename(kept.with_name(kept.name + side))
    logger.error(
        "The journal %s is damaged. It was kept as %s and a new one begun: readings go on. "
        "What can be saved of it: sqlite3 %s .recover",
        path,
        kept,
        kept,
    )
    return kept
