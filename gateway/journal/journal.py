"""The journal as everybody else sees it."""

from collections.abc import Sequence
from concurrent.futures import Future
from functools import partial
from pathlib import Path

from gateway.journal.batch import Batch, Written
from gateway.journal.model import (
    Counts,
    Hour,
    Latest,
    Leaf,
    QuarantinedMessage,
    Room,
    Step,
    Trouble,
    Wanted,
)
from gateway.journal.questions import Window
from gateway.journal.reader import Reader
from gateway.journal.retention import Retention
from gateway.journal.writer import Writer
from gateway.model import Frame, Refusal, StoredFrame
from kit.names import DeviceKey
from kit.settings import JournalLimits
from kit.signals import SITE

CLOSE_TIMEOUT_S = 10.0


class Journal:
    """Keeps every frame once, hands them to sinks in the order of arrival, answers the pages.

    All methods may be called from any thread. Those that write return at once; a commit is on disk
    before its future is done. Queries take a fraction of a millisecond up to some milliseconds;
    those over many channels more: ask them beside the event loop.
    """

    def __init__(self, path: Path, limits: JournalLimits | None = None) -> None:
        """Open the journal, or begin one. Raises FabnumError if that cannot be.

        A damaged file is kept under another name, said loudly, and a new one begun.
        """
        self._path = path
        self._sinks: set[str] = set()
        self._cursors: dict[str, int] = {}
        self._leaves: dict[tuple[DeviceKey, str], Leaf] = {}
        self._writer = Writer(path, Retention(limits or JournalLimits()), self._sinks)
        self._generation = self._writer.generation
        self._readers = self._open_reader()
        self._leaves = {(leaf.device, leaf.leaf): leaf for leaf in self._reader.leaves()}

    def close(self, timeout: float = CLOSE_TIMEOUT_S) -> None:
        """Commit what was given, then close. What a full disk refuses until then is cancelled."""
        self._readers.close()  # first: the last to close brings the side file into the journal
        self._writer.close(timeout)
        self._readers.close()

    # --- writing ---------------------------------------------------------------------------------

    def write(
        self,
        frames: Sequence[Frame] = (),
        refusals: Sequence[Refusal] = (),
        leaves: Sequence[Leaf] = (),
    ) -> Future[Written]:
        """Commit all of these together. The future is done when they are on disk, not before."""
        done: Future[Written] = Future()
        for leaf in leaves:
            self._leaves[leaf.device, leaf.leaf] = leaf
        self._writer.submit(Batch(done, frames, refusals, leaves))
        return done

    def refuse(self, refusal: Refusal) -> None:
        """Put something into quarantine; counted by its reason."""
        self.write(refusals=(refusal,))

    # --- sinks -----------------------------------------------------------------------------------

    def cursor(self, sink: str) -> int:
        """Return the id up to which a sink has read; 0 for a new one.

        From the first call on, frames that this sink has not read are kept for it, as far as the
        size cap allows.
        """
        self._sinks.add(sink)
        return max(self._cursors.get(sink, 0), self._writer.store.cursors.get(sink, 0))

    def advance(self, sink: str, frame_id: int) -> None:
        """Say that a sink has read up to ``frame_id``. A crash may take it back a little."""
        self._cursors[sink] = max(frame_id, self.cursor(sink))
        self._writer.submit(Batch(Future(), cursors=((sink, frame_id),)))

    def after(self, frame_id: int, limit: int) -> list[StoredFrame]:
        """Return up to ``limit`` frames that came after ``frame_id``, in the order of arrival."""
        return self._reader.after(frame_id, limit)

    def last_id(self) -> int:
        """Return the id of the last frame on disk; 0 if there has never been one."""
        return self._writer.store.last_id

    # --- questions -------------------------------------------------------------------------------

    def latest(self, key: DeviceKey) -> Frame | None:
        """Return the newest frame of a device by the time of its measurement, or ``None``."""
        return self._reader.latest(key)

    def frames_of(self, key: DeviceKey) -> set[tuple[str, int]]:
        """Return (boot, seq) of every frame kept of a device, to compare with what it measured."""
        return self._reader.frames_of(key)

    def series(
        self, key: DeviceKey, channel: str, start: float, end: float
    ) -> list[tuple[float, float]]:
        """Return the (time, value) of one channel with start ≤ time < end (Unix s), by time."""
        return self._reader.series(key, channel, start, end)

    def hourly(self, key: DeviceKey, channel: str, start: float, end: float) -> list[Hour]:
        """Return the hours of one channel that begin from ``start`` to before ``end`` (Unix s).

        They lag behind the frames by some seconds and outlive them.
        """
        return self._reader.hourly(key, channel, start, end)

    def channels(self, town: str, prefix: str = "") -> dict[DeviceKey, list[str]]:
        """Return the channels that each device of a town has ever told, sorted.

        ``prefix``: only of devices whose names begin so.
        """
        return self._reader.channels(town, prefix)

    def steps(
        self, wanted: Sequence[Wanted], window: Window, *, by_hours: bool = True
    ) -> list[Step]:
        """Return what each wanted channel told in each step; those without readings left out.

        In the order of ``wanted`` and of time. ``by_hours=False`` reads every frame, to compare.
        """
        return self._reader.steps(wanted, window, by_hours=by_hours)

    def last(self, wanted: Sequence[Wanted], window: Window) -> list[Latest]:
        """Return the last value of each wanted channel; with steps, that of each step.

        ``time`` is that of the reading, or where its step begins.
        """
        return self._reader.last(wanted, window)

    def leaf(self, key: DeviceKey, leaf: str) -> Leaf | None:
        """Return the latest ``about`` or ``status`` of a device, also of before a restart."""
        return self._leaves.get((key, leaf))

    def quarantine(self, limit: int = 100) -> list[QuarantinedMessage]:
        """Return what was refused last, the newest first."""
        return self._reader.quarantine(limit)

    def counts(self) -> Counts:
        """Return how the journal stands."""
        store = self._writer.store
        numbers = {number: key for key, number in list(store.devices.items())}
        missing = {
            key: count
            for number, count in list(store.seen.missing.items())
            if (key := numbers[number]).town != SITE
        }
        return Counts(
            frames=self.room().frames,
            last_id=store.last_id,
            duplicates=store.duplicates,
            missing=missing,
            dropped={
                key: int(status.payload.get("dropped", 0))
                for (key, leaf), status in list(self._leaves.items())
                if leaf == "status"
            },
            refused=dict(store.refused),
            unread_dropped=store.unread_dropped,
            size_bytes=self._size(),
        )

    # Of ten thousand objects, counts() takes some milliseconds; these take none.

    def room(self) -> Room:
        """Return how much is in the journal."""
        store = self._writer.store
        frames = store.last_id - store.first_id + 1 if store.first_id else 0
        return Room(frames, self._size())

    def missing(self, key: DeviceKey) -> int:
        """Return how many frames of an object never came, of the boots that are known."""
        store = self._writer.store
        number = store.devices.get(key)
        return 0 if number is None else store.seen.missing.get(number, 0)

    def has_heard(self, key: DeviceKey) -> bool:
        """Whether there has ever been a frame of an object."""
        return key in self._writer.store.devices

    def refused(self) -> dict[str, int]:
        """Return how much was refused since the journal began, by reason."""
        return dict(self._writer.store.refused)

    @property
    def trouble(self) -> Trouble | None:
        """Why nothing can be written just now, or ``None``. It is tried again by itself."""
        return self._writer.trouble

    @property
    def _reader(self) -> Reader:
        """The reader of the file that is in use."""
        if self._generation != self._writer.generation:
            self._generation = self._writer.generation
            self._readers.close()
            self._readers = self._open_reader()
        return self._readers

    def _open_reader(self) -> Reader:
        return Reader(self._path, partial(self._writer.report_damage, self._generation))

    def _size(self) -> int:
        files = (self._path, self._path.with_name(self._path.name + "-wal"))
        return sum(file.stat().st_size for file in files if file.exists())
