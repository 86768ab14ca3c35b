"""What open data reads of the journal: a little at a time, beside the writer.

Each question has a connection of its own and lets go of it: a slow reader holds nothing up, and a
journal that was set aside as damaged is not read on. SQLite works without Python's lock meanwhile.
"""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import msgspec

from gateway.api.counted import Counted, Origin
from gateway.journal import Step, Wanted, Window, questions, schema
from kit.names import DeviceKey

_READINGS = (
    'SELECT time, "values" FROM frames INDEXED BY frames_by_device_and_time WHERE device = ?'
)
_MICROSECONDS = 1_000_000
_decode_values = msgspec.json.Decoder(dict[str, float]).decode


class Reading(NamedTuple):
    """The values of one moment (Unix seconds), by channel."""

    time: float
    values: Mapping[str, float]


class Means(NamedTuple):
    """The mean of each channel asked for in the step from ``start`` on (Unix seconds)."""

    start: float
    values: list[float | None]


class Shelf:
    """The readings of a journal file. Raises sqlite3.Error if the file cannot be read.

    Used from worker threads; every answer is bounded by what is asked for.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def readings(
        self, key: DeviceKey, start: float, end: float, skip: int, limit: int
    ) -> list[Reading]:
        """Return up to ``limit`` moments with start ≤ time < end, without the first ``skip``.

        By time, of equal times by arrival: ``skip`` is how many of exactly ``start`` are known.
        """
        with self._open(key) as (connection, number):
            rows = connection.execute(
                f"{_READINGS} AND time = ? ORDER BY id LIMIT ? OFFSET ?",
                (number, start, limit if start < end else 0, skip),
            ).fetchall()
            rows += connection.execute(
                f"{_READINGS} AND time > ? AND time < ? ORDER BY time, id LIMIT ?",
                (number, start, end, limit - len(rows)),
            )
        return [Reading(time, _decode_values(values)) for time, values in rows]

    def means(
        self, key: DeviceKey, channels: Sequence[str], start: float, end: float, step_s: int
    ) -> list[Means]:
        """Return the mean of each channel in each step, from every frame, each read once."""
        means = ", ".join(['AVG(json_extract("values", ?))'] * len(channels))
        paths = [f'$."{channel}"' for channel in channels]
        with self._open(key) as (connection, number):
            rows = connection.execute(
                f"SELECT CAST(ROUND(time * 1000000) AS INTEGER) / ? AS step, {means}"  # noqa: S608 - only marks
                " FROM frames INDEXED BY frames_by_device_and_time"
                " WHERE device = ? AND time >= ? AND time < ? GROUP BY step ORDER BY step",
                (step_s * _MICROSECONDS, *paths, number, start, end),
            )
            return [Means(step * step_s, values) for step, *values in rows]

    def steps(
        self, key: DeviceKey, channels: Sequence[str], start: float, end: float, step_s: int
    ) -> list[Step]:
        """Return what the channels told in each step; ``which`` is the place among them.

        Of whole hours, from the roll-ups as far as they go.
        """
        wanted = [Wanted(key, channel) for channel in channels]
        with self._open(key) as (connection, number):
            numbers = [number] * len(wanted)
            window = Window(start, end, step_s)
            return questions.steps(connection, wanted, numbers, window, by_hours=True)

    def next_time(self, key: DeviceKey, start: float, end: float) -> float | None:
        """Return the time of the first reading with start ≤ time < end."""
        return self._extreme("MIN", key, start, end)

    def last_time(self, key: DeviceKey, start: float, end: float) -> float | None:
        """Return the time of the last reading with start ≤ time < end."""
        return self._extreme("MAX", key, start, end)

    def counted(self, key: DeviceKey, start: float, end: float) -> list[Counted]:
        """Return the frames with start ≤ time < end of an object that counts."""
        with self._open(key) as (connection, number):
            rows = connection.execute(
                'SELECT id, time, "values" FROM frames INDEXED BY frames_by_device_and_time'
                " WHERE device = ? AND time >= ? AND time < ? ORDER BY time, id",
                (number, start, end),
            ).fetchall()
        return [Counted(number, time, _decode_values(values)) for number, time, values in rows]

    def origin(self, key: DeviceKey) -> Origin | None:
        """Return the frame of an object that came first of those still kept."""
        with self._open(key) as (connection, number):
            row = connection.execute(
                "SELECT id, time FROM frames WHERE id = (SELECT MIN(id) FROM frames"
                " INDEXED BY frames_by_device_and_time WHERE device = ?)",
                (number,),
            ).fetchone()
        return Origin(*row) if row is not None else None

    def _extreme(self, which: str, key: DeviceKey, start: float, end: float) -> float | None:
        with self._open(key) as (connection, number):
            (time,) = connection.execute(
                f"SELECT {which}(time) FROM frames INDEXED BY frames_by_device_and_time"  # noqa: S608
                " WHERE device = ? AND time >= ? AND time < ?",
                (number, start, end),
            ).fetchone()
        return None if time is None else float(time)

    @contextmanager
    def _open(self, key: DeviceKey) -> Iterator[tuple[sqlite3.Connection, int | None]]:
        """Yield a connection and the object's number, ``None`` if nothing was ever heard of it."""
        connection = schema.open_for_reading(self._path)
        try:
            row = connection.execute(
                "SELECT id FROM devices WHERE town = ? AND device = ?", key
            ).fetchone()
            yield connection, row[0] if row is not None else None
        finally:
            connection.close()
