"""The pages of a workshop's day for telephones: join, look, wish, answer. ``/a`` and below.

No login, no cookie, no script needed. A page with the questions carries a one-time token, so that
it counts once however often it is sent.
"""

import math

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from gateway.day import Answered, Day, Session
from gateway.day.codes import read_code
from gateway.web import day_views
from gateway.web.day_events import DayEvents
from gateway.web.day_lead import LeadPages
from gateway.web.day_room import wish_of
from gateway.web.door import Door
from gateway.web.forms import client_of, form_of
from gateway.web.limits import TokenBuckets
from gateway.web.site import Site, page
from gateway.web.views import updated
from kit import i18n
from kit.closing_questions import faces, questions
from kit.names import DeviceKey

GUESSES, GUESS_EVERY_S = 30, 2.0
"""Wrong codes of one address: a whole class that mistypes, but nobody who tries them all."""
WISHES, WISH_EVERY_S = 300, 0.05
"""Wishes of one address: sixty phones behind one router that tap every three seconds."""
ANSWERS, ANSWER_EVERY_S = 150, 0.5


class DayPages:
    """The addresses of a workshop's day."""

    def __init__(self, day: Day, own_password: str) -> None:
        """Take the sessions; ``own_password`` opens the facilitator's page."""
        self.day = day
        self._lead = LeadPages(day, Door(own_password))
        self._guesses = TokenBuckets(GUESSES, GUESS_EVERY_S)
        self._wishes = TokenBuckets(WISHES, WISH_EVERY_S)
        self._answers = TokenBuckets(ANSWERS, ANSWER_EVERY_S)

    def routes(self) -> list[Route]:
        """Return the addresses."""
        return [
            Route("/a", self.join),
            Route("/a/", to_join),
            Route("/a/{code}", self.room),
            Route("/a/{code}/events", DayEvents(self.day)),
            Route("/a/{code}/wish", self.wish, methods=["POST"]),
            Route("/a/{code}/answers", self.answer, methods=["POST"]),
            Route("/a/{code}/merci", self.thanks),
            *self._lead.routes(),
        ]

    async def join(self, request: Request) -> Response:
        """Ask for the code; offer the session itself where there is only one."""
        typed = request.query_params.get("code", "")
        if typed:
            code = self._known(request, typed)
            if code:
                return RedirectResponse(_site(request).speech(request).link(f"/a/{code}"), 303)
        return self._join_page(request, typed)

    async def room(self, request: Request) -> Response:
        """Show a session: its objects, what the room wishes, and the questions once they are open.

        ``questions=again`` shows them to the next person with the same phone.
        """
        site = _site(request)
        typed = request.path_params["code"]
        code = self._known(request, typed)
        session = self.day.find(code)
        if session is None:
            return self._join_page(request, typed, ended=self.day.has_ended(code))
        if typed != code:
            return RedirectResponse(site.speech(request).link(f"/a/{code}"), 308)
        speech = site.speech(request)
        i18n.use(speech.language)
        asked = session.asked and request.query_params.get("questions") != "answered"
        return page(
            site,
            request,
            "day.html",
            session=session,
            name=day_views.workshop_name(session.workshop),
            seen=[
                day_views.seen(site, self.day, session, thing)
                for thing in day_views.things_of(site, session)
            ],
            questions=questions() if asked else (),
            faces=faces(),
            token=self.day.new_token(session) if asked else "",
            answered=session.asked and not asked,
            empty=request.query_params.get("answers") == "none",
            wished=request.query_params.get("wished", ""),
            events=f"/a/{code}/events?lang={speech.language}" + "&asked=1" * session.asked,
            revision=site.live.revision,
            updated=updated(site.words(), site.live.now()),
        )

    async def wish(self, request: Request) -> Response:
        """Count what a phone wishes of an object."""
        site = _site(request)
        i18n.use(site.speech(request).language)
        form = await form_of(request)
        session = self._session(request)
        if session is None:
            return self._to_room(request)
        _pace(self._wishes, request)
        key = DeviceKey(session.town, form.get("device", ""))
        thing = site.live.find(key) if key in session.keys else None
        wish = wish_of(thing, form.get("wish", ""), site.words()) if thing else None
        if thing is None or wish is None:
            raise HTTPException(404)
        self.day.wish(session, key, wish)
        parameters = {"questions": "answered"} if form.get("answered") else {}
        return self._to_room(request, f"#{key.device}", wished=key.device, **parameters)

    async def answer(self, request: Request) -> Response:
        """Count the answers of one page, once."""
        form = await form_of(request)
        session = self._session(request)
        if session is None:
            return self._to_room(request)
        chosen = {question.id: form[question.id] for question in questions() if question.id in form}
        if not chosen:
            return self._to_room(request, "#questions", answers="none")
        _pace(self._answers, request)
        came = await self.day.answer(session.code, form.get("token", ""), chosen)
        if came is Answered.CLOSED:
            return self._to_room(request)
        link = _site(request).speech(request).link
        return RedirectResponse(link(f"/a/{session.code}/merci"), 303)

    async def thanks(self, request: Request) -> Response:
        """Say that the answers have been counted."""
        code = read_code(request.path_params["code"])
        is_open = self.day.find(code) is not None
        return page(_site(request), request, "day_thanks.html", code=code, is_open=is_open)

    # --- codes -----------------------------------------------------------------------------------

    def _session(self, request: Request) -> Session | None:
        return self.day.find(self._known(request, request.path_params["code"]))

    def _known(self, request: Request, typed: str) -> str:
        """Return the code of a session that is or was open; empty if there is none.

        Raises HTTPException 429 for who has guessed too often, also if this guess is right.
        """
        client = client_of(request)
        wait_s = self._guesses.wait(client)
        if wait_s:
            raise HTTPException(429, headers={"Retry-After": str(math.ceil(wait_s))})
        code = read_code(typed)
        if code and (self.day.find(code) or self.day.has_ended(code)):
            return code
        self._guesses.take(client)
        return ""

    def _join_page(self, request: Request, typed: str, *, ended: bool = False) -> Response:
        """Show the field for the code; say so where what was typed is none."""
        site = _site(request)
        i18n.use(site.speech(request).language)
        sessions = self.day.open()
        return page(
            site,
            request,
            "day_join.html",
            status=404 if typed else 200,
            typed=typed[:12],
            ended=ended,
            is_any=bool(sessions),
            only=sessions[0] if len(sessions) == 1 else None,
            name=day_views.workshop_name(sessions[0].workshop) if sessions else "",
        )

    def _to_room(self, request: Request, anchor: str = "", **parameters: str) -> Response:
        link = _site(request).speech(request).link
        code = request.path_params["code"]
        return RedirectResponse(link(f"/a/{code}", **parameters) + anchor, 303)


async def to_join(request: Request) -> Response:
    """Lead to the field for the code."""
    return RedirectResponse(_site(request).speech(request).link("/a"), 308)


def _pace(buckets: TokenBuckets, request: Request) -> None:
    wait_s = buckets.take(client_of(request))
    if wait_s:
        raise HTTPException(429, headers={"Retry-After": str(math.ceil(wait_s))})


def _site(request: Request) -> Site:
    site = request.app.state.site
    assert isinstance(site, Site)
    return site
