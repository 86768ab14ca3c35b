"""The web application: addresses, and who may use them."""

from collections.abc import Awaitable, Callable, Sequence

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from kit import i18n
from kit.errors import FabnumError
from kit.i18n import _
from kit.web.security import STRICT_HEADERS, StrictHeaders, is_from_our_page
from provisioning.page import actions, views
from provisioning.page.line import Line
from provisioning.page.person import PagePerson
from provisioning.page.security import OwnName, Token
from provisioning.page.stand import Stand

View = Callable[[Request], Awaitable[Response]]


def create_app(
    line: Line, person: PagePerson, *, token: str, languages: Sequence[str] = ()
) -> Starlette:
    """Return the page as an ASGI application, to run in the event loop of the line.

    ``person`` and its watcher are those that the line talks to. ``token`` is the secret of this
    run: whoever opens ``/?token=…`` may use the bench. ``languages``: the first is the page's own;
    by default the one in use, which the line speaks too.
    """
    own = [i18n.current(), *(code for code in i18n.languages() if code != i18n.current())]
    stand = Stand(line, person, Token(token), list(languages) or own)
    app = Starlette(
        routes=[
            Route("/", _let_in(_known(views.live(views.home)))),
            Route("/new", _known(views.live(views.new))),
            Route("/missing", _known(views.live(views.missing))),
            Route("/board/{number:int}", _known(views.live(views.one_board))),
            Route("/cards", views.cards),
            Route("/labels.pdf", _known(views.labels)),
            Route("/start", _ours(_known(actions.start)), methods=["POST"]),
            Route("/clear", _ours(_known(actions.clear)), methods=["POST"]),
            Route("/board/{number:int}/{what}", _ours(_known(actions.act)), methods=["POST"]),
            Route("/static/{name}", static),
        ],
        middleware=[Middleware(StrictHeaders, cache_control="no-store"), Middleware(OwnName)],
        exception_handlers={
            HTTPException: on_http_error,
            FabnumError: on_expected,
            500: on_fault,
        },
    )
    app.state.stand = stand
    return app


def _let_in(view: View) -> View:
    """Take the token out of the address, where history and screens would keep it."""

    async def answer(request: Request) -> Response:
        shown = request.query_params.get("token")
        token: Token = request.app.state.stand.token
        if shown is None:
            return await view(request)
        if not token.fits(shown):
            raise HTTPException(403)
        reply = RedirectResponse(request.app.state.stand.speech(request).link("/"), 303)
        # "lax": a link in a lesson or a web terminal leads here too; changes are checked besides.
        reply.set_cookie(token.cookie(request), shown, httponly=True, samesite="lax", path="/")
        return reply

    return answer


def _known(view: View) -> View:
    """Let in only browsers that have shown the token."""

    async def answer(request: Request) -> Response:
        if not request.app.state.stand.token.is_known_to(request):
            raise HTTPException(403)
        return await view(request)

    return answer


def _ours(view: View) -> View:
    """Take changes only from our own page."""

    async def answer(request: Request) -> Response:
        if not is_from_our_page(request.headers):
            raise HTTPException(403)
        return await view(request)

    return answer


async def static(request: Request) -> Response:
    """Serve our own style sheet, script and icon; their names change with their content."""
    stand: Stand = request.app.state.stand
    return stand.assets.answer(request.url.path)


async def on_http_error(request: Request, error: Exception) -> Response:
    """Say in plain words why there is no page."""
    assert isinstance(error, HTTPException)
    i18n.use(request.app.state.stand.speech(request).language)
    pages = {
        403: (
            _("This address opens nothing"),
            _("Open the whole address that stands in the terminal where the bench runs."),
        ),
        404: (
            _("This is not on the bench"),
            _("The board has been taken off, or the address has a typing error."),
        ),
        405: (_("This does not work like that"), _("Go back, then press the button again.")),
        413: (_("That is too much at once"), _("Go back and try with less.")),
    }
    title, text = pages.get(error.status_code, pages[405])
    shut = error.status_code == 403
    return views.message(request, error.status_code, title, text, shut=shut)


async def on_expected(request: Request, error: Exception) -> Response:
    """Say what cannot be done now, and what to do."""
    assert isinstance(error, FabnumError)
    i18n.use(request.app.state.stand.speech(request).language)
    return views.message(request, 409, error.cause, error.action)


async def on_fault(request: Request, _error: Exception) -> Response:
    """Say that the fault is ours. The server logs the traceback."""
    i18n.use(request.app.state.stand.speech(request).language)
    reply = views.message(
        request,
        500,
        _("The page has a fault"),
        _("It is not your doing. Reload the page. If it stays, please report it with the log."),
    )
    # The server answers faults outside of all middleware.
    reply.headers.update(STRICT_HEADERS)
    return reply
