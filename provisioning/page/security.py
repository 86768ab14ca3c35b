"""Who may use the bench: whoever has the address that the terminal printed, from this computer.

Three doors, each for another danger. The *host* must be this computer's own name, else a site in
another tab could have its name resolve to 127.0.0.1 and read the bench (DNS rebinding). The *token*
of this run, given once in the address and kept as a cookie, keeps out other users of the computer.
A *change* must come from our own page (Fetch Metadata, or Origin: RFC 6454).
"""

import hmac
from collections.abc import Mapping
from urllib.parse import urlsplit

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

OWN_NAMES = ("127.0.0.1", "localhost")

_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
STRICT_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    # Not "no-referrer": browsers without Sec-Fetch-Site show by it that a form is ours.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}


class Guard:
    """Turns away requests for another host; adds the headers to every answer."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in STRICT_HEADERS.items():
                    headers.setdefault(name, value)
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        app = self._app if is_for_this_host(scope) else _misdirected
        await app(scope, receive, send_with_headers)


def is_for_this_host(scope: Scope) -> bool:
    """Whether the Host header names this computer itself, at the port that was asked."""
    host = Request(scope).headers.get("host", "")
    server = scope.get("server")
    port = server[1] if server else None
    return host in {f"{name}:{port}" for name in OWN_NAMES} or (port == 80 and host in OWN_NAMES)


def is_from_our_page(headers: Mapping[str, str]) -> bool:
    """Whether a form was sent from a page of this very host, as the browser says.

    A request that shows neither Sec-Fetch-Site nor Origin nor Referer is refused: every browser
    sends one with a form.
    """
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    source = headers.get("origin") or headers.get("referer")
    return bool(source) and urlsplit(source).netloc == headers.get("host")


class Token:
    """The secret of this run. An empty one opens to nobody."""

    def __init__(self, value: str) -> None:
        self._value = value.encode()

    def cookie(self, request: Request) -> str:
        """Return the cookie's name: cookies know no ports, and two benches may run side by side."""
        return f"fabnum-bench-{request.url.port}"

    def is_known_to(self, request: Request) -> bool:
        """Whether the browser has shown the token before."""
        return self.fits(request.cookies.get(self.cookie(request), ""))

    def fits(self, shown: str) -> bool:
        """Whether that is the token; how long this takes does not tell."""
        return bool(self._value) and hmac.compare_digest(shown.encode(), self._value)


async def _misdirected(scope: Scope, receive: Receive, send: Send) -> None:
    # Not a page of ours: who comes by another name shall see nothing of the bench.
    await PlainTextResponse("Misdirected request", 421)(scope, receive, send)
