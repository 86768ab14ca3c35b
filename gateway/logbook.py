"""The logbook of every object: what was done with it, when, and what came of it.

A file of its own beside the registry: it grows with every flash and every test, and nobody has to
read the registry again because of it. Entries speak of an object and of a group, never of a person.
"""

import sqlite3
import threading
import time
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from kit.names import DeviceKey

KEPT_OF_EACH_KIND = 50
"""So many entries of each kind are kept of an object: a board that is tested over and over again
must push out neither its repairs nor its hand-overs, nor fill the disk."""
MAX_CONTENT = 16_384
"""Bytes of JSON, as for a message of the wire."""
SAME_TEST_S = 900.0
"""A self-test is told twice, by the bench and by the board. Where they do not both say when it was,
it was one if they agree within this time."""

_SCHEMA = """
CREATE TABLE IF NOT EXISTS entries (
    id INTEGER PRIMARY KEY,
    town TEXT NOT NULL,
    device TEXT NOT NULL,
    time REAL NOT NULL,
    kind TEXT NOT NULL,
    content TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS entries_of_object ON entries (town, device, kind, time);
"""


class Kind(StrEnum):
    """What an entry is about."""

    ENROL = "enrol"
    FLASH = "flash"
    INSTALL = "install"
    SELFTEST = "selftest"
    REPAIR = "repair"
    ROTATE = "rotate"
    HANDOVER = "handover"
    REVOKE = "revoke"


class Entry(NamedTuple):
    """One thing that happened to an object. ``time`` is Unix seconds."""

    time: float
    kind: Kind
    content: Mapping[str, Any]


class Logbook:
    """The logbooks of a site's objects in one file. Safe from several threads and processes."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._database = sqlite3.connect(
            path, timeout=10, check_same_thread=False, isolation_level=None
        )
        self._writing = threading.Lock()
        self._database.execute("PRAGMA journal_mode = WAL")
        self._database.executescript(_SCHEMA)

    def close(self) -> None:
        """Let go of the file, once who writes has ended."""
        with self._writing:
            self._database.close()

    def write(
        self, key: DeviceKey, kind: Kind, content: Mapping[str, Any], at: float | None = None
    ) -> None:
        """Add an entry; the oldest of its kind make room. ``at`` is Unix seconds, now if left out.

        A self-test that is there already is not added again. Raises ValueError if the content is
        no JSON or too large.
        """
        text = _encoded(content)
        moment = time.time() if at is None else at
        with self._writing:
            self._database.execute("BEGIN IMMEDIATE")
            try:
                if kind is not Kind.SELFTEST or not self._is_told(key, content, text, moment):
                    self._insert(key, kind, text, moment)
                self._database.execute("COMMIT")
            finally:
                if self._database.in_transaction:
                    self._database.execute("ROLLBACK")

    def entries(self, key: DeviceKey, limit: int = 1000) -> list[Entry]:
        """Return what happened to an object, the newest first."""
        rows = self._database.execute(
            "SELECT time, kind, content FROM entries WHERE town = ? AND device = ?"
            " ORDER BY time DESC, id DESC LIMIT ?",
            (*key, limit),
        )
        return [_entry(row) for row in rows]

    def latest(self, key: DeviceKey, kind: Kind) -> Entry | None:
        """Return the newest entry of a kind, or ``None``."""
        row = self._database.execute(
            "SELECT time, kind, content FROM entries WHERE town = ? AND device = ? AND kind = ?"
            " ORDER BY time DESC, id DESC LIMIT 1",
            (*key, kind),
        ).fetchone()
        return _entry(row) if row else None

    def _insert(self, key: DeviceKey, kind: Kind, text: str, moment: float) -> None:
        self._database.execute(
            "INSERT INTO entries (town, device, time, kind, content) VALUES (?, ?, ?, ?, ?)",
            (*key, moment, kind, text),
        )
        self._database.execute(
            "DELETE FROM entries WHERE town = ?1 AND device = ?2 AND kind = ?3 AND id NOT IN"
            " (SELECT id FROM entries WHERE town = ?1 AND device = ?2 AND kind = ?3"
            "  ORDER BY time DESC, id DESC LIMIT ?4)",
            (*key, kind, KEPT_OF_EACH_KIND),
        )

    def _is_told(
        self, key: DeviceKey, content: Mapping[str, Any], text: str, moment: float
    ) -> bool:
        """Whether this self-test is there already; the longer of the two accounts is kept."""
        rows = self._database.execute(
            "SELECT id, time, content FROM entries WHERE town = ? AND device = ? AND kind = ?",
            (*key, Kind.SELFTEST),
        ).fetchall()
        for number, then, known in rows:
            if _is_same_test(msgspec.json.decode(known), content, abs(moment - then)):
                if len(text) > len(known):
                    self._database.execute(
                        "UPDATE entries SET content = ? WHERE id = ?", (text, number)
                    )
                return True
        return False


def outcome(selftest: Mapping[str, Any]) -> tuple[object, frozenset[tuple[str, object]]]:
    """Return what a self-test says, as far as two accounts of one must agree: (all, each)."""
    tests = selftest.get("tests")
    each = [test for test in tests if isinstance(test, Mapping)] if isinstance(tests, list) else []
    return (
        selftest.get("passed") is True,
        frozenset((str(test.get("id", "")), test.get("passed") is True) for test in each),
    )


def _is_same_test(one: Mapping[str, Any], other: Mapping[str, Any], apart_s: float) -> bool:
    if outcome(one) != outcome(other):
        return False
    if "at" in one and "at" in other:  # a board without network tells of its test days later
        return bool(one["at"] == other["at"])
    return apart_s <= SAME_TEST_S


def _encoded(content: Mapping[str, Any]) -> str:
    try:
        text = msgspec.json.encode(content).decode()
    except (TypeError, msgspec.MsgspecError, OverflowError, RecursionError) as error:
        raise ValueError(f"an entry must be JSON: {error}") from error
    if len(text) > MAX_CONTENT:
        raise ValueError(f"an entry of {len(text)} characters is too long")
    return text


def _entry(row: tuple[float, str, str]) -> Entry:
    moment, kind, content = row
    return Entry(moment, Kind(kind), msgspec.json.decode(content))
