"""The workshops that were held: anonymous totals, for the indicators of towns and funders.

How many people were welcomed and how many learners led, never who; a day, never a time of day.
"""

import datetime as dt
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import msgspec

from gateway.write_ahead import use_write_ahead_log
from kit.catalogue import Workshop, builds, load_build
from kit.errors import FabnumError
from kit.i18n import _
from kit.names import is_slug

MOST_PEOPLE = 10_000
LONGEST_PLACE = 120
FIRST_DAY = dt.date(2000, 1, 1)
"""Before it nobody held such a workshop: the year is mistyped."""

_SCHEMA = """
CREATE TABLE IF NOT EXISTS workshops (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    workshop TEXT NOT NULL,
    town TEXT NOT NULL,
    place TEXT NOT NULL,
    day TEXT NOT NULL,
    people INTEGER NOT NULL,
    learners INTEGER NOT NULL
);
"""


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """One workshop that was held. ``id`` is 0 until it is kept.

    ``workshop``: such as ``M02``; ``people`` welcomed; ``learners`` who led it, 0 where nobody
    counted them.
    """

    workshop: str
    town: str
    place: str
    day: dt.date
    people: int
    learners: int = 0
    id: int = 0


class Sum(NamedTuple):
    """Workshops of one kind in one town: how many were held, for how many people in all."""

    held: int
    people: int


class Workshops:
    """The workshops of a site, in one file. Safe to open from several processes at once."""

    def __init__(self, path: Path) -> None:
        """Name the file; it is opened when it is needed, so that a damaged one stops nobody else.

        All that looks into it raises FabnumError if it cannot be used.
        """
        self._path = path
        self._database: sqlite3.Connection | None = None
        self._one_at_a_time = threading.Lock()

    def close(self) -> None:
        """Let go of the file."""
        with self._one_at_a_time:
            self._let_go()

    def add(self, held: Held) -> Held:
        """Keep a workshop; return it with its number. Raises FabnumError if it cannot have been."""
        require_possible(held)
        with self._using() as database:
            number = database.execute(
                "INSERT INTO workshops (workshop, town, place, day, people, learners)"
                " VALUES (?, ?, ?, ?, ?, ?)",
                (
                    held.workshop,
                    held.town,
                    held.place,
                    held.day.isoformat(),
                    held.people,
                    held.learners,
                ),
            ).lastrowid
        return msgspec.structs.replace(held, id=number or 0)

    def all(self) -> list[Held]:
        """Return every workshop by its day, the newest first."""
        with self._using() as database:
            rows = database.execute(
                "SELECT workshop, town, place, day, people, learners, id FROM workshops"
                " ORDER BY day DESC, id DESC"
            ).fetchall()
        return [
            Held(
                workshop=workshop,
                town=town,
                place=place,
                day=dt.date.fromisoformat(day),
                people=people,
                learners=learners,
                id=number,
            )
            for workshop, town, place, day, people, learners, number in rows
        ]

    def remove(self, number: int) -> None:
        """Forget a workshop. Raises FabnumError if there is none of that number."""
        with self._using() as database:
            gone = database.execute("DELETE FROM workshops WHERE id = ?", (number,)).rowcount
        if not gone:
            raise FabnumError(
                _("There is no workshop number {number}.", number=number),
                _("See the list with “fabnum workshop list”."),
            )

    def sums(self) -> dict[tuple[str, str], Sum]:
        """Return what was held, by town and workshop."""
        with self._using() as database:
            rows = database.execute(
                "SELECT town, workshop, COUNT(*), SUM(people) FROM workshops"
                " GROUP BY town, workshop ORDER BY town, workshop"
            ).fetchall()
        return {(town, workshop): Sum(held, people) for town, workshop, held, people in rows}

    @contextmanager
    def _using(self) -> Iterator[sqlite3.Connection]:
        with self._one_at_a_time:
            try:
                if self._database is None:
                    self._database = _opened(self._path)
                yield self._database
            except (sqlite3.Error, OSError) as error:
                self._let_go()
                raise FabnumError(
                    _("{file} cannot be used: {reason}.", file=self._path, reason=error),
                    _("Check the disk and the rights of the data folder."),
                ) from error

    def _let_go(self) -> None:
        if self._database is not None:
            self._database.close()
            self._database = None


def _opened(path: Path) -> sqlite3.Connection:
    path.parent.mkdir(parents=True, exist_ok=True)
    database = sqlite3.connect(path, timeout=10, check_same_thread=False, isolation_level=None)
    try:
        use_write_ahead_log(database)
        database.executescript(_SCHEMA)
    except BaseException:
        database.close()
        raise
    return database


def known_workshops() -> dict[str, Workshop]:
    """Return the workshops of the catalogue by id, such as ``M02``."""
    found = (load_build(build).workshop for build in builds())
    return {workshop.id: workshop for workshop in found}


def require_possible(held: Held) -> None:
    """Raise FabnumError unless such a workshop can have been held."""
    known = known_workshops()
    if held.workshop not in known:
        raise FabnumError(
            _("There is no workshop “{workshop}”.", workshop=held.workshop),
            _("Take one of these: {workshops}", workshops=", ".join(sorted(known))),
        )
    if not is_slug(held.town):
        raise FabnumError(
            _("“{name}” cannot name a town, a place or an object.", name=held.town),
            _("Use 1 to 32 of: a-z, 0-9 and the hyphen."),
        )
    if not 0 < len(held.place.strip()) <= LONGEST_PLACE:
        raise FabnumError(
            _("A place has 1 to {most} characters.", most=LONGEST_PLACE),
            _("Say where it was held, such as: Médiathèque"),
        )
    if not (0 <= held.people <= MOST_PEOPLE and 0 <= held.learners <= MOST_PEOPLE):
        raise FabnumError(
            _("People are counted from 0 to {most}.", most=MOST_PEOPLE),
            _("Count again."),
        )
    today = dt.date.today()  # noqa: DTZ011 - a day as people here count it
    if not FIRST_DAY <= held.day <= today:
        raise FabnumError(
            _("No workshop can have been held on {day}.", day=held.day.isoformat()),
            _("Give the day as year-month-day, today at the latest: {today}", today=today),
        )
