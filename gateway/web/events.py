"""The live stream of a page: server-sent events (WHATWG HTML, section 9.2).

Each message is JSON: which card, its condition, and the new contents of its slots. A page says by
``since`` which revision it was made from, so that nothing is missed between page and stream, and
nothing is sent that it has. A client that does not read is dropped.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import NamedTuple

import msgspec
from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from gateway.live import SPEAKING, Condition, Live, LiveObject
from kit.names import DeviceKey

MAX_STREAMS = 400
MAX_STREAMS_PER_CLIENT = 80
"""A school or a library stands behind one address: sixty phones of a workshop, and its walls."""
TRY_AGAIN_S = 30
"""After so long a page that was turned away may ask for its stream again."""
HEARTBEAT_S = 10.0
"""So often the page hears at least a comment, and objects that fell silent are noticed."""
REST_S = 0.2
"""Between two batches: changes within it are sent together."""
SEND_WITHIN_S = 20.0
RETRY_MS = 4000


class _Shown(NamedTuple):
    """What a page shows of an object that time alone changes."""

    condition: Condition
    late: bool
    speaks: bool


class Update(NamedTuple):
    """What changed on the page: the element's id, its condition, its slots by name.

    ``updated`` says when, in words; it changes once a minute, so that a screen reader is not
    talked over.
    """

    id: str
    state: str
    slots: Mapping[str, str]
    updated: str


class TooManyStreamsError(Exception):
    """There are as many open streams as this machine shall hold."""


class Streams:
    """Counts the open streams, in all and by client."""

    def __init__(self) -> None:
        self._open: Counter[str] = Counter()

    @contextmanager
    def open(self, client: str) -> Iterator[None]:
        """Count one stream for as long as the context lasts. Raises TooManyStreamsError."""
        if self._open.total() >= MAX_STREAMS or self._open[client] >= MAX_STREAMS_PER_CLIENT:
            raise TooManyStreamsError
        self._open[client] += 1
        try:
            yield
        finally:
            self._open[client] -= 1
            if not self._open[client]:
                del self._open[client]

    def count(self) -> int:
        """Return how many streams are open."""
        return self._open.total()


async def updates(
    live: Live,
    keys: Sequence[DeviceKey],
    since: int,
    render: Callable[[Sequence[LiveObject]], Sequence[Update]],
    heartbeat_s: float = HEARTBEAT_S,
) -> AsyncIterator[str]:
    """Yield messages of the stream: first what changed after ``since``, then what changes.

    ``render`` makes the updates for the objects it is given, which may be none; it is asked at
    least each ``heartbeat_s``.
    """
    shown: dict[DeviceKey, _Shown] = {}
    with live.subscribe(keys) as subscription:
        yield f"retry: {RETRY_MS}\n\n"
        changed = {key for key in keys if (t := live.find(key)) and t.revision > since}
        while not live.closed:
            things = [thing for key in keys if (thing := live.find(key))]
            for update in render(_due(things, changed, shown, live.now())):
                yield _message(update, live.revision)
            await asyncio.sleep(REST_S)
            changed = await subscription.changed(heartbeat_s)
            if not changed:
                yield ": still here\n\n"


def _due(
    things: Sequence[LiveObject],
    changed: set[DeviceKey],
    shown: dict[DeviceKey, _Shown],
    now: float,
) -> list[LiveObject]:
    """Return the objects that changed, if only by the passing of time.

    No message announces that one falls silent or late, or that what it said no longer stands.
    A page that comes back after a pause does not know who fell silent meanwhile: at first all that
    are silent are due.
    """
    due = []
    for thing in things:
        condition = thing.condition(now)
        late = thing.nap is not None and thing.sleeps_until(now) is None
        speaks = thing.message(now) is not None
        before = shown.get(thing.key, _Shown(Condition.GOOD, late=False, speaks=speaks))
        after = _Shown(condition, late, speaks)
        fell = condition != before.condition and not {condition, before.condition} <= set(SPEAKING)
        if thing.key in changed or fell or after[1:] != before[1:]:
            due.append(thing)
        shown[thing.key] = after
    return due


def _message(update: Update, revision: int) -> str:
    data = msgspec.json.encode(update._asdict()).decode()
    return f"id: {revision}\ndata: {data}\n\n"


def revision_of(request: Request) -> int:
    """Return what a page has already: what its browser heard last, else what it was made from."""
    since = request.headers.get("last-event-id") or request.query_params.get("since", "")
    return int(since) if since.isdecimal() and len(since) < 20 else 0


class EventStream:
    """An ASGI answer that sends messages until the client goes, or does not read any more."""

    def __init__(self, messages: AsyncIterator[str]) -> None:
        self._messages = messages

    async def __call__(self, _scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; returns when the stream has ended."""
        writing = asyncio.create_task(self._write(send), name="events")
        leaving = asyncio.create_task(_until_gone(receive), name="events: client")
        try:
            await asyncio.wait((writing, leaving), return_when=asyncio.FIRST_COMPLETED)
            if writing.done():
                writing.result()
        finally:
            for task in (writing, leaving):
                task.cancel()
            await asyncio.gather(writing, leaving, return_exceptions=True)

    async def _write(self, send: Send) -> None:
        headers = [
            (b"content-type", b"text/event-stream; charset=utf-8"),
            (b"cache-control", b"no-store"),
            (b"x-accel-buffering", b"no"),
        ]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        try:
            async for message in self._messages:
                async with asyncio.timeout(SEND_WITHIN_S):
                    await send(
                        {
                            "type": "http.response.body",
                            "body": message.encode(),
                            "more_body": True,
                        }
                    )
        except (TimeoutError, OSError):
            return
        await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
