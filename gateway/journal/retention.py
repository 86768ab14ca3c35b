"""What leaves the journal: frames past their days, and the oldest when it would grow too large.

Frames leave in the order in which they came, so a late backlog stays as long as its neighbours.
Roll-ups stay for good. A frame stays until every sink has read it, except when the size cap has no
other choice; that is counted and logged.
"""

import logging
import sqlite3
import time
from collections.abc import Collection

from gateway.journal import rollup
from gateway.journal.store import Store
from kit.settings import JournalLimits

logger = logging.getLogger(__name__)

FRAMES_AT_ONCE = 2000
"""Frames deleted in one transaction: commits of new readings wait for it, so it is kept short."""

_DAY = 86400
_MIB = 2**20


class Retention:
    """Keeps a journal within its limits, a little at a time."""

    def __init__(self, limits: JournalLimits) -> None:
        self._limits = limits

    def drop_some(self, store: Store, sinks: Collection[str]) -> bool:
        """Delete some frames if any must go; whether there is more to do. Raises sqlite3.Error.

        ``sinks`` are those that must have read a frame before it may go.
        """
        if not store.first_id:
            return False
        read = min((store.cursors.get(sink, 0) for sink in sinks), default=store.last_id)
        read = min(read, store.marks.get(rollup.MARK, 0))
        if used_bytes(store.connection) > self._limits.size_cap_mib * _MIB:
            return self._drop_oldest(store, read)
        return self._drop_expired(store, read)

    def _drop_expired(self, store: Store, read: int) -> bool:
        last = min(store.first_id + FRAMES_AT_ONCE - 1, read)
        cutoff = time.time() - self._limits.retention_days * _DAY
        (kept,) = store.connection.execute(
            "SELECT MIN(id) FROM frames WHERE id BETWEEN ? AND ? AND time >= ?",
            (store.first_id, last, cutoff),
        ).fetchone()
        if kept is not None:
            last = kept - 1
        if last < store.first_id:
            return False
        store.drop_frames(last, unread=0)
        return kept is None

    def _drop_oldest(self, store: Store, read: int) -> bool:
        last = min(store.first_id + FRAMES_AT_ONCE - 1, store.last_id)
        rolled = store.marks.get(rollup.MARK, 0)
        if last > rolled:
            return rollup.merge_some(store)
        unread = max(0, last - max(read, store.first_id - 1))
        store.drop_frames(last, unread)
        if unread:
            logger.warning(
                "The journal is full: %d frames left it that a sink had not read yet. "
                "Make it larger (size_cap_mib) or bring the sink back.",
                unread,
            )
        return True


def used_bytes(connection: sqlite3.Connection) -> int:
    """Return the room that the journal's contents take on disk. Raises sqlite3.Error."""
    (pages,) = connection.execute("PRAGMA page_count").fetchone()
    (free,) = connection.execute("PRAGMA freelist_count").fetchone()
    (size,) = connection.execute("PRAGMA page_size").fetchone()
    return int((pages - free) * size)
