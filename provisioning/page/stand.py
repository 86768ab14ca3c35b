"""What all pages share: the line, who watches and answers, and how a page is rendered."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse

from kit import i18n
from kit.i18n import _
from kit.web.assets import Assets
from kit.web.language import Speech
from provisioning.bench.model import Job
from provisioning.page import board, words
from provisioning.page.board import Board
from provisioning.page.line import Line, Plugged
from provisioning.page.person import PagePerson
from provisioning.page.security import Token

LOOK_AT_PORTS_EVERY_S = 1.0
_HERE = Path(__file__).parent


@dataclass
class Choices:
    """What was chosen last: the next board often becomes the same."""

    build: str = ""
    town: str = ""
    place: str = ""
    cohort: str = ""
    workshop: str = ""


@dataclass
class Seat:
    """A board's place on the bench: its number, and the language in which the line tells of it.

    That is the language of the page on which it was started; other pages may be in another.
    """

    number: int
    job: Job
    language: str


@dataclass
class Stand:
    """The bench as the page has it; one for the life of the server."""

    line: Line
    person: PagePerson
    token: Token
    languages: Sequence[str]
    assets: Assets = field(default_factory=lambda: Assets(_HERE / "static"))
    choices: Choices = field(default_factory=Choices)
    _seats: list[Seat] = field(default_factory=list)
    _plugged: Sequence[Plugged] = ()
    _looked: float = float("-inf")

    def speech(self, request: Request) -> Speech:
        """Return in which language to answer: asked for, else that of whoever started the bench.

        Not the browser's: the PC is often in another language than those who work at it.
        """
        return Speech(request, self.languages, self.languages[0])

    def boards(self) -> list[Board]:
        """Return all boards on the bench, in the order in which they came."""
        return [self._describe(self.seat(job)) for job in self.line.jobs()]

    def find(self, number: int) -> Board | None:
        """Return the board of that number, if it is still on the bench."""
        return next((board for board in self.boards() if board.number == number), None)

    def in_need(self, boards: Sequence[Board]) -> list[Board]:
        """Return those that need a hand; who has waited longest comes first."""
        order = [id(job) for job in self.person.watcher.in_need()]
        needy = [board for board in boards if board.asked or board.trouble]
        return sorted(needy, key=lambda board: _rank(order, id(board.job)))

    async def plugged(self) -> Sequence[Plugged]:
        """Return the boards that are plugged in and not on the bench; looks once a second."""
        now = time.monotonic()
        if now - self._looked >= LOOK_AT_PORTS_EVERY_S:
            self._looked = now
            seen = await asyncio.to_thread(self.line.ports)
            if list(seen) != list(self._plugged):
                self._plugged = list(seen)
                self.person.watcher.touch()
        taken = {job.port for job in self.line.jobs()}
        return [port for port in self._plugged if port.path not in taken]

    def look_again(self) -> None:
        """Make the next :meth:`plugged` look anew."""
        self._looked = float("-inf")

    def seat(self, job: Job) -> Seat:
        """Return the place of a board: it keeps it as long as it is on the bench."""
        for seat in self._seats:
            if seat.job is job:
                return seat
        here = self.line.jobs()
        # By identity: two boards with the same facts are two boards.
        self._seats = [s for s in self._seats if any(s.job is known for known in here)]
        number = 1 + max((seat.number for seat in self._seats), default=0)
        self._seats.append(Seat(number, job, i18n.current()))
        return self._seats[-1]

    def _describe(self, seat: Seat) -> Board:
        return board.describe(
            seat.job,
            seat.number,
            busy=self.line.busy(seat.job),
            pending=self.person.asked(seat.job),
            language="" if seat.language == i18n.current() else seat.language,
        )


_templates = Environment(
    loader=FileSystemLoader(_HERE / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_templates.globals.update(
    _=i18n.gettext, ngettext=i18n.ngettext, percent=words.percent, boards=words.boards
)


def page(
    stand: Stand, request: Request, template: str, *, status: int = 200, **values: Any
) -> HTMLResponse:
    """Render a page; only what stands in its middle, if an open page asks to be renewed."""
    speech = stand.speech(request)
    i18n.use(speech.language)
    part = "fabnum-since" in request.headers
    revision = stand.person.watcher.revision
    text = _templates.get_template(template).render(
        part=part,
        language=speech.language,
        languages=speech.others(),
        link=speech.link,
        asset=stand.assets.url,
        revision=revision,
        site_title=_("Fab’Num bench"),
        **values,
    )
    headers = {"Content-Language": speech.language, "Fabnum-Revision": str(revision)}
    return HTMLResponse(text, status, headers)


def _rank(order: Sequence[int], job: int) -> int:
    return order.index(job) if job in order else len(order)
