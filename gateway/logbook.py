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

from gateway.write_ahead import use_write_ahead_log
from kit.names import DeviceKey

KEPT_OF_EACH_KIND = 50
"""So many entries of each kind are kept of an object: a board that is tested over and over again
must push out neither its repairs nor its hand-overs, nor fill the disk."""
MAX_CONTENT = 16_384
"""Bytes of JSON, as for a message of the wire."""
MOST_TAUGHT = 16
"""Numbers that one part keeps, as the firmware does."""
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
CREATE TABLE IF NOT EXISTS taught (
    town TEXT NOT NULL,
    device TEXT NOT NULL,
    part TEXT NOT NULL,
    time REAL NOT NULL,
    kept TEXT NOT NULL,
    PRIMARY KEY (town, device, part)
) WITHOUT ROWID;
"""
# "taught" sums up the entries on calibrations: however many there are of one part, what another
# was taught long ago is still known.


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
    CALIBRATION = "calibration"
    QUESTION = "question"


TOLD_TWICE = (Kind.SELFTEST, Kind.CALIBRATION)
"""Kinds that two may tell of: the board itself, and who had it done."""


class Entry(NamedTuple):
    """One thing that happened to an object. ``time`` is Unix seconds."""

    time: float
    kind: Kind
    content: Mapping[str, Any]


class Taught(NamedTuple):
    """What one part was taught so far: numbers by name; ``time`` of the last step, Unix seconds."""

    part: str
    time: float
    kept: Mapping[str, float]


class Logbook:
    """The logbooks of a site's objects in one file. Safe from several threads and processes."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._database = sqlite3.connect(
            path, timeout=10, check_same_thread=False, isolation_level=None
        )
        self._writing = threading.Lock()
        use_write_ahead_log(self._database)
        self._database.executescript(_SCHEMA)

    def close(self) -> None:
        """Let go of the file, once who writes has ended."""
        with self._writing:
            self._database.close()

    def write(
        self, key: DeviceKey, kind: Kind, content: Mapping[str, Any], at: float | None = None
    ) -> None:
        """Add an entry; the oldest of its kind make room. ``at`` is Unix seconds, now if left out.

        A self-test or a calibration that is there already is not added again. Raises ValueError if
        the content is no JSON or too large.
        """
        text = _encoded(content)
        moment = time.time() if at is None else at
        with self._writing:
            self._database.execute("BEGIN IMMEDIATE")
            try:
                if kind not in TOLD_TWICE or not self._is_told(key, kind, content, text, moment):
                    self._insert(key, kind, text, moment)
                    if kind is Kind.CALIBRATION:
                        self._sum_up(key, content, moment)
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

    def passed(self) -> set[DeviceKey]:
        """Return every object that has ever passed its self-test. Reads the whole logbook."""
        rows = self._database.execute(
            "SELECT DISTINCT town, device FROM entries"
            " WHERE kind = ? AND json_extract(content, '$.passed') = 1",
            (Kind.SELFTEST,),
        )
        return {DeviceKey(town, device) for town, device in rows}

    def taught(self, key: DeviceKey) -> list[Taught]:
        """Return what the parts of an object were taught, by part."""
        rows = self._database.execute(
            "SELECT part, time, kept FROM taught WHERE town = ? AND device = ? ORDER BY part", key
        )
        return [Taught(part, moment, msgspec.json.decode(kept)) for part, moment, kept in rows]

    def hand_over(self, key: DeviceKey, heir: DeviceKey) -> None:
        """Let an object's heir know what its parts, which are the same, were taught."""
        with self._writing:
            self._database.execute(
                "INSERT OR REPLACE INTO taught (town, device, part, time, kept)"
                " SELECT ?, ?, part, time, kept FROM taught WHERE town = ? AND device = ?",
                (*heir, *key),
            )

    def _sum_up(self, key: DeviceKey, content: Mapping[str, Any], moment: float) -> None:
        """Add one step to what is known of its part; a later one has the last word."""
        part, kept = content["part"], dict(content["kept"])
        for known in self.taught(key):
            if known.part == part:
                both = {**known.kept, **kept} if moment >= known.time else {**kept, **known.kept}
                kept = both if len(both) <= MOST_TAUGHT else kept
                moment = max(moment, known.time)
        self._database.execute(
            "INSERT OR REPLACE INTO taught (town, device, part, time, kept) VALUES (?, ?, ?, ?, ?)",
            (*key, part, moment, _encoded(kept)),
        )

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
        self, key: DeviceKey, kind: Kind, content: Mapping[str, Any], text: str, moment: float
    ) -> bool:
        """Whether this happening is there already; the longer of the two accounts is kept."""
        rows = self._database.execute(
            "SELECT id, time, content FROM entries WHERE town = ? AND device = ? AND kind = ?",
            (*key, kind),
        ).fetchall()
        is_same = _is_same_test if kind is Kind.SELFTEST else _is_same_calibration
        for number, then, known in rows:
            if is_same(msgspec.json.decode(known), content, abs(moment - then)):
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


def _is_same_calibration(one: Mapping[str, Any], other: Mapping[str, Any], apart_s: float) -> bool:
    # Who has no clock tells no "at"; equal numbers shortly after one another are the same ones.
    return one == other and ("at" in one or apart_s <= SAME_TEST_S)


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
