"""What a person can do on the page: start, answer, try again, stop, take away."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from urllib.parse import parse_qs

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from kit import catalogue, i18n
from kit.enrolment import Wish
from kit.errors import FabnumError
from kit.i18n import _
from provisioning.bench.model import Job, Step
from provisioning.page.stand import Choices, Stand
from provisioning.page.views import find_board, setup

MAX_FORM_BYTES = 16384
MAX_TEXT = 60
OWN_PAGE = re.compile(r"/(board/\d{1,6})?")
ANSWERS: Mapping[str, bool | None] = {"yes": True, "no": False, "unknown": None}

Form = Mapping[str, Sequence[str]]


async def start(request: Request) -> Response:
    """Put the chosen boards onto the bench, all with the same wish."""
    stand: Stand = request.app.state.stand
    i18n.use(stand.speech(request).language)
    form = await _form(request)
    said = {name: _text(form, name) for name in ("build", "town", "place", "name", "source")}
    said |= {name: _text(form, name) for name in ("cohort", "workshop")}
    ports = form.get("port", ())
    try:
        await _start(stand, ports, said)
    except FabnumError as problem:
        stand.look_again()
        if not await stand.plugged():
            return _to(stand, request, "/")
        return await setup(request, problem, said)
    return _to(stand, request, "/")


async def _start(stand: Stand, ports: Sequence[str], said: Mapping[str, str]) -> None:
    stand.look_again()
    here = {port.path for port in await stand.plugged()}
    if not ports:
        raise FabnumError(_("No board is chosen."), _("Tick at least one board."))
    if not said["build"]:
        raise FabnumError(_("No build is chosen."), _("Choose what the board shall become."))
    build = catalogue.load_build(said["build"])
    present_ports = [port for port in ports if port in here]
    if not present_ports:
        raise FabnumError(_("The board is no longer plugged in."), _("Plug it in again."))
    town = _town(stand, said["town"])
    wish = None
    if said["source"] != "list":
        name = said["name"] if len(ports) == 1 else ""
        wish = Wish(
            build.id,
            town,
            place=said["place"],
            name=name,
            cohort=said["cohort"],
            workshop=said["workshop"],
        )
    for port in present_ports:
        stand.seat(stand.line.start(port, build.id, wish))
    stand.choices = Choices(build.id, town, said["place"], said["cohort"], said["workshop"])


def _town(stand: Stand, wanted: str) -> str:
    towns = [town.id for town in stand.line.towns()]
    if wanted in towns:
        return wanted
    return towns[0] if towns else ""


async def act(request: Request) -> Response:
    """Do with one board what its button says."""
    stand: Stand = request.app.state.stand
    i18n.use(stand.speech(request).language)
    job = find_board(request).job
    form = await _form(request)
    match request.path_params["what"]:
        case "answer":
            number, answer = _text(form, "question"), _text(form, "answer")
            if number.isdecimal() and answer in ANSWERS:
                stand.person.give(job, int(number), ANSWERS[answer])
        case "retry":
            _retry(stand, job, job.present)
        case "again":
            _retry(stand, job, Step.DETECT)
        case "test":
            _retry(stand, job, Step.TEST)
        case "stop":
            stand.line.cancel(job)
        case "remove":
            _remove(stand, [job])
        case _:
            raise HTTPException(404)
    stand.person.watcher.changed(job)
    back = _text(form, "back")
    return _to(stand, request, back if OWN_PAGE.fullmatch(back) else "/")


def _retry(stand: Stand, job: Job, step: Step) -> None:
    if not stand.line.busy(job):
        # The line goes on in the language of whoever pressed the button.
        stand.seat(job).language = i18n.current()
        stand.line.retry(job, step)


async def clear(request: Request) -> Response:
    """Take all boards that are ready off the bench: the next can be plugged in."""
    stand: Stand = request.app.state.stand
    _remove(stand, [job for job in stand.line.jobs() if job.done])
    return _to(stand, request, "/")


def _remove(stand: Stand, jobs: Sequence[Job]) -> None:
    for job in jobs:
        stand.line.remove(job)
        stand.person.watcher.forget(job)
    stand.look_again()
    stand.person.watcher.touch()


def _to(stand: Stand, request: Request, path: str) -> Response:
    return RedirectResponse(stand.speech(request).link(path), 303)


async def _form(request: Request) -> Form:
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_FORM_BYTES:
            raise HTTPException(413)
    return parse_qs(body.decode("utf-8", "replace"))


def _text(form: Form, name: str) -> str:
    """Return what was typed, as one line of at most MAX_TEXT characters."""
    typed = form.get(name, [""])[0]
    seen = "".join(c if unicodedata.category(c)[0] != "C" else " " for c in typed)
    return " ".join(seen.split(" ")).strip()[:MAX_TEXT]
