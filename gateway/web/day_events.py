"""The live streams of a workshop's day: of the phones, and of the facilitator's page."""

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from gateway.day import Day
from gateway.day.codes import read_code
from gateway.web.day_views import LeadRenderer, RoomRenderer
from gateway.web.door import Door
from gateway.web.events import TRY_AGAIN_S, EventStream, TooManyStreamsError, revision_of, updates
from gateway.web.forms import client_of
from gateway.web.site import Site

COUNT_EVERY_S = 2.0
"""So often the facilitator's page is told how many phones there are."""


class DayEvents:
    """``/a/<code>/events``: what changes on the page of a session."""

    def __init__(self, day: Day) -> None:
        self._day = day

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; the phone counts as connected until it ends."""
        request = Request(scope, receive)
        site = _site(request)
        session = self._day.find(read_code(request.path_params["code"]))
        if session is None:
            raise HTTPException(404)
        asked = "asked" in request.query_params
        render = RoomRenderer(site, self._day, session.code, site.speech(request), asked=asked)
        stream = EventStream(updates(site.live, session.keys, revision_of(request), render))
        try:
            with site.streams.open(client_of(request)), self._day.phone(session.code):
                await stream(scope, receive, send)
        except TooManyStreamsError:
            await _too_many(scope, receive, send)


class LeadEvents:
    """``/a/<code>/animer/events``: what changes on the facilitator's page."""

    def __init__(self, day: Day, door: Door) -> None:
        self._day = day
        self._door = door

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        request = Request(scope, receive)
        self._door.admit(request)
        site = _site(request)
        session = self._day.find(read_code(request.path_params["code"]))
        if session is None:
            raise HTTPException(404)
        render = LeadRenderer(self._day, session.code, site, site.speech(request))
        messages = updates(site.live, [], 0, render, heartbeat_s=COUNT_EVERY_S)
        try:
            with site.streams.open(client_of(request)):
                await EventStream(messages)(scope, receive, send)
        except TooManyStreamsError:
            await _too_many(scope, receive, send)


def _site(request: Request) -> Site:
    site = request.app.state.site
    assert isinstance(site, Site)
    return site


async def _too_many(scope: Scope, receive: Receive, send: Send) -> None:
    headers = {"Retry-After": str(TRY_AGAIN_S)}
    await Response(status_code=503, headers=headers)(scope, receive, send)
