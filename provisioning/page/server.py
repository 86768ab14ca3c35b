"""Serves the page to this computer alone, in the event loop of whoever calls."""

import asyncio
import contextlib
import os
import secrets
import socket
from collections.abc import Callable, Iterator, Sequence

import uvicorn

from kit.errors import FabnumError
from kit.i18n import _
from provisioning.page.app import create_app
from provisioning.page.line import Line
from provisioning.page.person import PagePerson

HOST = "127.0.0.1"
END_WITHIN_S = 1
"""Pages that wait for a change would else keep the server."""


async def serve(
    line: Line,
    person: PagePerson,
    port: int,
    on_ready: Callable[[str], None],
    *,
    languages: Sequence[str] = (),
) -> None:
    """Serve the page until cancelled. ``port`` 0: any free one.

    ``on_ready`` hears the address, with the token of this run in it, once the page can be opened.
    Raises FabnumError if the port is taken.
    """
    token = secrets.token_urlsafe(24)
    app = create_app(line, person, token=token, languages=languages)
    with _listen(port) as listener:
        address = f"http://{HOST}:{listener.getsockname()[1]}/?token={token}"
        server = _Server(
            uvicorn.Config(
                app,
                log_config=None,
                access_log=False,  # the first address of a browser holds the token
                server_header=False,
                lifespan="off",
                timeout_graceful_shutdown=END_WITHIN_S,
            ),
            lambda: on_ready(address),
        )
        running = asyncio.create_task(server.serve(sockets=[listener]), name="the bench's page")
        try:
            await asyncio.shield(running)
        finally:
            server.should_exit = True
            person.watcher.touch()
            await running


class _Server(uvicorn.Server):
    """uvicorn in our event loop: leaves signals to the caller, and says when it is ready."""

    def __init__(self, config: uvicorn.Config, on_ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._on_ready = on_ready

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Do nothing: the caller decides when to stop."""
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to listen, then say so."""
        await super().startup(sockets)
        self._on_ready()


def _listen(port: int) -> socket.socket:
    listener = socket.socket()
    if os.name == "posix":  # on Windows that would let two programs listen on one port
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
    except OSError as error:
        listener.close()
        raise FabnumError(
            _("Port {port} is taken by another program.", port=port),
            _("Close that program, or choose another port with “--page-port”."),
        ) from error
    return listener
