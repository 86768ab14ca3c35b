"""The sessions as the service runs them: who has joined, what the room wishes, what is told.

In memory: the wishes of the last seconds, the last choice of the room, how many pages are open.
All of it is forgotten when the session closes. What is to outlive a power cut is in the store.
"""

import asyncio
import logging
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from enum import Enum

from gateway.commands import Commander
from gateway.day.ballot import Ballot, Choice, Wish
from gateway.day.plan import Moment, moment, start_of
from gateway.day.sessions import ClosedError, Session, Sessions
from gateway.day.tokens import new_token
from gateway.live import Live
from gateway.workshops import Held
from kit.errors import FabnumError
from kit.names import DeviceKey

log = logging.getLogger(__name__)

LOOK_EVERY_S = 1.0
"""So often the service asks whether the command line has opened or closed a session."""
WINDOW_S = 4.0
"""So long wishes are gathered before the lamp is told: long enough for a room to answer together,
short enough that each sees what came of it."""

ENDED_KEPT = 20
"""So many sessions that have ended are told apart from codes that never were."""

Room = tuple[str, DeviceKey]
"""A session's code, and one of its objects."""


class Answered(Enum):
    """What came of the answers of a page."""

    COUNTED = "counted"
    ALREADY = "already"
    CLOSED = "closed"


