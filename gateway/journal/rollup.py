"""Hourly roll-ups: frames are merged into their hours a while after they came.

The roll-up reads the journal like a sink, by the order of arrival, and moves its mark in the same
transaction: every frame counts exactly once, and a late backlog changes the hours it belongs to.
"""

from gateway.journal.store import Store

FRAMES_AT_ONCE = 4000
"""Frames merged in one transaction: commits of new readings wait for it, so it is kept short."""

MARK = "hours"

_MERGE = """
INSERT INTO hours
SELECT frames.device, reading.key, CAST(frames.time / 3600 AS INTEGER) * 3600,
       COUNT(*), MIN(reading.value), SUM(reading.value), MAX(reading.value)
FROM frames, json_each(frames."values") AS reading
WHERE frames.id > :after AND frames.id <= :up_to
GROUP BY 1, 2, 3
ON CONFLICT (device, channel, start) DO UPDATE SET
    count = count + excluded.count,
    minimum = MIN(minimum, excluded.minimum),
    total = total + excluded.total,
    maximum = MAX(maximum, excluded.maximum)
"""


def pending(store: Store) -> int:
    """Return how many frames are not in their hours yet."""
    return store.last_id - store.marks.get(MARK, 0)


def merge_some(store: Store) -> bool:
    """Merge the next frames, if there are any; whether there are more. Raises sqlite3.Error."""
    after = store.marks.get(MARK, 0)
    up_to = min(after + FRAMES_AT_ONCE, store.last_id)
    if up_to > after:
        with store.transaction() as database:
            database.execute(_MERGE, {"after": after, "up_to": up_to})
            database.execute("INSERT OR REPLACE INTO marks VALUES (?, ?)", (MARK, up_to))
        store.marks[MARK] = up_to
    return up_to < store.last_id
