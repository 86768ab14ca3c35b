"""Events that end up in an object's logbook: heard at once, written down beside the event loop."""

import asyncio
import contextlib
import logging
import sqlite3
import time
from collections import deque
from collections.abc import Mapping
from typing import Any, ClassVar

from gateway.logbook import Logbook
from gateway.model import Frame
from kit.names import DeviceKey

log = logging.getLogger(__name__)

WAITING = 1000
"""Events on their way to the disk. A fleet that is switched on tests itself at once; what is more
than this is an object gone wild, whose next event will do."""
_FIRST_TIME = 1_704_067_200
"""2024: a board's clock that says less does not know the time."""


class NotedEvents:
    """A :class:`gateway.model.Listener`: notes the events ``name`` without holding anybody up.

    A subclass says what is written of one.
    """

    name: ClassVar[str]

    def __init__(self, logbook: Logbook) -> None:
        self.logbook = logbook
        self._heard: deque[tuple[DeviceKey, Mapping[str, Any]]] = deque()
        self._news = asyncio.Event()

    def note(self, device: DeviceKey, event: Mapping[str, Any]) -> None:
        """Write one event down. Raises ValueError if it cannot be."""
        raise NotImplementedError

    def on_frame(self, frame: Frame) -> None:
        """Do nothing: readings are not events."""

    def on_leaf(self, device: DeviceKey, leaf: str, payload: Mapping[str, Any]) -> None:
        """Take note of an event; its ``data`` is a JSON object."""
        if leaf != "event" or payload.get("name") != self.name:
            return
        if isinstance(payload.get("data"), dict) and len(self._heard) < WAITING:
            self._heard.append((device, payload))
            self._news.set()

    async def run(self) -> None:
        """Write down what is heard, until cancelled."""
        while True:
            await self._news.wait()
            self._news.clear()
            await asyncio.to_thread(self.write_down)

    def write_down(self) -> None:
        """Write down what was heard; what is being written when the service ends is, once more."""
        while self._heard:
            device, event = self._heard[0]
            try:
                self.note(device, event)
            except (ValueError, sqlite3.Error) as error:
                log.warning("The event %s of %s could not be noted: %s", self.name, device, error)
            with contextlib.suppress(IndexError):
                self._heard.popleft()


def time_of(said: object) -> float:
    """Return when a board says that something was (Unix seconds); now where it does not know."""
    now = time.time()
    known = isinstance(said, int | float) and _FIRST_TIME <= said <= now
    return float(said) if known and isinstance(said, int | float) else now
