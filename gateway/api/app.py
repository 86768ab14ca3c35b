"""``/api/v1`` as an ASGI application: addresses, forms, headers (docs/open-data.md)."""

import sqlite3
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

import msgspec
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from gateway.api import openapi, problems
from gateway.api.answers import Answer, Answers, Asked, link
from gateway.api.doors import OPEN, Doors, Limit
from gateway.api.endpoints import AN_HOUR, ENDPOINTS, MEDIA_TYPES, Endpoint, Format
from gateway.api.exports import Export, Gate
from gateway.api.freshness import Freshness, is_fresh
from gateway.api.negotiation import chosen
from gateway.api.parameters import asked
from gateway.api.problems import ProblemError, not_found
from gateway.api.shelf import Shelf
from gateway.live import Live
from kit.settings import Settings

TRY_AGAIN_S = "10"

Handler = Callable[[Asked, Format, str], Awaitable[Answer]]


def open_data(settings: Settings, journal: Path, live: Live, limit: Limit) -> Starlette:
    """Return the application, to be mounted at ``/api/v1`` and run in the gateway's event loop.

    ``journal`` is the file of the readings; ``limit`` says who may ask how often.
    """
    answers = Answers(settings, Shelf(journal), live)
    handlers: Mapping[str, Handler] = {
        "start": answers.start,
        "towns": answers.towns,
        "objects": answers.objects,
        "object": answers.object,
        "readings": answers.readings,
        "builds": answers.builds,
    }
    freshness, gate = Freshness(), Gate()
    routes = [_openapi_route(settings, freshness)]
    for endpoint in ENDPOINTS:
        if endpoint.name == "export":
            answer = _export(endpoint, answers, gate)
        else:
            answer = _answer(endpoint, answers, handlers[endpoint.name], freshness)
        # What ends in a suffix stands first: else it would be taken for the name of an object.
        routes += [Route(f"{endpoint.path}.{form}", answer) for form in _suffixes(endpoint)]
        routes.append(Route(endpoint.path, answer))
    routes.sort(key=lambda route: "." not in route.path)
    return Starlette(
        routes=routes,
        middleware=[Middleware(Doors, limit=limit)],
        exception_handlers={
            ProblemError: problems.on_problem,
            HTTPException: _on_http_error,
            sqlite3.Error: _on_journal_error,
            500: _on_fault,
        },
    )


def _suffixes(endpoint: Endpoint) -> tuple[Format, ...]:
    return endpoint.formats if endpoint.path != "/" else ()


def _answer(
    endpoint: Endpoint, answers: Answers, handler: Handler, freshness: Freshness
) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        form, values = _read(endpoint, request, answers)
        address = request.url.path
        found = await handler(values, form, address)
        headers = {"Cache-Control": f"public, max-age={endpoint.kept_s}"}
        if found.following is not None:
            headers["Link"] = f'<{link(address, values, found.following)}>; rel="next"'
        return _fresh(request, found.body, MEDIA_TYPES[form], headers, freshness)

    return answer


def _export(
    endpoint: Endpoint, answers: Answers, gate: Gate
) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        form, values = _read(endpoint, request, answers)
        content = answers.export(values)
        name = f"{values['town']}.csv"
        headers = {
            "Cache-Control": "no-store",
            "Content-Disposition": f'attachment; filename="{name}"',
        }
        if request.method == "HEAD":
            return Response(b"", 200, headers, MEDIA_TYPES[form])
        return Export(gate, content, MEDIA_TYPES[form], headers)

    return answer


def _read(endpoint: Endpoint, request: Request, answers: Answers) -> tuple[Format, Asked]:
    """Return the form and the values that are asked for.

    A town that is not open is not found before anything else is looked at: no complaint about the
    rest of the address shall tell it from one that does not exist.
    """
    suffix = request.url.path.rpartition(".")[2]
    formats = _suffixes(endpoint)
    town = request.path_params.get("town")
    if town is not None and not answers.is_open(town):
        raise not_found()
    accept = request.headers.get("accept", "")
    form = next((f for f in formats if f == suffix), None) or chosen(endpoint.formats, accept)
    query = request.query_params.multi_items()
    return form, asked(endpoint.parameters, request.path_params, query)


def _fresh(
    request: Request,
    body: bytes,
    media_type: str,
    headers: dict[str, str],
    freshness: Freshness,
) -> Response:
    """Answer with a body, or that who asks has it already."""
    address = f"{media_type} {request.url.path}?{request.url.query}"
    headers |= freshness.validators(address, body)
    if is_fresh(request.headers, headers):
        return Response(status_code=304, headers=headers)
    if not body:
        return Response(status_code=204, headers=headers)
    return Response(body, 200, headers, media_type)


def _openapi_route(settings: Settings, freshness: Freshness) -> Route:
    body = msgspec.json.encode(openapi.document(settings.site.name))

    async def answer(request: Request) -> Response:
        headers = {"Cache-Control": f"public, max-age={AN_HOUR}"}
        return _fresh(request, body, "application/json", headers, freshness)

    return Route(openapi.ADDRESS, answer)


async def _on_http_error(_request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return problems.answer(error.status_code, headers=error.headers)


async def _on_journal_error(_request: Request, _error: Exception) -> Response:
    return problems.answer(
        503, "The readings cannot be read just now. Try again later.", {"Retry-After": TRY_AGAIN_S}
    )


async def _on_fault(_request: Request, _error: Exception) -> Response:
    # The server logs the traceback, and answers outside of our doors.
    return problems.answer(500, "This is a fault of ours, not of your request.", OPEN)
