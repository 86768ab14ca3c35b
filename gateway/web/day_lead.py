"""The facilitator's page of a workshop's day: the clock of the plan, the questions, the end."""

from datetime import UTC, datetime

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from gateway.day import Day, Session
from gateway.day.codes import read_code
from gateway.web import day_views
from gateway.web.day_events import LeadEvents
from gateway.web.door import PRIVATE, Door
from gateway.web.forms import form_of
from gateway.web.qr import qr_svg
from gateway.web.site import Site, page
from gateway.web.views import updated
from gateway.workshops import MOST_PEOPLE
from kit import i18n

_DIGITS = 5


class LeadPages:
    """The addresses behind the password."""

    def __init__(self, day: Day, door: Door) -> None:
        self._day = day
        self._door = door

    def routes(self) -> list[Route]:
        """Return the addresses."""
        return [
            Route("/a/{code}/animer", self.lead),
            Route("/a/{code}/animer/events", LeadEvents(self._day, self._door)),
            Route("/a/{code}/animer/status", self.status),
            Route("/a/{code}/animer/questions", self.ask, methods=["POST"]),
            Route("/a/{code}/animer/step", self.step, methods=["POST"]),
            Route("/a/{code}/animer/stop", self.stop, methods=["POST"]),
            Route("/a/{code}/animer/noted/{number:int}", self.noted),
        ]

    async def lead(self, request: Request) -> Response:
        """Show which step of the plan it is, who has joined, and what can be done."""
        self._door.admit(request)
        site, session = _site(request), self._session(request)
        speech = site.speech(request)
        i18n.use(speech.language)
        steps, left_s = day_views.plan_of(self._day, session)
        address = site.settings.pages_address
        return page(
            site,
            request,
            "day_lead.html",
            headers=PRIVATE,
            session=session,
            name=day_views.workshop_name(session.workshop),
            address=f"{address}/a".removeprefix("http://"),
            qr=qr_svg(f"{address}/a/{session.code}"),
            steps=steps,
            left_s=left_s,
            clock=day_views.clock_words(left_s),
            most=MOST_PEOPLE,
            events=f"/a/{session.code}/animer/events?lang={speech.language}",
            revision=0,
            updated=updated(site.words(), site.live.now()),
            counted=day_views.counts_of(self._day, session),
        )

    async def status(self, request: Request) -> Response:
        """Tell the command line what only the service knows."""
        self._door.admit(request)
        session = self._session(request)
        return JSONResponse(day_views.counts_of(self._day, session), headers=PRIVATE)

    async def ask(self, request: Request) -> Response:
        """Open the questions."""
        self._door.admit(request)
        await form_of(request)
        session = self._session(request)
        await self._day.ask(session.code)
        return _back(request, session)

    async def step(self, request: Request) -> Response:
        """Let the next step begin now, or the present one once more."""
        self._door.admit(request)
        form = await form_of(request)
        session = self._session(request)
        index = self._day.moment(session).step + (form.get("which") == "next")
        await self._day.go_to(session, min(index, len(session.plan)))
        return _back(request, session)

    async def stop(self, request: Request) -> Response:
        """Close the workshop and note its totals."""
        self._door.admit(request)
        form = await form_of(request)
        session = self._session(request)
        people = _number(form.get("people", ""))
        held = await self._day.stop(session.code, people, _number(form.get("learners", "")) or 0)
        link = _site(request).speech(request).link
        return RedirectResponse(link(f"/a/{session.code}/animer/noted/{held.id}"), 303)

    async def noted(self, request: Request) -> Response:
        """Say what was noted of a workshop that has been closed."""
        self._door.admit(request)
        site = _site(request)
        i18n.use(site.speech(request).language)
        held = await self._day.held(request.path_params["number"])
        if held is None:
            raise HTTPException(404)
        name = day_views.workshop_name(held.workshop)
        noon = datetime(held.day.year, held.day.month, held.day.day, 12, tzinfo=UTC)
        day = site.words().full_date(noon.timestamp())
        return page(site, request, "day_noted.html", headers=PRIVATE, held=held, name=name, day=day)

    def _session(self, request: Request) -> Session:
        session = self._day.find(read_code(request.path_params["code"]))
        if session is None:
            raise HTTPException(404)
        return session


def _number(typed: str) -> int | None:
    """Return a number of people that was typed; ``None`` if nothing was. Raises 405 for others."""
    typed = typed.strip()
    if not typed:
        return None
    if not typed.isdecimal() or len(typed) > _DIGITS or int(typed) > MOST_PEOPLE:
        raise HTTPException(405)
    return int(typed)


def _back(request: Request, session: Session) -> Response:
    link = _site(request).speech(request).link
    return RedirectResponse(link(f"/a/{session.code}/animer"), 303)


def _site(request: Request) -> Site:
    site = request.app.state.site
    assert isinstance(site, Site)
    return site
