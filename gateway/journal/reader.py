"""Reading the journal beside its writer: connections of their own, which see what is committed."""

import queue
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec

from gateway.journal import questions, schema
from gateway.journal.model import Activity, Hour, Latest, Leaf, QuarantinedMessage, Step, Wanted
from gateway.journal.questions import Window
from gateway.model import Frame, StoredFrame
from kit.names import DeviceKey
from kit.signals import SITE

_decode_values = msgspec.json.Decoder(dict[str, float]).decode
_decode_payload = msgspec.json.Decoder(dict[str, Any]).decode


class Reader:
    """Answers queries from any thread. Raises sqlite3.Error if the file cannot be read."""

    def __init__(self, path: Path, on_damage: Callable[[], None]) -> None:
        """``on_damage`` is called when a query finds the file damaged; the query still raises."""
        self._path = path
        self._on_damage = on_damage
        self._free: queue.LifoQueue[sqlite3.Connection] = queue.LifoQueue()
        self._devices: dict[int, DeviceKey] = {}
        self._numbers: dict[DeviceKey, int] = {}

    def close(self) -> None:
        """Close the connections that nobody uses just now."""
        while True:
            try:
                self._free.get_nowait().close()
            except queue.Empty:
                return

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        try:
            connection = self._free.get_nowait()
        except queue.Empty:
            connection = schema.open_for_reading(self._path)
        try:
            yield connection
        except sqlite3.Error as error:
            if schema.is_damaged(error):
                self._on_damage()
            raise
        finally:
            self._free.put(connection)

    def after(self, frame_id: int, limit: int) -> list[StoredFrame]:
        """Return up to ``limit`` frames that came after ``frame_id``, in the order of arrival."""
        with self._connection() as connection:
            rows = connection.execute(
                'SELECT id, device, boot, seq, time, "values" FROM frames'
                " WHERE id > ? ORDER BY id LIMIT ?",
                (frame_id, limit),
            ).fetchall()
            if not all(row[1] in self._devices for row in rows):
                self._read_devices(connection)
        devices = self._devices
        return [
            StoredFrame(number, Frame(devices[device], boot, seq, time, _decode_values(values)))
            for number, device, boot, seq, time, values in rows
        ]

    def newest(self) -> int:
        """Return the id of the frame that came last; 0 if there is none."""
        with self._connection() as connection:
            (newest,) = connection.execute("SELECT max(id) FROM frames").fetchone()
        return newest or 0

    def cursor(self, sink: str) -> int:
        """Return the id up to which a sink has read, as it is on disk; 0 for one that never has."""
        with self._connection() as connection:
            row = connection.execute("SELECT id FROM sinks WHERE sink = ?", (sink,)).fetchone()
        return row[0] if row else 0

    def latest(self, key: DeviceKey) -> Frame | None:
        """Return the newest frame of a device by the time of its measurement."""
        with self._connection() as connection:
            row = connection.execute(
                'SELECT boot, seq, time, "values" FROM frames WHERE device = ?'
                " ORDER BY time DESC LIMIT 1",
                (self._number(connection, key),),
            ).fetchone()
        if row is None:
            return None
        boot, seq, time, values = row
        return Frame(key, boot, seq, time, _decode_values(values))

    def frames_of(self, key: DeviceKey) -> set[tuple[str, int]]:
        """Return (boot, seq) of every frame kept of a device."""
        with self._connection() as connection:
            return set(
                connection.execute(
                    "SELECT boot, seq FROM frames WHERE device = ?",
                    (self._number(connection, key),),
                )
            )

    def series(
        self, key: DeviceKey, channel: str, start: float, end: float
    ) -> list[tuple[float, float]]:
        """Return the (time, value) of one channel with start ≤ time < end, by time."""
        with self._connection() as connection:
            return connection.execute(
                'SELECT time, json_extract("values", ?) AS value FROM frames'
                " WHERE device = ? AND time >= ? AND time < ? AND value IS NOT NULL ORDER BY time",
                (f'$."{channel}"', self._number(connection, key), start, end),
            ).fetchall()

    def hourly(self, key: DeviceKey, channel: str, start: float, end: float) -> list[Hour]:
        """Return the roll-ups of one channel that begin from ``start`` to before ``end``."""
        with self._connection() as connection:
            rows = connection.execute(
                "SELECT start, count, minimum, total / count, maximum FROM hours"
                " WHERE device = ? AND channel = ? AND start >= ? AND start < ? ORDER BY start",
                (self._number(connection, key), channel, start, end),
            )
            return [Hour(*row) for row in rows]

    def channels(self, town: str, prefix: str = "") -> dict[DeviceKey, list[str]]:
        """Return the channels that each device of a town has told, sorted."""
        found: dict[DeviceKey, list[str]] = {}
        with self._connection() as connection:
            self._read_devices(connection)
            numbers = [
                number
                for key, number in self._numbers.items()
                if key.town == town and key.device.startswith(prefix)
            ]
            for number, channel in questions.channels(connection, numbers):
                found.setdefault(self._devices[number], []).append(channel)
        return {key: sorted(names) for key, names in found.items()}

    def steps(self, wanted: Sequence[Wanted], window: Window, *, by_hours: bool) -> list[Step]:
        """Return what each wanted channel told in each step."""
        with self._connection() as connection:
            numbers = [self._number(connection, one.device) for one in wanted]
            return questions.steps(connection, wanted, numbers, window, by_hours=by_hours)

    def last(self, wanted: Sequence[Wanted], window: Window) -> list[Latest]:
        """Return the last value of each wanted channel, or of each of its steps."""
        with self._connection() as connection:
            numbers = [self._number(connection, one.device) for one in wanted]
            return questions.last(connection, wanted, numbers, window)

    def activity(self, start: float, end: float) -> dict[str, Activity]:
        """Return by town how many objects spoke between two times (Unix seconds), how many frames.

        It looks at every frame of that time: for a report, not for a page.
        """
        with self._connection() as connection:
            rows = connection.execute(
                "SELECT devices.town, COUNT(DISTINCT frames.device), COUNT(*) FROM devices"
                " JOIN frames ON frames.device = devices.id AND time >= ? AND time < ?"
                " WHERE devices.town <> ? GROUP BY devices.town",
                (start, end, SITE),
            ).fetchall()
        return {town: Activity(objects, frames) for town, objects, frames in rows}

    def leaves(self) -> list[Leaf]:
        """Return the latest ``about`` and ``status`` of every device."""
        with self._connection() as connection:
            rows = connection.execute("SELECT town, device, leaf, time, payload FROM leaves")
            return [
                Leaf(DeviceKey(town, device), leaf, time, _decode_payload(payload))
                for town, device, leaf, time, payload in rows
            ]

    def quarantine(self, limit: int) -> list[QuarantinedMessage]:
        """Return what was refused last, the newest first."""
        with self._connection() as connection:
            rows = connection.execute(
                "SELECT time, topic, payload, reason, detail FROM quarantine"
                " ORDER BY id DESC LIMIT ?",
                (limit,),
            )
            return [QuarantinedMessage(*row) for row in rows]

    def _number(self, connection: sqlite3.Connection, key: DeviceKey) -> int | None:
        if key not in self._numbers:
            self._read_devices(connection)
        return self._numbers.get(key)

    def _read_devices(self, connection: sqlite3.Connection) -> None:
        rows = connection.execute("SELECT id, town, device FROM devices").fetchall()
        self._devices = {number: DeviceKey(town, device) for number, town, device in rows}
        self._numbers = {key: number for number, key in self._devices.items()}
