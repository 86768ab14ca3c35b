"""A small SQLite file that the service and the command line open at once, each when it needs it.

A damaged or locked file costs what stands in it, and stops nobody else: it is opened anew at the
next use.
"""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from gateway.write_ahead import use_write_ahead_log
from kit.errors import FabnumError
from kit.i18n import _

PATIENCE_S = 10.0
"""So long a statement waits for another process that writes."""


class SharedFile:
    """One file and its tables. May be used from several threads, one at a time."""

    def __init__(self, path: Path, schema: str) -> None:
        """Name the file and the statements that make its tables where they are missing."""
        self._path = path
        self._schema = schema
        self._database: sqlite3.Connection | None = None
        self._one_at_a_time = threading.Lock()

    def close(self) -> None:
        """Let go of the file."""
        with self._one_at_a_time:
            self._let_go()

    @contextmanager
    def using(self) -> Iterator[sqlite3.Connection]:
        """Yield the file's connection. Raises FabnumError if the file cannot be used."""
        with self._one_at_a_time:
            try:
                if self._database is None:
                    self._database = self._opened()
                yield self._database
            except (sqlite3.Error, OSError) as error:
                self._let_go()
                raise FabnumError(
                    _("{file} cannot be used: {reason}.", file=self._path, reason=error),
                    _("Check the disk and the rights of the data folder."),
                ) from error

    @contextmanager
    def changing(self) -> Iterator[sqlite3.Connection]:
        """Yield the connection for one change: all of it is kept, or none of it."""
        with self.using() as database:
            database.execute("BEGIN IMMEDIATE")
            try:
                yield database
            except BaseException:
                database.execute("ROLLBACK")
                raise
            database.execute("COMMIT")

    def _opened(self) -> sqlite3.Connection:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        database = sqlite3.connect(
            self._path, timeout=PATIENCE_S, check_same_thread=False, isolation_level=None
        )
        try:
            use_write_ahead_log(database)
            database.executescript(self._schema)
        except BaseException:
            database.close()
            raise
        return database

    def _let_go(self) -> None:
        if self._database is not None:
            self._database.close()
            self._database = None
