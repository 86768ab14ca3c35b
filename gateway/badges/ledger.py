"""The badges that a site has given: number, module, day, place in the status list, never whose."""

import datetime as dt
import secrets
import sqlite3
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from gateway.badges.status_list import PLACES
from gateway.write_ahead import use_write_ahead_log
from kit.errors import FabnumError
from kit.i18n import _

_SCHEMA = """
CREATE TABLE IF NOT EXISTS given (
    place INTEGER PRIMARY KEY,
    number TEXT NOT NULL UNIQUE,
    module TEXT NOT NULL,
    day TEXT NOT NULL,
    revoked INTEGER NOT NULL DEFAULT 0
);
"""


class Given(msgspec.Struct, frozen=True):
    """A badge that was given. ``number`` is its ``urn:uuid:``, ``place`` its bit in the list."""

    number: str
    module: str
    day: dt.date
    place: int
    revoked: bool = False


class Ledger:
    """The badges of a site, in one file. Safe to use from several processes at once."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def add(self, module: str, day: dt.date) -> Given:
        """Give a number and a free place to a new badge, and keep them."""
        with self._open() as database:
            while True:
                given = Given(uuid.uuid4().urn, module, day, secrets.randbelow(PLACES))
                try:
                    database.execute(
                        "INSERT INTO given (place, number, module, day) VALUES (?, ?, ?, ?)",
                        (given.place, given.number, module, day.isoformat()),
                    )
                except sqlite3.IntegrityError:
                    continue  # the place is taken: draw again
                return given

    def revoke(self, number: str) -> None:
        """Revoke a badge for good. Raises FabnumError if the site never gave it."""
        with self._open() as database:
            known = database.execute(
                "UPDATE given SET revoked = 1 WHERE number = ?", (number,)
            ).rowcount
        if not known:
            raise FabnumError(
                _("This site has given no badge {number}.", number=number),
                _("Take its number from “fabnum badges verify”."),
            )

    def all(self) -> list[Given]:
        """Return all badges, the newest first."""
        with self._open() as database:
            rows = database.execute(
                "SELECT number, module, day, place, revoked FROM given ORDER BY day DESC, number"
            ).fetchall()
        return [
            Given(number, module, dt.date.fromisoformat(day), place, bool(revoked))
            for number, module, day, place, revoked in rows
        ]

    def revoked(self) -> list[int]:
        """Return the places of the revoked badges."""
        return [given.place for given in self.all() if given.revoked]

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            database = sqlite3.connect(self._path, timeout=10, isolation_level=None)
            try:
                use_write_ahead_log(database)
                database.executescript(_SCHEMA)
                yield database
            finally:
                database.close()
        except (sqlite3.OperationalError, sqlite3.DatabaseError, OSError) as error:
            if isinstance(error, sqlite3.IntegrityError):
                raise
            raise FabnumError(
                _("{file} cannot be used: {reason}.", file=self._path, reason=error),
                _("Check the disk and the rights of the data folder."),
            ) from error
