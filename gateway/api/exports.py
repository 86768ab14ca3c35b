"""Whole tables, sent as they are read: memory holds a page, however long the table.

Few at once, and not for ever: reading costs the disk, and a reader that does not read on must not
keep others out.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping

from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from gateway.api.doors import client_of
from gateway.api.problems import ProblemError

log = logging.getLogger(__name__)

AT_ONCE = 2
LONGEST_S = 900.0
TRY_AGAIN_S = 30


class Gate:
    """Lets one export of each client run, and :data:`AT_ONCE` in all."""

    def __init__(self) -> None:
        self._clients: set[str] = set()

    def enter(self, client: str) -> None:
        """Begin an export. Raises ProblemError if there are too many."""
        wait = {"Retry-After": str(TRY_AGAIN_S)}
        if client in self._clients:
            raise ProblemError(429, "One export at a time: wait for the other to end.", wait)
        if len(self._clients) >= AT_ONCE:
            raise ProblemError(503, "Others are exporting just now. Try again later.", wait)
        self._clients.add(client)

    def leave(self, client: str) -> None:
        """End an export."""
        self._clients.discard(client)


class Export(StreamingResponse):
    """A table on its way. Cut off where it takes too long: a whole one has an end (RFC 9112, 8)."""

    def __init__(
        self,
        gate: Gate,
        content: AsyncIterator[bytes],
        media_type: str,
        headers: Mapping[str, str],
    ) -> None:
        super().__init__(content, 200, headers, media_type)
        self._gate = gate

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it."""
        client = client_of(scope)
        self._gate.enter(client)
        try:
            async with asyncio.timeout(LONGEST_S):
                await super().__call__(scope, receive, send)
        except TimeoutError:
            log.warning("An export of open data took too long: it was cut off.")
        finally:
            self._gate.leave(client)
