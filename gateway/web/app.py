"""The web application: addresses, and what stands around every page."""

import logging
import math
from collections.abc import Awaitable, Callable, Mapping

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from gateway.boards.password import USER as BOARDS_USER
from gateway.commands import Commander, CommandError
from gateway.live import Live
from gateway.passport import Passports
from gateway.web import passport, views
from gateway.web.badge_pages import BadgePages
from gateway.web.board_pages import BoardPages
from gateway.web.booklets import Booklets
from gateway.web.day_pages import DayPages
from gateway.web.events import (
    TRY_AGAIN_S,
    EventStream,
    TooManyStreamsError,
    revision_of,
    updates,
)
from gateway.web.forms import client_of, form_of
from gateway.web.history import History, Store
from gateway.web.open_data import open_data as about_open_data
from gateway.web.open_data import without_slash
from gateway.web.site import Site
from kit import i18n
from kit.errors import FabnumError
from kit.i18n import _
from kit.names import DeviceKey
from kit.settings import Settings
from kit.web.security import STRICT_HEADERS, StrictHeaders

METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8"

log = logging.getLogger("fabnum.web")

Health = Callable[[], Mapping[str, object]]
Metrics = Callable[[], bytes]


async def not_here(_scope: Scope, _receive: Receive, _send: Send) -> None:
    """Answer that there is nothing at an address."""
    raise HTTPException(404)


def create_app(  # noqa: PLR0913 - the parts of the gateway meet here
    settings: Settings,
    journal: Store,
    live: Live,
    commander: Commander,
    *,
    passports: Passports | None = None,
    boards: BoardPages | None = None,
    day: DayPages | None = None,
    badges: BadgePages | None = None,
    booklets: Booklets | None = None,
    health: Health = lambda: {"ok": True},
    metrics: Metrics = lambda: b"",
    open_data: ASGIApp = not_here,
) -> Starlette:
    """Return the pages as an ASGI application, to run in the event loop of the gateway.

    ``passports`` makes the page behind an object's QR code, ``boards`` those of boards, ``day``
    those of a workshop's day, ``booklets`` those of the modules. ``health`` answers ``/healthz``
    (HTTP 503 unless its ``ok`` is true), ``metrics`` ``/metrics`` in Prometheus' text format;
    ``open_data`` is ``/api/v1``. Call :meth:`Live.close` before the server is stopped: open streams
    would keep it waiting.
    """
    app = Starlette(
        routes=[
            Route("/", views.home),
            Route("/t/{town}", views.town),
            Route("/o/{device}", views.short_address),
            Route("/o/{device}/passport", passport.short_address),
            Route("/o/{town}/{device}", views.one_object),
            Route("/o/{town}/{device}/passport", passport.passport),
            Route("/o/{town}/{device}/{command}", tell, methods=["POST"]),
            *(boards.routes() if boards else ()),
            *(day.routes() if day else ()),
            *(badges.routes() if badges else ()),
            *(booklets.routes() if booklets else ()),
            Route("/events", Events()),
            Route("/static/{name}", static),
            Route("/a-propos", views.about),
            Route("/accessibilite", views.accessibility),
            Route("/healthz", _health_route(health)),
            Route("/metrics", _metrics_route(metrics)),
            Mount("/api/v1", open_data),
            Route("/api/", about_open_data),
            Route("/api", without_slash),
        ],
        middleware=[
            # Pages may be kept, but are asked for anew.
            Middleware(StrictHeaders, cache_control="no-cache"),
            Middleware(GZipMiddleware, compresslevel=5),
        ],
        exception_handlers={HTTPException: on_http_error, 500: on_fault},
    )
    site = Site(
        settings,
        live,
        History(journal),
        commander,
        passports,
        has_boards=boards is not None,
        has_badges=badges is not None,
        day=day.day if day else None,
        has_booklets=booklets.there if booklets else lambda: False,
    )
    app.state.site = site
    return app