class Day:
    """The open sessions of a site. Used from the event loop; the file is looked into beside it."""

    def __init__(
        self,
        sessions: Sessions,
        commander: Commander,
        live: Live,
        clock: Callable[[], float] = time.time,
        window_s: float = WINDOW_S,
    ) -> None:
        self._sessions = sessions
        self._commander = commander
        self._live = live
        self._clock = clock
        self._window_s = window_s
        self._version: tuple[int, int] | None = None
        self._open: dict[str, Session] = {}
        self._ended: deque[str] = deque(maxlen=ENDED_KEPT)
        self._ballots: dict[Room, Ballot] = {}
        self._choices: dict[Room, Choice] = {}
        self._troubles: dict[Room, str] = {}
        self._steering: dict[Room, asyncio.Task[None]] = {}
        self._phones: Counter[str] = Counter()
        self._wishes: Counter[str] = Counter()

    # --- sessions --------------------------------------------------------------------------------

    def open(self, town: str = "") -> list[Session]:
        """Return the open sessions, of one town or of all, the oldest first."""
        return [one for one in self._open.values() if town in ("", one.town)]

    def find(self, code: str) -> Session | None:
        """Return an open session, or ``None``."""
        return self._open.get(code)

    async def run(self) -> None:
        """Follow the store until cancelled. Whatever fails is logged; it never ends."""
        troubled = False
        while True:
            try:
                await self.look()
                troubled = False
            except FabnumError as error:
                if not troubled:
                    log.warning("Workshops: %s", error.cause)
                troubled = True
                self._version = None  # whatever happened to the file meanwhile
            except Exception:
                log.exception("The open workshops could not be looked up just now.")
            await asyncio.sleep(LOOK_EVERY_S)

    async def look(self) -> None:
        """Take over what has changed in the store; close what was forgotten."""
        await asyncio.to_thread(self._sessions.stop_forgotten)
        version = await asyncio.to_thread(self._sessions.version)
        if version != self._version:
            await self._take_over(version)

    async def close(self) -> None:
        """End what is being told to lamps."""
        tasks = [*self._steering.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def ask(self, code: str) -> None:
        """Open the questions of a session. Raises FabnumError."""
        await asyncio.to_thread(self._sessions.ask, code)
        await self.look()

    async def stop(self, code: str, people: int | None, learners: int) -> Held:
        """Close a session; return what was noted. Raises FabnumError."""
        held = await asyncio.to_thread(self._sessions.stop, code, people, learners)
        await self.look()
        return held

    async def answer(self, code: str, token: str, answers: Mapping[str, str]) -> Answered:
        """Count the answers of one page; they are on disk when this returns."""
        try:
            counted = await asyncio.to_thread(self._sessions.answer, code, token, answers)
        except ClosedError:
            return Answered.CLOSED
        return Answered.COUNTED if counted else Answered.ALREADY

    def new_token(self, session: Session) -> str:
        """Return the one-time token of a page with the questions."""
        return new_token(session.secret, session.code)

    def has_ended(self, code: str) -> bool:
        """Whether a session of that code has been open since this service started."""
        return code in self._ended

    async def held(self, number: int) -> Held | None:
        """Return a workshop that was noted, or ``None``. Raises FabnumError."""
        return await asyncio.to_thread(self._sessions.held, number)

    # --- the plan --------------------------------------------------------------------------------

    def moment(self, session: Session) -> Moment:
        """Return which step of its plan a session is in."""
        return moment(session.plan, self._clock() - session.began)

    async def go_to(self, session: Session, index: int) -> None:
        """Let a step of the plan begin now. Raises FabnumError."""
        began = self._clock() - start_of(session.plan, index)
        await asyncio.to_thread(self._sessions.shift, session.code, began)
        await self.look()

    # --- what the room wishes --------------------------------------------------------------------

    def wish(self, session: Session, key: DeviceKey, wish: Wish) -> None:
        """Count one wish. The object is told once the window has passed."""
        room = (session.code, key)
        self._wishes[session.code] += 1
        self._ballots.setdefault(room, Ballot()).add(wish)
        if room not in self._steering:
            self._steering[room] = asyncio.create_task(self._steer(room), name="room")

    def choice(self, session: Session, key: DeviceKey) -> Choice | None:
        """Return what the room chose last for an object, or ``None``."""
        return self._choices.get((session.code, key))

    def trouble(self, session: Session, key: DeviceKey) -> str:
        """Return why the object has not done what the room chose: a sentence, empty if it has."""
        return self._troubles.get((session.code, key), "")

    def wishes(self, code: str) -> int:
        """Return how many wishes a session has counted since this service started."""
        return self._wishes[code]

    async def _steer(self, room: Room) -> None:
        """Tell an object what its room wishes, once each window, for as long as it wishes."""
        try:
            while True:
                await asyncio.sleep(self._window_s)
                choice = self._ballots[room].close()
                if choice is None or room[0] not in self._open:
                    return
                self._choices[room] = choice
                self._live.look_again([room[1]])
                await self._tell(room, choice.wish)
        finally:
            self._steering.pop(room, None)
            if room[0] not in self._open:
                self._forget(room)

    async def _tell(self, room: Room, wish: Wish) -> None:
        arguments = {wish.argument: wish.value} if wish.argument else {}
        try:
            await self._commander.send(room[1], wish.command, arguments)
            trouble = ""
        except FabnumError as error:
            trouble = error.cause
        if trouble != self._troubles.get(room, ""):
            self._troubles[room] = trouble
            self._live.look_again([room[1]])

    # --- pages -----------------------------------------------------------------------------------

    @contextmanager
    def phone(self, code: str) -> Iterator[None]:
        """Count one open page of a session for as long as the context lasts."""
        self._phones[code] += 1
        try:
            yield
        finally:
            self._phones[code] -= 1
            if not self._phones[code]:
                del self._phones[code]

    def phones(self, code: str) -> int:
        """Return how many phones have the page of a session open, and are connected."""
        return self._phones[code]

    # --- the store -------------------------------------------------------------------------------

    async def _take_over(self, version: tuple[int, int]) -> None:
        known, self._open = self._open, await self._read()
        self._version = version
        for code in known.keys() - self._open.keys():
            self._ended.append(code)
            self._wishes.pop(code, None)
            for room in [room for room in self._choices if room[0] == code]:
                self._forget(room)
        changed = {
            session.town
            for code in known.keys() | self._open.keys()
            if _shown(known.get(code)) != _shown(self._open.get(code))
            and (session := self._open.get(code) or known.get(code)) is not None
        }
        for town in changed:
            self._live.look_again([thing.key for thing in self._live.objects(town)])

    async def _read(self) -> dict[str, Session]:
        return {one.code: one for one in await asyncio.to_thread(self._sessions.all)}

    def _forget(self, room: Room) -> None:
        self._ballots.pop(room, None)
        self._choices.pop(room, None)
        self._troubles.pop(room, None)


def _shown(session: Session | None) -> tuple[str, bool] | None:
    """Return what pages show of a session that they do not look up by themselves."""
    return None if session is None else (session.code, session.asked)
