"""The sessions of workshops that are open now, and what was answered in them so far.

They lie in the file of the workshops that were held: closing a session writes its totals and takes
the session away in one step, whoever closes it. The command line and the service are processes of
their own; :meth:`Sessions.version` tells each when the other has changed something.
"""

import contextlib
import datetime as dt
import secrets
import sqlite3
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import msgspec

from gateway import workshops
from gateway.day.codes import new_code
from gateway.day.plan import Step
from gateway.day.tokens import SECRET_BYTES, is_ours
from gateway.shared_file import SharedFile
from gateway.workshops import Held, require_possible
from kit.closing_questions import FACE_IDS, QUESTION_IDS
from kit.days import today
from kit.errors import FabnumError
from kit.i18n import _
from kit.names import DeviceKey

FORGOTTEN_S = 8 * 3600.0
"""A session that nobody closed closes by itself after so long."""

_SCHEMA = """
CREATE TABLE IF NOT EXISTS sessions (
    code TEXT PRIMARY KEY,
    workshop TEXT NOT NULL,
    town TEXT NOT NULL,
    place TEXT NOT NULL,
    place_name TEXT NOT NULL,
    day TEXT NOT NULL,
    opened REAL NOT NULL,
    began REAL NOT NULL,
    asked INTEGER NOT NULL,
    objects TEXT NOT NULL,
    plan TEXT NOT NULL,
    secret BLOB NOT NULL,
    UNIQUE (town, place)
);
CREATE TABLE IF NOT EXISTS session_answers (
    code TEXT NOT NULL,
    question TEXT NOT NULL,
    face TEXT NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (code, question, face)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS session_tokens (
    code TEXT NOT NULL,
    token TEXT NOT NULL,
    PRIMARY KEY (code, token)
) WITHOUT ROWID;
"""
# Tokens lie in the order of their random letters, not in that of their arrival, and not beside what
# was answered with them. They go when the session closes.

_COLUMNS = (
    "code, workshop, town, place, place_name, day, opened, began, asked, objects, plan, secret,"
    " (SELECT COUNT(*) FROM session_tokens WHERE session_tokens.code = sessions.code)"
)


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """One workshop that is being held. ``code`` is empty until it is open.

    ``opened``: when (Unix seconds); ``began``: when its plan began, which the facilitator may
    shift. ``asked``: whether the questions are open; ``answers``: how many pages were sent in.
    ``objects`` are ids of objects of the town; ``secret`` signs the tokens of its pages.
    """

    workshop: str
    town: str
    place: str
    place_name: str
    objects: tuple[str, ...]
    code: str = ""
    day: dt.date = dt.date.min
    opened: float = 0.0
    began: float = 0.0
    asked: bool = False
    plan: tuple[Step, ...] = ()
    secret: bytes = b""
    answers: int = 0

    @property
    def keys(self) -> list[DeviceKey]:
        """The objects that the room looks at."""
        return [DeviceKey(self.town, device) for device in self.objects]


class ClosedError(FabnumError):
    """The session is no longer open."""