async def tell(request: Request) -> Response:
    """Tell an object what a resident asks for, then lead back to its page with the answer."""
    site: Site = request.app.state.site
    i18n.use(site.speech(request).language)
    form = await form_of(request)
    thing = views.find_object(request)
    command = views.offered(thing, request.path_params["command"])
    if command is None:
        raise HTTPException(404)
    client = client_of(request)
    wait_s = max(site.per_client.take(client), site.per_object.take(thing.key))
    if wait_s:
        raise HTTPException(429, headers={"Retry-After": str(math.ceil(wait_s))})
    arguments = {name: form[name] for name in command.arguments if name in form}
    try:
        await site.commander.send(thing.key, command.id, arguments)
        said = "done"
    except CommandError as error:
        said = "refused" if error.code in ("bad-argument", "unknown-command") else error.code
    except FabnumError:
        said = "no-broker"
    link = site.speech(request).link(f"/o/{thing.key}", said=said, command=command.id)
    return RedirectResponse(f"{link}#answer", 303)


class Events:
    """``/events``: the live stream of a wall (``town``, ``page``) or of an object (``device``)."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        request = Request(scope, receive)
        site: Site = request.app.state.site
        try:
            with site.streams.open(client_of(request)):
                await _stream(site, request)(scope, receive, send)
        except TooManyStreamsError:
            headers = {"Retry-After": str(TRY_AGAIN_S)}
            await Response(status_code=503, headers=headers)(scope, receive, send)


def _stream(site: Site, request: Request) -> EventStream:
    asked = request.query_params
    town = site.settings.town(asked.get("town", ""))
    if town is None:
        raise HTTPException(404)
    speech = site.speech(request)
    revision = revision_of(request)
    if "device" in asked:
        key = DeviceKey(town.id, asked["device"])
        if site.live.find(key) is None:
            raise HTTPException(404)
        return EventStream(updates(site.live, [key], revision, views.ObjectRenderer(site, speech)))
    shown = views.wall_of(site, town.id, asked.get("page", "")[:6])
    keys = [thing.key for thing in shown.things]
    render = views.WallRenderer(site, town, speech)
    return EventStream(updates(site.live, keys, revision, render))


async def static(request: Request) -> Response:
    """Serve our own style sheet, script and icon; their names change with their content."""
    site: Site = request.app.state.site
    return site.assets.answer(request.url.path)


async def on_http_error(request: Request, error: Exception) -> Response:
    """Say in plain words why there is no page."""
    assert isinstance(error, HTTPException)
    site: Site = request.app.state.site
    i18n.use(site.speech(request).language)
    headers = dict(error.headers or {})
    wait = headers.get("Retry-After", "")
    pages = {
        401: (
            _("This page asks for a password"),
            _(
                "The user is “{user}”. The password stands on the gateway, in the file "
                "secrets/boards-password of its data folder.",
                user=BOARDS_USER,
            ),
        ),
        403: (
            _("This did not come from our page"),
            _("Open the object’s page here, then press its button again."),
        ),
        404: (
            _("There is no such page"),
            _("Perhaps the object has moved, or the address has a typing error."),
        ),
        405: (_("This does not work like that"), _("Go back, then press the button again.")),
        413: (_("That is too much at once"), _("Go back and try with less.")),
        429: (
            _("That was a little fast"),
            _("Wait {seconds} seconds, then go back and try again.", seconds=wait),
        ),
    }
    title, text = pages.get(error.status_code, pages[405])
    return views.message(request, error.status_code, title, text, **headers)


async def on_fault(request: Request, _error: Exception) -> Response:
    """Say that the fault is ours. The server logs the traceback."""
    site: Site = request.app.state.site
    i18n.use(site.speech(request).language)
    # The server answers faults outside of all middleware.
    return views.message(
        request,
        500,
        _("The page has a fault"),
        _("It is not your doing. Try again in a minute. If it stays, tell the fablab."),
        **STRICT_HEADERS,
    )


def _health_route(health: Health) -> Callable[[Request], Awaitable[Response]]:
    async def answer(_request: Request) -> Response:
        state = health()
        return JSONResponse(state, 200 if state.get("ok") is True else 503)

    return answer


def _metrics_route(metrics: Metrics) -> Callable[[Request], Awaitable[Response]]:
    async def answer(_request: Request) -> Response:
        return Response(metrics(), headers={"Content-Type": METRICS_TYPE})

    return answer
