"""The pages: the bench, one board, what to start, the cards."""

import asyncio
import sys
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import NamedTuple

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, RedirectResponse, Response

from kit import catalogue, i18n
from kit.errors import FabnumError
from kit.i18n import _
from provisioning.cards import Card, connection, flashing, installing, testing
from provisioning.page import words
from provisioning.page.board import Board, trouble
from provisioning.page.line import Plugged
from provisioning.page.stand import LOOK_AT_PORTS_EVERY_S, Stand, page

REST_S = 0.2
"""Between two answers to an open page: changes within it are shown together."""
MAX_WAIT_S = 20

View = Callable[[Request], Awaitable[Response]]


SYSTEMS = {"linux": "Linux", "darwin": "macOS", "win32": "Windows"}


class Advice(NamedTuple):
    """What to do, and the systems on which that helps; ``here``: also on this computer."""

    systems: str
    text: str
    here: bool


class Entry(NamedTuple):
    """One card of the list, with one advice, or one for each kind of system."""

    card: Card
    advice: Sequence[Advice]


class Group(NamedTuple):
    """The cards of one step."""

    title: str
    entries: Sequence[Entry]


def live(view: View) -> View:
    """Let an open page wait for a change: it says by ``Fabnum-Since`` what it shows.

    Answered with 204 if nothing has changed within ``Fabnum-Wait`` seconds.
    """

    async def answer(request: Request) -> Response:
        stand: Stand = request.app.state.stand
        since = request.headers.get("fabnum-since", "")
        await stand.plugged()
        if since == str(stand.person.watcher.revision):
            if not await _changed(stand, int(since), _wait_s(request)):
                return Response(status_code=204)
            await asyncio.sleep(REST_S)
        return await view(request)

    return answer


async def _changed(stand: Stand, since: int, wait_s: int) -> bool:
    loop = asyncio.get_running_loop()
    end = loop.time() + wait_s
    while (left := end - loop.time()) > 0:
        if await stand.person.watcher.wait(since, min(left, LOOK_AT_PORTS_EVERY_S)):
            return True
        await stand.plugged()
    return stand.person.watcher.revision != since


def _wait_s(request: Request) -> int:
    asked = request.headers.get("fabnum-wait", "")
    return min(int(asked), MAX_WAIT_S) if asked.isdecimal() and len(asked) < 4 else MAX_WAIT_S


async def home(request: Request) -> Response:
    """Show what there is to do now: plug in, choose, one board, or all of them."""
    stand: Stand = request.app.state.stand
    plugged = await stand.plugged()
    i18n.use(stand.speech(request).language)
    boards = stand.boards()
    if len(boards) > 1:
        return _grid(request, boards, plugged)
    if boards:
        return _board(request, boards[0], others=len(plugged))
    if plugged:
        return await setup(request)
    return page(stand, request, "empty.html", live=True)


async def one_board(request: Request) -> Response:
    """Show one board of several."""
    stand: Stand = request.app.state.stand
    i18n.use(stand.speech(request).language)
    return _board(request, find_board(request))


async def new(request: Request) -> Response:
    """Ask what the boards that are plugged in shall become."""
    stand: Stand = request.app.state.stand
    if await stand.plugged():
        return await setup(request)
    i18n.use(stand.speech(request).language)
    return page(stand, request, "empty.html", live=True)


async def missing(request: Request) -> Response:
    """Say why a board that is plugged in does not appear, as far as the computer can tell."""
    stand: Stand = request.app.state.stand
    plugged = await stand.plugged()
    speech = stand.speech(request)
    i18n.use(speech.language)
    if plugged:
        return RedirectResponse(speech.link("/"), 303)
    reason = trouble(await asyncio.to_thread(stand.line.missing))
    return page(stand, request, "missing.html", live=True, trouble=reason)


