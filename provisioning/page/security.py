"""Who may use the bench: whoever has the address that the terminal printed, from this computer.

Three doors, each for another danger. The *host* must be this computer's own name, else a site in
another tab could have its name resolve to 127.0.0.1 and read the bench (DNS rebinding). The *token*
of this run, given once in the address and kept as a cookie, keeps out other users of the computer.
A *change* must come from our own page: :func:`kit.web.security.is_from_our_page`.
"""

import hmac

from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

OWN_NAMES = ("127.0.0.1", "localhost")


class OwnName:
    """Turns away requests for another host."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        ours = scope["type"] != "http" or is_for_this_host(scope)
        await (self._app if ours else _misdirected)(scope, receive, send)


def is_for_this_host(scope: Scope) -> bool:
    """Whether the Host header names this computer itself, at the port that was asked."""
    host = Request(scope).headers.get("host", "")
    server = scope.get("server")
    port = server[1] if server else None
    return host in {f"{name}:{port}" for name in OWN_NAMES} or (port == 80 and host in OWN_NAMES)


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
