"""Hears of self-tests that objects make by themselves, and writes them into their logbooks."""

import asyncio
import contextlib
import logging
import sqlite3
import time
from collections import deque
from collections.abc import Mapping
from typing import Any

from gateway.logbook import Kind, Logbook
from gateway.model import Frame
from kit.names import DeviceKey

log = logging.getLogger(__name__)

EVENT = "self-test"
_FIRST_TIME = 1_704_067_200
"""2024: a board's clock that says less does not know the time."""
WAITING = 1000
"""Events on their way to the disk. A fleet that is switched on tests itself at once; what is more
than this is an object gone wild, whose next test will do."""


class SelfTests:
    """A :class:`gateway.model.Listener`: notes self-tests without holding anybody up."""

    def __init__(self, logbook: Logbook) -> None:
        self._logbook = logbook
        self._heard: deque[tuple[DeviceKey, dict[str, Any]]] = deque()
        self._news = asyncio.Event()

    def on_frame(self, frame: Frame) -> None:
        """Do nothing: readings are not events."""

    def on_leaf(self, device: DeviceKey, leaf: str, payload: Mapping[str, Any]) -> None:
        """Take note of an event ``self-test``; ``data`` is its result."""
        data = payload.get("data")
        if leaf != "event" or payload.get("name") != EVENT or not isinstance(data, dict):
            return
        if len(self._heard) < WAITING:
            self._heard.append((device, data))
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
            device, result = self._heard[0]
            try:
                self._logbook.write(device, Kind.SELFTEST, result, _time_of(result))
            except (ValueError, sqlite3.Error) as error:
                log.warning("The self-test of %s could not be noted: %s", device, error)
            with contextlib.suppress(IndexError):
                self._heard.popleft()


def _time_of(result: Mapping[str, Any]) -> float:
    """Return when a test was made (``at``, Unix seconds), now where the board does not know."""
    now, said = time.time(), result.get("at")
    known = isinstance(said, int | float) and _FIRST_TIME <= said <= now
    return float(said) if known and said is not None else now
