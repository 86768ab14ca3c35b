"""The page's server: small, bounded, and only for visitors of the board's own network.

It answers for its own address alone. A request for any other name is that of a phone that looks
whether there is internet (``/generate_204``, ``/hotspot-detect.html``, ``/connecttest.txt``): it is
sent to the page, and so the phone shows it. The same keeps pages from elsewhere from reading ours
(DNS rebinding); those that would write are told from ours by ``Origin``.
"""

import asyncio
import sys

from fabnum.setup import request
from micropython import const

TYPE_CHECKING = False
if TYPE_CHECKING:
    from asyncio import StreamReader, StreamWriter
    from collections.abc import Iterable, Iterator
    from typing import Any, Protocol

    from fabnum.setup.request import Request

    class Site(Protocol):
        """What is served."""

        def form(self, english: bool) -> "Iterator[str]":
            """Return the page with its form."""

        def search(self) -> None:
            """Look again for networks."""

        def save(self, fields: dict[str, str], english: bool) -> "Iterator[str]":
            """Save what a visitor wrote; return the page that says so, or what is wrong."""

        def delivered(self) -> None:
            """Hear that an answer has gone out."""


_PORT = const(80)
_AT_ONCE = const(4)  # connections; a browser opens two or three
_REQUEST_S = const(5)
_ANSWER_S = const(15)
_PIECE = const(400)  # characters: much memory may be free, and no large piece of it

_HTML = const(
    "Content-Type: text/html; charset=utf-8\r\n"
    "Cache-Control: no-store\r\n"
    "Content-Security-Policy: default-src 'none'; style-src 'unsafe-inline'; img-src data:;"
    " form-action 'self'; base-uri 'none'; frame-ancestors 'none'\r\n"
    "Referrer-Policy: same-origin\r\n"
    "X-Content-Type-Options: nosniff\r\n"
)


class Server:
    """Serves a site on one address of the board until it is closed."""

    def __init__(self, address: str, site: "Site") -> None:
        self._address = address
        self._site = site
        self._busy = 0
        self._server: Any = None

    async def open(self) -> None:
        """Begin to serve. Raises OSError if the port is taken."""
        self._server = await asyncio.start_server(self._visit, self._address, _PORT, backlog=4)

    def close(self) -> None:
        """Take no more visitors. Answers that are under way end within their time."""
        if self._server:
            self._server.close()

    async def _visit(self, reader: "StreamReader", writer: "StreamWriter") -> None:
        self._busy += 1
        try:
            if self._busy <= _AT_ONCE:
                asked: Request | None = await asyncio.wait_for(
                    self._asked(reader, writer), _REQUEST_S
                )
                if asked:
                    await asyncio.wait_for(self._answer(asked, writer), _ANSWER_S)
        except (OSError, EOFError, asyncio.TimeoutError):
            pass  # the visitor has gone, or never speaks
        except Exception as error:  # the page is at fault: the next visitor tries again
            sys.print_exception(error)
        finally:
            self._busy -= 1
            await _close(writer)

    async def _asked(self, reader: "StreamReader", writer: "StreamWriter") -> "Request | None":
        try:
            return await request.read(reader)
        except request.BadRequestError as error:
            await _send(writer, error.status, "")
            return None

    async def _answer(self, asked: "Request", writer: "StreamWriter") -> None:
        language = "/?lang=en" if asked.english else "/?lang=fr"
        if asked.host != self._address:
            await _redirect(writer, "302 Found", "http://%s/" % self._address)
        elif asked.path == "/favicon.ico":
            await _send(writer, "404 Not Found", "")
        elif asked.method == "POST":
            await self._save(asked, writer)
        elif asked.path == "/search":
            self._site.search()
            await _redirect(writer, "303 See Other", language)
        elif asked.path == "/":
            pages = () if asked.method == "HEAD" else self._site.form(asked.english)
            await _send(writer, "200 OK", _HTML, pages)
        else:
            await _redirect(writer, "302 Found", language)

    async def _save(self, asked: "Request", writer: "StreamWriter") -> None:
        if asked.origin not in ("", self._address):
            await _send(writer, "403 Forbidden", "")
            return
        try:
            fields = request.fields(asked.body)
        except request.BadRequestError as error:
            await _send(writer, error.status, "")
            return
        await _send(writer, "200 OK", _HTML, self._site.save(fields, asked.english))
        await _close(writer)
        self._site.delivered()


async def _redirect(writer: "StreamWriter", status: str, place: str) -> None:
    await _send(writer, status, "Location: %s\r\nCache-Control: no-store\r\n" % place)


async def _send(
    writer: "StreamWriter", status: str, headers: str, pieces: "Iterable[str]" = ()
) -> None:
    # The end of the answer is the end of the connection: nobody has to know its length.
    waiting = ["HTTP/1.1 %s\r\n%sConnection: close\r\n\r\n" % (status, headers)]
    for piece in pieces:
        waiting.append(piece)
        if sum([len(piece) for piece in waiting]) > _PIECE:
            await _write(writer, waiting)
            waiting = []
    await _write(writer, waiting)


async def _write(writer: "StreamWriter", pieces: list[str]) -> None:
    writer.write("".join(pieces).encode())
    await writer.drain()


async def _close(writer: "StreamWriter") -> None:
    try:
        await writer.wait_closed()  # in MicroPython this closes the socket, and at once
    except OSError:
        pass