class Sessions:
    """The open sessions of a site. Safe to open from several processes at once.

    All that looks into the file raises FabnumError if it cannot be used.
    """

    def __init__(self, path: Path, clock: Callable[[], float] = time.time) -> None:
        """Name the file of the workshops; it is opened when it is needed."""
        self.path = path
        self._file = SharedFile(path, workshops.SCHEMA + _SCHEMA)
        self._clock = clock
        self._own_changes = 0

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    def version(self) -> tuple[int, int]:
        """Return what changes whenever any process has changed the file. Costs next to nothing."""
        with self._file.using() as database:
            (foreign,) = database.execute("PRAGMA data_version").fetchone()
        return int(foreign), self._own_changes

    def all(self) -> list[Session]:
        """Return the open sessions, the oldest first."""
        with self._file.using() as database:
            rows = database.execute(
                f"SELECT {_COLUMNS} FROM sessions ORDER BY opened, code"  # noqa: S608
            ).fetchall()
        return [_session(row) for row in rows]

    def open(self, wanted: Session) -> Session:
        """Open a session; return it with its code, its day and its secret.

        Raises FabnumError if one is open at that place already, or such a workshop cannot be held.
        """
        now, day = self._clock(), today()
        session = msgspec.structs.replace(
            wanted, day=day, opened=now, began=now, secret=secrets.token_bytes(SECRET_BYTES)
        )
        require_possible(_held(session, people=0))
        with self._changing() as database:
            taken = database.execute("SELECT code, town, place FROM sessions").fetchall()
            for code, *where in taken:
                if where == [session.town, session.place]:
                    raise _open_already(code, session.place_name)
            code = new_code({code for code, *_where in taken})
            session = msgspec.structs.replace(session, code=code)
            _write(database, session)
        return session

    def held(self, number: int) -> Held | None:
        """Return a workshop that was noted, or ``None``."""
        with self._file.using() as database:
            return workshops.find(database, number)

    def ask(self, code: str) -> None:
        """Open the questions of a session. Raises ClosedError if it is not open."""
        self._set(code, "asked", 1)

    def shift(self, code: str, began: float) -> None:
        """Say when the plan of a session began (Unix seconds). Raises ClosedError."""
        self._set(code, "began", began)

    def answer(self, code: str, token: str, answers: Mapping[str, str]) -> bool:
        """Count the answers of one page, by question; return False if that page has counted.

        On disk when it returns. Raises ClosedError if the session or its questions are not open,
        or the page is not of this session.
        """
        with self._changing() as database:
            row = database.execute(
                "SELECT secret FROM sessions WHERE code = ? AND asked", (code,)
            ).fetchone()
            if row is None or not is_ours(token, row[0], code):
                raise _closed(code)
            if not database.execute(
                "INSERT OR IGNORE INTO session_tokens VALUES (?, ?)", (code, token)
            ).rowcount:
                return False
            for question, face in answers.items():
                if question not in QUESTION_IDS or face not in FACE_IDS:
                    continue
                database.execute(
                    "INSERT INTO session_answers VALUES (?, ?, ?, 1)"
                    " ON CONFLICT DO UPDATE SET count = count + 1",
                    (code, question, face),
                )
        return True

    def stop(self, code: str, people: int | None, learners: int = 0) -> Held:
        """Close a session and keep its totals; return what was noted.

        ``people`` ``None``: as many as have answered. Raises ClosedError if it is not open.
        """
        with self._changing() as database:
            row = database.execute(
                f"SELECT {_COLUMNS} FROM sessions WHERE code = ?",  # noqa: S608
                (code,),
            ).fetchone()
            if row is None:
                raise _closed(code)
            session = _session(row)
            held = _held(session, session.answers if people is None else people, learners)
            require_possible(held)
            answered = database.execute(
                "SELECT question, face, count FROM session_answers WHERE code = ?", (code,)
            ).fetchall()
            for table in ("sessions", "session_answers", "session_tokens"):
                database.execute(f"DELETE FROM {table} WHERE code = ?", (code,))  # noqa: S608
            return workshops.insert(
                database, held, {(question, face): count for question, face, count in answered}
            )

    def stop_forgotten(self) -> list[Held]:
        """Close the sessions that nobody closed, as with no number of people; return them."""
        with self._file.using() as database:
            forgotten = database.execute(
                "SELECT code FROM sessions WHERE opened < ?", (self._clock() - FORGOTTEN_S,)
            ).fetchall()
        held = []
        for (code,) in forgotten:
            with contextlib.suppress(ClosedError):  # another process was quicker
                held.append(self.stop(code, None))
        return held

    def _set(self, code: str, column: str, value: float) -> None:
        with self._changing() as database:
            if not database.execute(
                f"UPDATE sessions SET {column} = ? WHERE code = ?",  # noqa: S608
                (value, code),
            ).rowcount:
                raise _closed(code)

    def _changing(self) -> AbstractContextManager[sqlite3.Connection]:
        self._own_changes += 1
        return self._file.changing()


def _write(database: sqlite3.Connection, session: Session) -> None:
    database.execute(
        "INSERT INTO sessions VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            session.code,
            session.workshop,
            session.town,
            session.place,
            session.place_name,
            session.day.isoformat(),
            session.opened,
            session.began,
            int(session.asked),
            msgspec.json.encode(session.objects).decode(),
            msgspec.json.encode(session.plan).decode(),
            session.secret,
        ),
    )


def _session(row: tuple[Any, ...]) -> Session:
    *told, day, opened, began, asked, objects, plan, secret, answers = row
    code, workshop, town, place, place_name = told
    return Session(
        code=code,
        workshop=workshop,
        town=town,
        place=place,
        place_name=place_name,
        day=dt.date.fromisoformat(day),
        opened=opened,
        began=began,
        asked=bool(asked),
        objects=msgspec.json.decode(objects, type=tuple[str, ...]),
        plan=msgspec.json.decode(plan, type=tuple[Step, ...]),
        secret=secret,
        answers=answers,
    )


def _held(session: Session, people: int, learners: int = 0) -> Held:
    return Held(
        workshop=session.workshop,
        town=session.town,
        place=session.place_name,
        day=session.day,
        people=people,
        learners=learners,
    )


def _open_already(code: str, place: str) -> FabnumError:
    return FabnumError(
        _("A workshop is open at “{place}” already: code {code}.", place=place, code=code),
        _("Close it first: {command}", command=f"fabnum workshop stop {code}"),
    )


def _closed(code: str) -> ClosedError:
    return ClosedError(
        _("No workshop with the code {code} is open.", code=code),
        _("See those that are open with: {command}", command="fabnum workshop status"),
    )
