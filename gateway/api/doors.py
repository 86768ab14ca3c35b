"""What stands before every answer: who may ask how often, and headers for programs elsewhere.

Open data are for everybody: any page of any site may read them (CORS), and nothing about who asks
is written anywhere.
"""

import math
from collections.abc import Hashable
from typing import Protocol

from starlette.datastructures import MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.api import problems

METHODS = "GET, HEAD, OPTIONS"
OPEN = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag, Last-Modified, Link, Retry-After",
}
_PREFLIGHT = {
    "Allow": METHODS,
    "Access-Control-Allow-Methods": METHODS,
    "Access-Control-Allow-Headers": "Accept, If-Modified-Since, If-None-Match",
    "Access-Control-Max-Age": "86400",
}


class Limit(Protocol):
    """Who may ask how often."""

    def take(self, asker: Hashable) -> float:
        """Return 0 if the asker may ask now, else the seconds to wait."""


class Doors:
    """Lets requests to read in, at the pace of ``limit``; its answers are open to any page."""

    def __init__(self, app: ASGIApp, limit: Limit) -> None:
        self._app = app
        self._limit = limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_open(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(OPEN)
                headers.add_vary_header("Accept")
            await send(message)

        refusal = self._refusal(scope)
        await (refusal or self._app)(scope, receive, send_open)

    def _refusal(self, scope: Scope) -> Response | None:
        if scope["method"] == "OPTIONS":
            return Response(status_code=204, headers=_PREFLIGHT)
        if scope["method"] not in ("GET", "HEAD"):
            return problems.answer(405, "Open data can only be read.", {"Allow": METHODS})
        wait_s = self._limit.take(client_of(scope))
        if wait_s:
            return problems.answer(
                429,
                "Too many requests. Ask again later, and for more rows at once.",
                {"Retry-After": str(math.ceil(wait_s))},
            )
        return None


def client_of(scope: Scope) -> str:
    """Return who asks: an address, kept in memory alone, and only as long as its limit lasts."""
    client = scope.get("client")
    return str(client[0]) if client else ""
