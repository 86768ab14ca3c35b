"""The one thread that writes the journal: group commit, patience with a full disk, chores.

While one commit waits for the disk, what arrives gathers and becomes the next group: the busier
the gateway, the larger the groups, without any timer.
"""

import logging
import queue
import sqlite3
import threading
import time
from collections.abc import Collection
from concurrent.futures import Future
from pathlib import Path

from gateway.journal import rollup, schema
from gateway.journal.batch import Batch, Written
from gateway.journal.model import Trouble
from gateway.journal.retention import Retention
from gateway.journal.store import Store
from kit.errors import FabnumError
from kit.i18n import _

logger = logging.getLogger(__name__)

GROUP_FRAMES = 4000
"""Frames after which a group is closed, so that the first of them need not wait for too many."""

RETRY_S = 1.0
CHORES_EVERY_S = 5.0
ROLL_UP_SOONER = 20_000
"""Frames waiting for their roll-up that make it run before its time."""


class Writer:
    """Commits batches in the order given. Everything but the constructor runs on its thread."""

    def __init__(self, path: Path, retention: Retention, sinks: Collection[str]) -> None:
        self._path = path
        self._retention = retention
        self._sinks = sinks
        self._queue: queue.SimpleQueue[Batch | None] = queue.SimpleQueue()
        self._stopping = False
        self._next_chores = time.monotonic() + CHORES_EVERY_S
        self.trouble: Trouble | None = None
        self._damaged_generation = -1
        self.generation = 0
        """Rises when a damaged file was set aside: who reads must open the new one."""
        self.store = self._open()
        self._thread = threading.Thread(target=self._run, name="journal-writer", daemon=True)
        self._thread.start()

    def submit(self, batch: Batch) -> None:
        """Have a batch committed; its future tells when that is done. From any thread."""
        self._queue.put(batch)

    def report_damage(self, generation: int) -> None:
        """Say that a query found the file of that generation damaged. From any thread."""
        self._damaged_generation = generation
        self._next_chores = 0.0
        self.submit(Batch(Future()))

    def close(self, timeout: float) -> None:
        """Commit what was given, then end. What the disk refuses until ``timeout`` is cancelled."""
        self._queue.put(None)
        self._thread.join(timeout)
        self._stopping = True
        self._thread.join()

    # --- on the thread ---------------------------------------------------------------------------

    def _run(self) -> None:
        """Work until the end; should the thread fail, let it be seen: the broker keeps readings."""
        try:
            self._work()
        except BaseException as error:
            reason = f"{type(error).__name__}: {error}"
            self.trouble = Trouble(
                FabnumError(
                    _("The journal cannot be written: {reason}.", reason=reason),
                    _("Start the gateway again; the broker has kept the readings."),
                ),
                time.time(),
            )
            raise

    def _work(self) -> None:
        going = True
        while going:
            group, going = self._next_group()
            if group:
                self._commit(group)
            if self._chores_are_due():
                self._do_chores()
        try:
            self.store.close()
        except sqlite3.Error as error:
            logger.warning("The journal could not be closed in order: %s", error)

    def _next_group(self) -> tuple[list[Batch], bool]:
        """Wait for batches; return them, and whether more may come."""
        group: list[Batch] = []
        frames = 0
        try:
            wait = max(0.0, self._next_chores - time.monotonic())
            batch = self._queue.get(timeout=wait)
            while batch is not None:
                group.append(batch)
                frames += len(batch.frames)
                if frames >= GROUP_FRAMES:
                    return group, True
                batch = self._queue.get_nowait()
        except queue.Empty:
            return group, True
        return group, False

    def _commit(self, group: list[Batch]) -> None:
        """Commit a group; if SQLite cannot take it at all, find the batch that is to blame."""
        try:
            self._commit_patiently(group)
        except Exception as error:
            # Sequence numbers of the failed group are in memory already: take the file's word.
            self._open_again()
            if len(group) == 1:
                logger.exception("The journal cannot take a batch.")
                if group[0].done.set_running_or_notify_cancel():
                    group[0].done.set_exception(error)
                return
            for batch in group:
                self._commit([batch])

    def _commit_patiently(self, group: list[Batch]) -> None:
        """Commit a group, however long it takes, and say so to those who gave it."""
        plan = None
        while True:
            try:
                if plan is None:
                    self.store.prepare(group)
                    plan = self.store.plan(group)
                self.store.commit(plan)
                break
            except sqlite3.Error as error:
                if schema.is_damaged(error):
                    self._begin_anew()
                    plan = None
                elif not self._wait_out(error):
                    _cancel(group)
                    return
        self._well_again()
        for batch, result in zip(group, plan.results, strict=True):
            _resolve(batch, result)

    def _wait_out(self, error: sqlite3.Error) -> bool:
        """Note why nothing can be written, wait a little; ``False`` if there is no more time."""
        if self.trouble is None:
            self.trouble = Trouble(_explain(error), time.time())
            logger.error("%s (%s)", self.trouble.error, error)
        if self._stopping:
            return False
        time.sleep(RETRY_S)
        return True

    def _well_again(self) -> None:
        if self.trouble is not None:
            logger.warning("The journal writes again; nothing was lost.")
            self.trouble = None

    def _open(self) -> Store:
        """Open the file. One that is damaged is set aside and a new one begun.

        Raises FabnumError if no file can be opened there at all.
        """
        try:
            return Store(self._path)
        except OSError as error:
            raise _explain(error) from error
        except sqlite3.Error as error:
            if not schema.is_damaged(error):
                raise _explain(error) from error
        schema.set_aside(self._path)
        self.generation += 1
        return Store(self._path)

    def _begin_anew(self) -> None:
        """Set the damaged file aside and go on in a new one."""
        self.store.connection.close()
        schema.set_aside(self._path)
        self._open_again(replaced=True)

    def _open_again(self, *, replaced: bool = False) -> None:
        """Open the file anew, however long that takes; ids go on rising."""
        last_id = self.store.last_id
        self.store.connection.close()
        while True:
            try:
                self.store = Store(self._path, first_id=last_id + 1)
            except sqlite3.Error as error:
                if schema.is_damaged(error):
                    schema.set_aside(self._path)
                    replaced = True
                elif not self._wait_out(error):
                    return
            else:
                # Not before: those who read shall find a file that has its tables.
                self.generation += replaced
                return

    def _chores_are_due(self) -> bool:
        return time.monotonic() >= self._next_chores or rollup.pending(self.store) > ROLL_UP_SOONER

    def _do_chores(self) -> None:
        """Do a little of what is not urgent; soon again if there is more of it."""
        if self._damaged_generation == self.generation:
            self._begin_anew()
        try:
            more = rollup.merge_some(self.store)
            more = self._retention.drop_some(self.store, self._sinks) or more
        except sqlite3.Error as error:
            more = False
            if schema.is_damaged(error):
                self._begin_anew()
            elif self.trouble is None:
                logger.warning("The journal could not be tidied just now: %s", error)
        self._next_chores = time.monotonic() + (0.0 if more else CHORES_EVERY_S)


def _resolve(batch: Batch, result: Written) -> None:
    if batch.done.set_running_or_notify_cancel():
        batch.done.set_result(result)


def _cancel(group: list[Batch]) -> None:
    for batch in group:
        batch.done.cancel()


def _explain(error: sqlite3.Error | OSError) -> FabnumError:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code == sqlite3.SQLITE_FULL:
        return FabnumError(
            _("The disk is full: new readings wait at the broker."),
            _("Make room on the disk; the gateway then goes on by itself."),
        )
    return FabnumError(
        _("The journal cannot be written: {reason}.", reason=error),
        _("Check the disk and the rights of the data folder."),
    )
