"""The workshops that were held: anonymous totals, for the indicators of towns and funders.

How many people were welcomed and how many learners led, never who; a day, never a time of day; and
how often each face was chosen in answer to the questions at the end.
"""

import datetime as dt
import sqlite3
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from gateway.shared_file import SharedFile
from kit.catalogue import Workshop, builds, load_build
from kit.closing_questions import FACE_IDS, FEWEST, QUESTION_IDS
from kit.days import today
from kit.errors import FabnumError
from kit.i18n import _
from kit.names import is_slug

MOST_PEOPLE = 10_000
LONGEST_PLACE = 120
FIRST_DAY = dt.date(2000, 1, 1)
"""Before it nobody held such a workshop: the year is mistyped."""

SCHEMA = """
CREATE TABLE IF NOT EXISTS workshops (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    workshop TEXT NOT NULL,
    town TEXT NOT NULL,
    place TEXT NOT NULL,
    day TEXT NOT NULL,
    people INTEGER NOT NULL,
    learners INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS answers (
    workshop INTEGER NOT NULL,
    question TEXT NOT NULL,
    face TEXT NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (workshop, question, face)
) WITHOUT ROWID;
"""

_COLUMNS = "workshop, town, place, day, people, learners, id"

Answers = Mapping[tuple[str, str], int]
"""How often each face was chosen: by question and face (``kit.closing_questions``)."""


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
        self._file = SharedFile(path, SCHEMA)

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    def add(self, held: Held, answers: Answers | None = None) -> Held:
        """Keep a workshop; return it with its number. Raises FabnumError if it cannot have been."""
        require_possible(held)
        with self._file.changing() as database:
            return insert(database, held, answers or {})

    def all(self) -> list[Held]:
        """Return every workshop by its day, the newest first."""
        with self._file.using() as database:
            rows = database.execute(
                f"SELECT {_COLUMNS} FROM workshops ORDER BY day DESC, id DESC"  # noqa: S608
            ).fetchall()
        return [_held(row) for row in rows]

    def remove(self, number: int) -> None:
        """Forget a workshop. Raises FabnumError if there is none of that number."""
        with self._file.changing() as database:
            gone = database.execute("DELETE FROM workshops WHERE id = ?", (number,)).rowcount
            database.execute("DELETE FROM answers WHERE workshop = ?", (number,))
        if not gone:
            raise FabnumError(
                _("There is no workshop number {number}.", number=number),
                _("See the list with “fabnum workshop list”."),
            )

    def sums(self) -> dict[tuple[str, str], Sum]:
        """Return what was held, by town and workshop."""
        with self._file.using() as database:
            rows = database.execute(
                "SELECT town, workshop, COUNT(*), SUM(people) FROM workshops"
                " GROUP BY town, workshop ORDER BY town, workshop"
            ).fetchall()
        return {(town, workshop): Sum(held, people) for town, workshop, held, people in rows}

    def answers(self) -> dict[int, dict[tuple[str, str], int]]:
        """Return the answers to each workshop that has some, by its number: all, also few ones."""
        with self._file.using() as database:
            rows = database.execute(
                "SELECT workshop, question, face, count FROM answers ORDER BY workshop"
            ).fetchall()
        found: dict[int, dict[tuple[str, str], int]] = {}
        for number, question, face, count in rows:
            found.setdefault(number, {})[question, face] = count
        return found

    def answer_sums(self) -> dict[tuple[str, str], dict[tuple[str, str], int]]:
        """Return the answers by town and workshop: those that may be summed up, see enough()."""
        kinds = {held.id: (held.town, held.workshop) for held in self.all()}
        sums: dict[tuple[str, str], dict[tuple[str, str], int]] = {}
        for number, answers in self.answers().items():
            if number not in kinds:  # removed by another process just now
                continue
            total = sums.setdefault(kinds[number], {})
            for name, count in enough(answers).items():
                total[name] = total.get(name, 0) + count
        return {kind: total for kind, total in sums.items() if total}


def enough(answers: Answers) -> dict[tuple[str, str], int]:
    """Return the answers to the questions that at least five people answered.

    What fewer answered is part of no sum: who knows the sum before and after would know theirs.
    """
    asked: dict[str, int] = {}
    for (question, _face), count in answers.items():
        asked[question] = asked.get(question, 0) + count
    return {name: count for name, count in answers.items() if asked[name[0]] >= FEWEST}


def told_answers(answers: Answers) -> dict[str, dict[str, int | None]]:
    """Return the answers to one workshop as they may be told: by question, then by face.

    In steps of five; ``None`` where it was one to four, and everywhere in a question that fewer
    than five people answered. In steps, because people are told too: all of them less the answers
    that are told would be the hidden ones.
    """
    sure = enough(answers)
    asked = {question for question, _face in answers}
    return {
        question: {
            face: _told(sure.get((question, face), 0)) if _is_enough(sure, question) else None
            for face in FACE_IDS
        }
        for question in QUESTION_IDS
        if question in asked
    }


def _is_enough(sure: Answers, question: str) -> bool:
    return any(name[0] == question for name in sure)


def _told(count: int) -> int | None:
    return None if 0 < count < FEWEST else count // FEWEST * FEWEST


def find(database: sqlite3.Connection, number: int) -> Held | None:
    """Return the workshop of that number, or ``None``."""
    row = database.execute(
        f"SELECT {_COLUMNS} FROM workshops WHERE id = ?",  # noqa: S608
        (number,),
    ).fetchone()
    return _held(row) if row else None


def _held(row: tuple[Any, ...]) -> Held:
    workshop, town, place, day, people, learners, number = row
    return Held(
        workshop=workshop,
        town=town,
        place=place,
        day=dt.date.fromisoformat(day),
        people=people,
        learners=learners,
        id=number,
    )


def insert(database: sqlite3.Connection, held: Held, answers: Answers) -> Held:
    """Write a workshop and its answers within a change; return it with its number."""
    number = database.execute(
        "INSERT INTO workshops (workshop, town, place, day, people, learners)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        (held.workshop, held.town, held.place, held.day.isoformat(), held.people, held.learners),
    ).lastrowid
    database.executemany(
        "INSERT INTO answers (workshop, question, face, count) VALUES (?, ?, ?, ?)",
        _answer_rows(number or 0, answers),
    )
    return msgspec.structs.replace(held, id=number or 0)


def _answer_rows(number: int, answers: Answers) -> Iterable[tuple[int, str, str, int]]:
    return [(number, question, face, count) for (question, face), count in answers.items()]


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
    last = today()
    if not FIRST_DAY <= held.day <= last:
        raise FabnumError(
            _("No workshop can have been held on {day}.", day=held.day.isoformat()),
            _("Give the day as year-month-day, today at the latest: {today}", today=last),
        )
