"""How `fabnum calibrate` talks with an object: is it there, and one step at a time.

Each step is a visit of its own to the broker: between two of them a person may carry the object
outdoors, or the service may be restarted, and nothing is half done.
"""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from gateway import calibrations
from gateway.commands import Commander, CommandError
from gateway.logbook import Logbook
from gateway.registry import Registry
from gateway.visitor import Visitor, visit
from kit.errors import FabnumError
from kit.i18n import _
from kit.names import DeviceKey
from kit.settings import DataFolder, Settings

ANSWER_WITHIN_S = 130.0
"""The firmware gives up a calibration after two minutes; a microphone listens for one."""
EVENT_WITHIN_S = 5.0
"""The event comes before the answer; over two ways it may come a little after."""
REPORT_WITHIN_S = 5.0
LATE_S = 120.0
"""A board that wakes has to join the Wi-Fi first."""
_LONGEST_WAIT_S = 7200.0

T = TypeVar("T")

Waiting = Callable[[str], None]
"""Is told what is waited for, in words."""


class Talk:
    """The talk with one object. ``waiting`` hears what it is waiting for."""

    def __init__(
        self, settings: Settings, folder: DataFolder, key: DeviceKey, waiting: Waiting
    ) -> None:
        self._settings = settings
        self._folder = folder
        self._key = key
        self._waiting = waiting

    async def greet(self) -> None:
        """See that the object is there, once it is awake. Raises FabnumError if it is not."""
        async with self._visit() as visited:
            await visited.unless_gone(visited.be_there(self._waiting))

    async def teach(self, part: str, step: str, value: float | None) -> dict[str, float]:
        """Have the object carry out one step; return what it learnt. Raises FabnumError.

        It is noted in the object's logbook, once, whether the service runs or not.
        """
        arguments: dict[str, object] = {"part": part, "step": step}
        if value is not None:
            arguments["value"] = value
        async with self._visit() as visited:
            await visited.unless_gone(visited.be_there(self._waiting))
            self._waiting(_("The object is learning"))
            event = await visited.unless_gone(visited.calibrate(arguments))
            try:
                visited.note(event)
                return dict(event["data"]["kept"])
            except (ValueError, TypeError, KeyError, LookupError) as error:
                raise _answered_nothing() from error

    @asynccontextmanager
    async def _visit(self) -> AsyncIterator["_Visit"]:
        with (
            contextlib.closing(Registry(self._folder.registry)) as registry,
            contextlib.closing(Logbook(self._folder.logbook)) as logbook,
        ):
            async with visit(self._settings, self._folder) as visitor:
                visited = _Visit(visitor, registry, logbook, self._key)
                hearing = asyncio.create_task(visited.hear(), name="answers")
                try:
                    yield visited
                finally:
                    hearing.cancel()


class _Visit:
    """One visit: what the object says of itself meanwhile, and what it is told."""

    def __init__(
        self, visitor: Visitor, registry: Registry, logbook: Logbook, key: DeviceKey
    ) -> None:
        self._visitor = visitor
        self._registry = registry
        self._logbook = logbook
        self._key = key
        self._status: Mapping[str, Any] = {}
        self._events: asyncio.Queue[dict[str, Any]] = asyncio.Queue(16)
        self._news = asyncio.Event()
        self._learning = False
        self._gone: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._commander = Commander(
            registry,
            lambda topic, payload, qos, retain: visitor.publish(topic, payload, qos, retain=retain),
            is_lost=lambda _key: self._status.get("state") == "lost",
        )

    async def unless_gone(self, work: Coroutine[Any, Any, T]) -> T:
        """Return what ``work`` gives. Raises FabnumError if the object or the broker goes first."""
        task = asyncio.create_task(work)
        try:
            first: set[asyncio.Future[Any]] = {task, self._gone}
            await asyncio.wait(first, return_when=asyncio.FIRST_COMPLETED)
            if not task.done():
                self._gone.result()
            return await task
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def hear(self) -> None:
        """Hear what objects say, until cancelled or the broker goes."""
        try:
            async for key, leaf, content, _retained in self._visitor.messages():
                if key == self._key and isinstance(content, dict):
                    self._take(leaf, content)
        except FabnumError as error:
            self._leave(error)

    def _take(self, leaf: str, content: dict[str, Any]) -> None:
        self._commander.on_leaf(self._key, leaf, content)
        if leaf == "status":
            self._status = content
            self._news.set()
            if self._learning and content.get("state") == "lost":
                self._leave(_went_away())
        calibrated = leaf == "event" and content.get("name") == calibrations.EVENT
        if calibrated and not self._events.full():
            self._events.put_nowait(content)

    def _leave(self, error: FabnumError) -> None:
        if not self._gone.done():
            self._gone.set_exception(error)
            self._gone.exception()  # nobody may be waiting for it

    async def be_there(self, waiting: Waiting) -> None:
        """Return once the object answers; waits for one that sleeps. Raises FabnumError.

        A command keeps a board that sleeps awake for some minutes.
        """
        try:
            await self._commander.send(self._key, "report", {}, REPORT_WITHIN_S)
        except CommandError as error:
            if error.code == "no-answer":
                raise _not_there() from None
            if error.code != "asleep":
                raise
            await self._wait_until_awake(waiting)
            await self._commander.send(self._key, "report", {}, REPORT_WITHIN_S)

    async def _wait_until_awake(self, waiting: Waiting) -> None:
        wakes = self._status.get("wakes")
        left = wakes - time.time() if isinstance(wakes, int | float) else _LONGEST_WAIT_S
        waiting(_("The object sleeps. Press its button EN to wake it now"))
        try:
            async with asyncio.timeout(min(max(left, 0), _LONGEST_WAIT_S) + LATE_S):
                while self._status.get("state") in ("sleeping", "lost"):
                    self._news.clear()
                    await self._news.wait()
        except TimeoutError:
            raise FabnumError(
                _("The object sleeps and has not woken up."),
                _("Press its button EN, then start again: it then stays awake for five minutes."),
            ) from None

    async def calibrate(self, arguments: Mapping[str, object]) -> dict[str, Any]:
        """Send the command; return the event that says what was kept. Raises FabnumError."""
        part, step = arguments["part"], arguments["step"]
        self._learning = True
        await self._commander.send(self._key, "calibrate", arguments, ANSWER_WITHIN_S)
        try:
            async with asyncio.timeout(EVENT_WITHIN_S):
                while True:
                    event = await self._events.get()
                    data = event.get("data")
                    if isinstance(data, dict) and (data.get("part"), data.get("step")) == (
                        part,
                        step,
                    ):
                        return event
        except TimeoutError:
            raise _answered_nothing() from None

    def note(self, event: Mapping[str, Any]) -> None:
        """Write it into the object's logbook, unless the service has done so."""
        calibrations.note(self._logbook, self._registry, self._key, event)


def _not_there() -> FabnumError:
    return FabnumError(
        _("The object does not answer: it is not connected."),
        _("Check that it has power and Wi-Fi, then try again."),
    )


def _went_away() -> FabnumError:
    return FabnumError(
        _("The object has lost its connection while it was learning."),
        _("Look at its power and Wi-Fi, then do this step again: nothing half-done stays."),
    )


def _answered_nothing() -> FabnumError:
    return FabnumError(
        _("The object has done it, but what it learnt did not arrive."),
        _("Do this step again."),
    )
