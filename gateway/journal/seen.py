"""Which frames have been stored already: the sequence sets of all boots, mostly on disk.

Used by the writer thread alone. Loading does I/O and may fail and be tried again; adding does none
and cannot fail, so that a frame is never taken for seen before it is stored.
"""

import sqlite3
from collections.abc import Iterable

import msgspec

from gateway.sequence import SequenceSet

BootKey = tuple[int, str]
"""A device's id in the journal, and its boot."""

CACHED_BOOTS = 50_000
"""Boots kept in memory (about 300 bytes each); the others are read again when a frame comes."""

_decode_runs = msgspec.json.Decoder(list[int]).decode


class SeenFrames:
    """The sequence sets of the boots heard lately, over the table ``boots``."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._boots: dict[BootKey, SequenceSet] = {}
        self._changed: set[BootKey] = set()
        self._missing_counted: dict[BootKey, int] = {}
        self.missing: dict[int, int] = dict(
            connection.execute("SELECT device, SUM(missing) FROM boots GROUP BY device")
        )
        self._replay()

    def _replay(self) -> None:
        """Add the frames that came after the table was last written."""
        later = self._connection.execute(
            "SELECT device, boot, seq FROM frames"
            " WHERE id > (SELECT COALESCE(MAX(id), 0) FROM marks WHERE mark = 'boots')"
        ).fetchall()
        self.load({(device, boot) for device, boot, _ in later})
        for device, boot, seq in later:
            self.add((device, boot), seq)
        self.count_missing()

    def load(self, keys: Iterable[BootKey]) -> None:
        """Bring these boots into memory. Raises sqlite3.Error; may be called again then."""
        for key in keys:
            if key in self._boots:
                continue
            row = self._connection.execute(
                "SELECT runs, missing FROM boots WHERE device = ? AND boot = ?", key
            ).fetchone()
            self._missing_counted[key] = row[1] if row else 0
            self._boots[key] = SequenceSet(_decode_runs(row[0]) if row else None)

    def add(self, key: BootKey, seq: int) -> bool:
        """Whether the frame is new. Its boot must have been loaded."""
        new = self._boots[key].add(seq)
        if new:
            self._changed.add(key)
        return new

    def count_missing(self) -> None:
        """Bring ``missing`` (by device) up to date with what was added."""
        for key in self._changed:
            now = self._boots[key].missing
            before = self._missing_counted[key]
            if now != before:
                self.missing[key[0]] = self.missing.get(key[0], 0) + now - before
                self._missing_counted[key] = now

    @property
    def changed(self) -> int:
        """How many boots differ from the table."""
        return len(self._changed)

    def write(self, up_to: int) -> None:
        """Write what changed to the table, inside the caller's transaction.

        ``up_to`` is the id of the last frame that is in the sets. Call :meth:`written` once the
        transaction is committed.
        """
        self._connection.executemany(
            "INSERT OR REPLACE INTO boots VALUES (?, ?, ?, ?)",
            [
                (*key, msgspec.json.encode(boot.runs).decode(), boot.missing)
                for key, boot in ((key, self._boots[key]) for key in self._changed)
            ],
        )
        self._connection.execute("INSERT OR REPLACE INTO marks VALUES ('boots', ?)", (up_to,))

    def written(self) -> None:
        """Remember that the table is up to date; make room if too many boots are in memory."""
        self.count_missing()
        self._changed.clear()
        while len(self._boots) > CACHED_BOOTS:
            oldest = next(iter(self._boots))
            del self._boots[oldest], self._missing_counted[oldest]
