"""What keeps pages safe on the browser's side: strict headers, and forms that only we can send."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

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


class StrictHeaders:
    """Adds the headers to every answer.

    ``cache_control`` is for answers that say nothing of it themselves (RFC 9111, 5.2.2).
    """

    def __init__(self, app: ASGIApp, cache_control: str) -> None:
        self._app = app
        self._cache_control = cache_control

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in STRICT_HEADERS.items():
                    headers[name] = value
                headers.setdefault("Cache-Control", self._cache_control)
            await send(message)

        await self._app(scope, receive, send_with_headers)


def is_from_our_page(headers: Mapping[str, str]) -> bool:
    """Whether a form was sent from a page of this very host, as the browser says.

    Sec-Fetch-Site, else Origin, else Referer (Fetch Metadata; RFC 6454). A request that shows none
    of them is refused: every browser sends one with a form.
    """
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    source = headers.get("origin") or headers.get("referer") or ""
    host = headers.get("host")
    return bool(host) and _host_of(source) == host


def _host_of(address: str) -> str:
    try:
        return urlsplit(address).netloc
    except ValueError:  # half an IPv6 address
        return ""
