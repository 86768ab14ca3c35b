"""The badges that a site has given: number, module, day, place in the status list, never whose."""

import datetime as dt
import secrets
import uuid
from pathlib import Path

import msgspec

from gateway.badges.status_list import PLACES
from gateway.shared_file import SharedFile
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
        """Name the file. All that looks into it raises FabnumError if it cannot be used."""
        self._file = SharedFile(path, _SCHEMA)

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    def add(self, module: str, day: dt.date) -> Given:
        """Give a number and a free place to a new badge, and keep them."""
        with self._file.using() as database:
            while True:
                given = Given(uuid.uuid4().urn, module, day, secrets.randbelow(PLACES))
                kept = database.execute(
                    "INSERT INTO given (place, number, module, day) VALUES (?, ?, ?, ?)"
                    " ON CONFLICT (place) DO NOTHING",
                    (given.place, given.number, module, day.isoformat()),
                ).rowcount
                if kept:
                    return given

    def revoke(self, number: str) -> None:
        """Revoke a badge for good. Raises FabnumError if the site never gave it."""
        with self._file.using() as database:
            known = database.execute(
                "UPDATE given SET revoked = 1 WHERE number = ?", (number,)
            ).rowcount
        if not known:
            raise FabnumError(
                _("This site has given no badge {number}.", number=number),
                _("Take its number from “fabnum badges verify”."),
            )

    def is_revoked(self, number: str) -> bool:
        """Return whether a badge of this site was revoked."""
        with self._file.using() as database:
            found = database.execute(
                "SELECT 1 FROM given WHERE number = ? AND revoked", (number,)
            ).fetchone()
        return found is not None

    def all(self) -> list[Given]:
        """Return all badges, the newest first."""
        with self._file.using() as database:
            rows = database.execute(
                "SELECT number, module, day, place, revoked FROM given ORDER BY day DESC, number"
            ).fetchall()
        return [
            Given(number, module, dt.date.fromisoformat(day), place, bool(revoked))
            for number, module, day, place, revoked in rows
        ]

    def revoked(self) -> list[int]:
        """Return the places of the revoked badges."""
        with self._file.using() as database:
            return [place for (place,) in database.execute("SELECT place FROM given WHERE revoked")]
