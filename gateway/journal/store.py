"""One transaction after another into the journal's file. Used by the writer thread alone.

Everything that SQLite does here runs without Python's lock, the event loop beside it: rows go in
by statements of many rows each, because taking the lock again for every row would cost more than
the row.
"""

import sqlite3
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import NamedTuple

import msgspec

from gateway.journal import schema
from gateway.journal.batch import Batch, Written
from gateway.journal.seen import SeenFrames
from gateway.model import Refusal, StoredFrame
from kit.names import DeviceKey

QUARANTINE_ROWS = 5000
QUARANTINE_PAYLOAD = 4096
QUARANTINE_TEXT = 300

BOOTS_EVERY_FRAMES = 20_000
"""Sequence sets are written after so many frames: what a start reads again is bounded by it."""

_ROWS_PER_STATEMENT = (512, 64, 8, 1)
_FRAME_COLUMNS = 6

FrameRow = tuple[int, int, str, int, float, str]

_encode = msgspec.json.encode


class _Plan(NamedTuple):
    """The rows of one transaction, worked out once: it is tried until it is committed."""

    rows: list[FrameRow]
    results: list[Written]
    refusals: list[Refusal]
    batches: Sequence[Batch]


class Store:
    """The open file, with what is kept in memory of it. Raises sqlite3.Error from every method."""

    def __init__(self, path: Path, first_id: int = 1) -> None:
        self.connection = schema.open_for_writing(path)
        self.devices = {
            DeviceKey(town, device): number
            for number, town, device in self.connection.execute("SELECT * FROM devices")
        }
        self.seen = SeenFrames(self.connection)
        self.cursors: dict[str, int] = dict(self.connection.execute("SELECT * FROM sinks"))
        self.refused: Counter[str] = Counter(dict(self.connection.execute("SELECT * FROM refused")))
        self.unread_dropped = self._tally("unread")
        self.duplicates = 0
        self.marks: dict[str, int] = dict(self.connection.execute("SELECT * FROM marks"))
        self.first_id = self._id("MIN")
        self.last_id = max(
            first_id - 1, self._id("MAX"), *self.cursors.values(), *self.marks.values()
        )
        self._boots_up_to = self.last_id

    def _id(self, extreme: str) -> int:
        (number,) = self.connection.execute(f"SELECT {extreme}(id) FROM frames").fetchone()  # noqa: S608
        return number or 0

    def _tally(self, what: str) -> int:
        row = self.connection.execute(
            "SELECT count FROM dropped WHERE what = ?", (what,)
        ).fetchone()
        return row[0] if row else 0

    def drop_frames(self, last: int, unread: int) -> None:
        """Delete the frames up to ``last``, of which ``unread`` had not been read by every sink."""
        with self.transaction() as database:
            database.execute("DELETE FROM frames WHERE id <= ?", (last,))
            if unread:
                database.execute(
                    "INSERT OR REPLACE INTO dropped VALUES ('unread', ?)",
                    (self.unread_dropped + unread,),
                )
        self.unread_dropped += unread
        self.first_id = last + 1 if last < self.last_id else 0

    def close(self) -> None:
        """Write what is still only in memory, and let go of the file."""
        self.write_boots()
        self.connection.close()

    def prepare(self, batches: Sequence[Batch]) -> None:
        """Read from the file all that :meth:`plan` needs. Changes nothing; may be repeated."""
        keys = {frame.device for batch in batches for frame in batch.frames}
        self._add_devices(sorted(keys - self.devices.keys()))
        ids = self.devices
        self.seen.load(
            {(ids[frame.device], frame.boot) for batch in batches for frame in batch.frames}
        )

    def _add_devices(self, keys: Sequence[DeviceKey]) -> None:
        if not keys:
            return
        first = max(self.devices.values(), default=0) + 1
        numbers = {key: number for number, key in enumerate(keys, first)}
        with self.transaction() as database:
            database.executemany(
                "INSERT INTO devices VALUES (?, ?, ?)",
                [(number, *key) for key, number in numbers.items()],
            )
        self.devices.update(numbers)

    def plan(self, batches: Sequence[Batch]) -> _Plan:
        """Give the new frames their ids and tell the repeated ones. Does no I/O and cannot fail."""
        rows: list[FrameRow] = []
        results = []
        number = self.last_id
        for batch in batches:
            stored = []
            for frame in batch.frames:
                device = self.devices[frame.device]
                if not self.seen.add((device, frame.boot), frame.seq):
                    continue
                number += 1
                values = _encode(frame.values).decode()
                rows.append((number, device, frame.boot, frame.seq, frame.time, values))
                stored.append(StoredFrame(number, frame))
            results.append(Written(stored, len(batch.frames) - len(stored)))
        refusals = [refusal for batch in batches for refusal in batch.refusals]
        return _Plan(rows, results, refusals, batches)

    def commit(self, plan: _Plan) -> None:
        """Write a plan, all or nothing. When it returns the rows are on disk."""
        last_id = self.last_id + len(plan.rows)
        write_boots = last_id - self._boots_up_to >= BOOTS_EVERY_FRAMES
        with self.transaction():
            self._insert_frames(plan.rows)
            self._insert_refusals(plan.refusals)
            self._write_leaves(plan.batches)
            self._write_cursors(plan.batches)
            if write_boots:
                self.seen.write(last_id)
        self.last_id = last_id
        self._remember(plan, write_boots=write_boots)

    def _remember(self, plan: _Plan, *, write_boots: bool) -> None:
        self.refused.update(refusal.reason for refusal in plan.refusals)
        self.duplicates += sum(result.duplicates for result in plan.results)
        if not self.first_id and plan.rows:
            self.first_id = plan.rows[0][0]
        if write_boots:
            self._boots_up_to = self.last_id
            self.seen.written()
        else:
            self.seen.count_missing()

    def write_boots(self) -> None:
        """Write the sequence sets now, in a transaction of their own."""
        if not self.seen.changed:
            return
        with self.transaction():
            self.seen.write(self.last_id)
        self._boots_up_to = self.last_id
        self.seen.written()

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Write all or nothing of what happens inside."""
        self.connection.execute("BEGIN IMMEDIATE")
        try:
            yield self.connection
            self.connection.execute("COMMIT")
        except BaseException:
            if self.connection.in_transaction:
                self.connection.execute("ROLLBACK")
            raise

    def _insert_frames(self, rows: list[FrameRow]) -> None:
        start = 0
        for size in _ROWS_PER_STATEMENT:
            while len(rows) - start >= size:
                chunk = rows[start : start + size]
                self.connection.execute(_INSERT_FRAMES[size], tuple(chain.from_iterable(chunk)))
                start += size

    def _insert_refusals(self, refusals: Sequence[Refusal]) -> None:
        if not refusals:
            return
        now = time.time()
        database = self.connection
        database.executemany(
            "INSERT INTO quarantine (time, topic, payload, reason, detail) VALUES (?, ?, ?, ?, ?)",
            [_quarantine_row(now, refusal) for refusal in refusals],
        )
        database.execute(
            "DELETE FROM quarantine WHERE id <= (SELECT MAX(id) FROM quarantine) - ?",
            (QUARANTINE_ROWS,),
        )
        database.executemany(
            "INSERT INTO refused VALUES (?, ?)"
            " ON CONFLICT (reason) DO UPDATE SET count = count + excluded.count",
            Counter(refusal.reason for refusal in refusals).items(),
        )

    def _write_cursors(self, batches: Iterable[Batch]) -> None:
        rows = [cursor for batch in batches for cursor in batch.cursors]
        if rows:
            self.connection.executemany(
                "INSERT INTO sinks VALUES (?, ?)"
                " ON CONFLICT (sink) DO UPDATE SET id = MAX(id, excluded.id)",
                rows,
            )

    def _write_leaves(self, batches: Iterable[Batch]) -> None:
        rows = [
            (*leaf.device, leaf.leaf, leaf.time, _encode(leaf.payload).decode())
            for batch in batches
            for leaf in batch.leaves
        ]
        if rows:
            self.connection.executemany(
                "INSERT OR REPLACE INTO leaves VALUES (?, ?, ?, ?, ?)", rows
            )


_ROW = f"({', '.join('?' * _FRAME_COLUMNS)})"
_INSERT_FRAMES = {
    size: f"INSERT INTO frames VALUES {', '.join([_ROW] * size)}"  # noqa: S608 - only marks
    for size in _ROWS_PER_STATEMENT
}


def _quarantine_row(now: float, refusal: Refusal) -> tuple[float, str, bytes, str, str]:
    return (
        now,
        _text(refusal.topic),
        refusal.payload[:QUARANTINE_PAYLOAD],
        refusal.reason,
        _text(refusal.detail),
    )


def _text(text: str) -> str:
    """Make text fit for a column: short, and without the lone surrogates that JSON may smuggle."""
    return text[:QUARANTINE_TEXT].encode("utf-8", "backslashreplace").decode()