async def setup(
    request: Request,
    problem: FabnumError | None = None,
    said: Mapping[str, str] | None = None,
) -> Response:
    """Ask what boards shall become; ``said`` is what was chosen when there is a ``problem``."""
    stand: Stand = request.app.state.stand
    plugged = await stand.plugged()
    i18n.use(stand.speech(request).language)
    waiting = Counter(wish.build for wish in stand.line.waiting())
    last = stand.choices
    chosen = {
        "build": last.build,
        "town": last.town,
        "place": last.place,
        "cohort": last.cohort,
        "workshop": last.workshop,
        "name": "",
        "source": "list" if waiting else "new",
        **(said or {}),
    }
    return page(
        stand,
        request,
        "setup.html",
        status=200 if problem is None else 422,
        live=True,
        plugged=plugged,
        several=len(plugged) > 1,
        jobs=len(stand.line.jobs()),
        builds=[catalogue.load_build(build) for build in catalogue.builds()],
        waiting=waiting,
        list=bool(waiting),
        towns=stand.line.towns(),
        places=stand.line.places(),
        chosen=chosen,
        problem=problem,
    )


async def cards(request: Request) -> Response:
    """Show every error card; lessons link to ``/cards#code``."""
    stand: Stand = request.app.state.stand
    i18n.use(stand.speech(request).language)
    steps = (
        (_("Cable, port and chip"), connection.cards()),
        (_("Writing MicroPython"), flashing.cards()),
        (_("Program and settings"), installing.cards()),
        (_("Name, tests and network"), testing.cards()),
    )
    groups = [Group(title, [Entry(card, _advice(card)) for card in step]) for title, step in steps]
    return page(stand, request, "cards.html", groups=groups)


def _advice(card: Card) -> list[Advice]:
    """Return what to do on each system; those that share an advice stand together."""
    by_text: dict[str, list[str]] = {}
    for system in SYSTEMS:
        by_text.setdefault(card.action_on(system), []).append(system)
    return [
        Advice(", ".join(SYSTEMS[s] for s in systems), text, sys.platform in systems)
        for text, systems in by_text.items()
    ]


async def labels(request: Request) -> Response:
    """Send the labels of all boards that are ready, or that of one ``board``, as a PDF."""
    stand: Stand = request.app.state.stand
    i18n.use(stand.speech(request).language)
    wanted = request.query_params.get("board", "")
    ready = [b.job for b in stand.boards() if b.state == "done" and wanted in ("", str(b.number))]
    if not ready:
        raise HTTPException(404)
    sheet = await stand.line.print_labels(ready)
    return FileResponse(
        sheet,
        media_type="application/pdf",
        filename=_("labels") + ".pdf",
        content_disposition_type="inline",
    )


def find_board(request: Request) -> Board:
    """Return the board that an address names."""
    stand: Stand = request.app.state.stand
    board = stand.find(request.path_params["number"])
    if board is None:
        raise HTTPException(404)
    return board


def message(
    request: Request, status: int, title: str, text: str, *, shut: bool = False
) -> Response:
    """Say in plain words why there is no page."""
    return page(
        request.app.state.stand,
        request,
        "message.html",
        status=status,
        title=title,
        text=text,
        shut=shut,
    )


def _board(request: Request, board: Board, others: int | None = None) -> Response:
    stand: Stand = request.app.state.stand
    alone = others is not None
    return page(
        stand,
        request,
        "board.html",
        live=True,
        board=board,
        alone=alone,
        others=others or 0,
        busy=stand.line.busy(board.job),
        back="/" if alone else f"/board/{board.number}",
    )


def _grid(request: Request, boards: Sequence[Board], plugged: Sequence[Plugged]) -> Response:
    stand: Stand = request.app.state.stand
    return page(
        stand,
        request,
        "grid.html",
        live=True,
        all=boards,
        needy=stand.in_need(boards),
        counted=words.boards(len(boards)),
        done=sum(board.state == "done" for board in boards),
        running=sum(board.state in ("running", "waiting") for board in boards),
        overall=sum(board.overall for board in boards) / len(boards),
        plugged=plugged,
    )
