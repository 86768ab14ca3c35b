"""What leaves the journal: frames past their days, and the oldest when it would grow too large.

Frames leave in the order in which they came, so a late backlog stays as long as its neighbours.
Roll-ups of readings and of towns stay for good; those of what the gateway watches in its objects
and in itself are four times as many, and leave with the frames. A frame stays until every sink has
read it, except when the size cap has no other choice; that is counted and logged.
"""

import logging
import sqlite3
import time
from collections.abc import Collection

from gateway.journal import rollup
from gateway.journal.store import Store
from kit.names import DeviceKey
from kit.settings import JournalLimits
from kit.signals import SITE, subject_of

logger = logging.getLogger(__name__)

FRAMES_AT_ONCE = 2000
"""Frames deleted in one transaction: commits of new readings wait for it, so it is kept short."""

_DAY = 86400
_MIB = 2**20

# By the primary key (device, channel, start): each channel is found by one step into it.
_DROP_HOURS = """
WITH RECURSIVE told (channel) AS (
    SELECT MIN(channel) FROM hours WHERE device = :device
    UNION ALL
    SELECT (SELECT MIN(channel) FROM hours WHERE device = :device AND channel > told.channel)
    FROM told WHERE told.channel IS NOT NULL
)
DELETE FROM hours
WHERE device = :device AND channel IN (SELECT channel FROM told) AND start < :before
"""


class Retention:
    """Keeps a journal within its limits, a little at a time."""

    def __init__(self, limits: JournalLimits) -> None:
        self._limits = limits
        self._swept = 0
        self._to_sweep: list[DeviceKey] = []

    def drop_some(self, store: Store, sinks: Collection[str]) -> bool:
        """Delete some frames if any must go; whether there is more to do. Raises sqlite3.Error.

        ``sinks`` are those that must have read a frame before it may go.
        """
        if not store.first_id:
            return False
        read = min((store.cursors.get(sink, 0) for sink in sinks), default=store.last_id)
        read = min(read, store.marks.get(rollup.MARK, 0))
        if used_bytes(store.connection) > self._limits.size_cap_mib * _MIB:
            more = self._drop_oldest(store, read)
        else:
            more = self._drop_expired(store, read)
        return self._drop_hours_of_signals(store) or more

    def _drop_hours_of_signals(self, store: Store) -> bool:
        """Delete the expired roll-ups of one object's signals; each is looked at once a day."""
        today = int(time.time() // _DAY)
        if today != self._swept:
            self._swept = today
            self._to_sweep = [key for key in store.devices if _is_watched(key)]
        if not self._to_sweep:
            return False
        device = store.devices.get(self._to_sweep[-1])  # none in a journal that was begun anew
        before = time.time() - self._limits.retention_days * _DAY
        with store.transaction() as database:
            database.execute(_DROP_HOURS, {"device": device, "before": before})
        self._to_sweep.pop()
        return bool(self._to_sweep)

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


def _is_watched(key: DeviceKey) -> bool:
    """Whether signals of that key are of an object or of the gateway, not of a town."""
    return key.town == SITE and subject_of(key)[0] != "town"


def used_bytes(connection: sqlite3.Connection) -> int:
    """Return the room that the journal's contents take on disk. Raises sqlite3.Error."""
    (pages,) = connection.execute("PRAGMA page_count").fetchone()
    (free,) = connection.execute("PRAGMA freelist_count").fetchone()
    (size,) = connection.execute("PRAGMA page_size").fetchone()
    return int((pages - free) * size)
