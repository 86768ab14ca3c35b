"""The loop that carries frames from the journal to InfluxDB: a cursor, and patience.

It runs in a thread of its own, so that a slow database never holds the gateway's event loop up.
The cursor moves only after the server has everything up to it, so that a crash at any moment means
at most that some points are written twice, which changes nothing.
"""

import contextvars
import logging
import threading
from collections.abc import Sequence
from functools import partial
from typing import Protocol

from gateway.influx import bisect
from gateway.influx.backoff import Backoff
from gateway.influx.bisect import Culprit
from gateway.influx.connect import checked, connect
from gateway.influx.lines import Devices, LineBuilder, Point, join
from gateway.influx.quarantine import refusals
from gateway.influx.server import DatabaseMissingError, Server, UnavailableError
from gateway.influx.status import Progress, WriterStatus
from gateway.model import Frame, Refusal, StoredFrame
from kit.settings import Influx

log = logging.getLogger(__name__)

SINK = "influx"
BATCH_FRAMES = 5_000
"""InfluxDB's own advice is 5,000 to 10,000 points a write; three values a frame make 15,000."""
GATHER_S = 1.0
"""How long readings gather once all is written: one write a second spares an SD card."""
STOP_TIMEOUT_S = 2.0


class Journal(Protocol):
    """What is asked of the journal. Called from the writer's thread."""

    def after(self, frame_id: int, limit: int) -> list[StoredFrame]:
        """Return up to ``limit`` frames that came after ``frame_id``, in the order of arrival."""

    def cursor(self, sink: str) -> int:
        """Return the id up to which a sink has everything; 0 at first."""

    def advance(self, sink: str, frame_id: int) -> None:
        """Note that a sink has everything up to ``frame_id``."""

    def last_id(self) -> int:
        """Return the id of the newest frame; 0 if there is none."""

    def refuse(self, refusal: Refusal) -> None:
        """Put something into quarantine."""


class InfluxWriter:
    """Writes every frame of the journal to InfluxDB, in the order of arrival.

    ``token`` may be empty. Raises FabnumError at once if the address in the settings is unusable;
    whatever is wrong later is waited out and stands in :attr:`status`.
    """

    def __init__(
        self,
        settings: Influx,
        token: str,
        journal: Journal,
        devices: Devices,
        backoff: Backoff | None = None,
    ) -> None:
        checked(settings.url)
        self._settings = settings
        self._token = token
        self._journal = journal
        self._builder = LineBuilder(devices)
        self._backoff = backoff or Backoff()
        self._server: Server | None = None
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self._progress = Progress()

    @property
    def status(self) -> WriterStatus:
        """How the sink is. May be read from any thread."""
        return self._progress.status

    def start(self) -> None:
        """Begin to write, in a thread that speaks the caller's language."""
        run = contextvars.copy_context().run
        self._thread = threading.Thread(target=run, args=(self._run,), name="influx", daemon=True)
        self._thread.start()

    def stop(self, timeout_s: float = STOP_TIMEOUT_S) -> None:
        """End the thread. Blocks until it has ended, at most ``timeout_s``.

        A server that lets us wait longer is left behind: the cursor has not moved, and the thread
        touches the journal no more.
        """
        self._stopping.set()
        if self._thread is not None:
            self._thread.join(timeout_s)
        self._progress.stopped()

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                wait_s = self._step()
            except _StoppedError:
                break
            except UnavailableError as problem:
                wait_s = self._wait_out(problem, problem.retry_after_s)
            except Exception as error:
                log.exception("The InfluxDB writer met something unexpected; it tries again.")
                wait_s = self._wait_out(error, None)
            self._stopping.wait(wait_s)
        self._disconnect()
        self._progress.stopped()

    def _step(self) -> float:
        """Write the next batch, if there is one; return how long to wait before the next, in s."""
        cursor = self._journal.cursor(SINK)
        frames = self._journal.after(cursor, BATCH_FRAMES)
        self._progress.lags(self._journal.last_id() - cursor)
        if not frames:
            self._progress.writing()
            return GATHER_S
        points, culprits = self._store([stored.frame for stored in frames])
        self._go_on_if_not_stopped()
        for refusal in refusals(culprits):
            self._journal.refuse(refusal)
        self._journal.advance(SINK, frames[-1].id)
        self._backoff.reset()
        self._progress.wrote(len(frames), points - len(culprits), len(culprits))
        self._progress.lags(self._journal.last_id() - frames[-1].id)
        return 0.0 if len(frames) == BATCH_FRAMES else GATHER_S

    def _store(self, frames: Sequence[Frame]) -> tuple[int, list[Culprit]]:
        """Write frames to their towns' databases; return how many points, and those refused."""
        total, culprits = 0, list[Culprit]()
        for town, points in self._builder.points(frames).items():
            database = self._settings.database_prefix + town
            culprits += bisect.store(partial(self._write, database), points)
            total += len(points)
        return total, culprits

    def _write(self, database: str, points: Sequence[Point]) -> None:
        """Write points; make the database first if it is not there."""
        self._go_on_if_not_stopped()
        if self._server is None:
            self._server = connect(self._settings, self._token)
        lines = join(points)
        try:
            self._server.write(database, lines)
        except DatabaseMissingError:
            self._server.create(database)
            log.info("Made the database %s.", database)
            self._server.write(database, lines)

    def _wait_out(self, problem: Exception, retry_after_s: float | None) -> float:
        """Remember why nothing is written; return how long to wait, in seconds."""
        self._disconnect()
        self._progress.waiting(problem)
        return max(self._backoff.next_s(), retry_after_s or 0.0)

    def _go_on_if_not_stopped(self) -> None:
        if self._stopping.is_set():
            raise _StoppedError

    def _disconnect(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None


class _StoppedError(Exception):
    """The writer was told to stop in the middle of a batch."""
