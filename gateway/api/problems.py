"""Errors as documents that programs and people can read (RFC 9457)."""

from collections.abc import Mapping
from http import HTTPStatus

import msgspec
from starlette.requests import Request
from starlette.responses import Response

PROBLEM_TYPE = "application/problem+json"


class Problem(msgspec.Struct, omit_defaults=True, rename="camel"):
    """Why there is no answer: ``status`` is that of HTTP, ``detail`` says what to do about it."""

    title: str
    status: int
    detail: str = ""


class ProblemError(Exception):
    """A request that cannot be answered. ``detail`` is one sentence; ``headers`` go with it."""

    def __init__(
        self, status: int, detail: str = "", headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.headers = dict(headers or {})


def not_found() -> ProblemError:
    """Return the one error of what is not there, and of what is not open.

    It names nothing, so that a town that is closed cannot be told from one that does not exist.
    """
    return ProblemError(404)


def answer(status: int, detail: str = "", headers: Mapping[str, str] | None = None) -> Response:
    """Return a problem as an answer; its title is the status in the words of HTTP."""
    problem = Problem(HTTPStatus(status).phrase, status, detail)
    return Response(msgspec.json.encode(problem), status, headers, PROBLEM_TYPE)


async def on_problem(_request: Request, error: Exception) -> Response:
    """Answer with a problem."""
    assert isinstance(error, ProblemError)
    return answer(error.status, error.detail, error.headers)
