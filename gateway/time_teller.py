"""Tells the time to a board that does not know it yet, as soon as it says so.

The link tells it every minute (see ``gateway.mqtt``); a board that has just started would wait half
a minute for it, with its first readings. Its ``status`` has no ``t``: then it is told at once. So
is one whose clock has gone wrong: it slept, and is awake for some seconds only.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from gateway.model import Frame
from kit.errors import FabnumError
from kit.names import TIME_TOPIC, DeviceKey

AT_MOST_EVERY_S = 2.0
"""Every board hears it: when a whole town starts after a power cut, it is not told once each."""

WRONG_BY_S = 3.0
"""Boards tell whole seconds, and a message may be under way for one or two."""

log = logging.getLogger("fabnum.time")


class TimeTeller:
    """A :class:`gateway.model.Listener`, for one event loop.

    ``publish(topic, payload, qos)`` raises FabnumError when the broker is away.
    """

    def __init__(
        self,
        publish: Callable[[str, bytes, int], Awaitable[None]],
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._publish = publish
        self._clock = clock
        self._telling: asyncio.Task[None] | None = None
        self._told_at = float("-inf")

    def on_frame(self, frame: Frame) -> None:
        """Do nothing: readings ask for nothing."""

    def on_leaf(self, device: DeviceKey, leaf: str, payload: Mapping[str, Any]) -> None:  # noqa: ARG002 - the protocol's
        """Tell the time, now or as soon as it may be told again, to a board that lacks it."""
        lacks_it = leaf == "status" and self._lacks_it(payload)
        if lacks_it and (self._telling is None or self._telling.done()):
            self._telling = asyncio.create_task(self._tell(), name="tell the time")

    def _lacks_it(self, status: Mapping[str, Any]) -> bool:
        said = status.get("t")
        if status.get("state") in ("lost", "sleeping"):
            return False  # it does not hear us
        return not isinstance(said, int | float) or abs(said - self._clock()) > WRONG_BY_S

    async def close(self) -> None:
        """Forget what still waits to be told."""
        if self._telling is not None:
            self._telling.cancel()
            await asyncio.gather(self._telling, return_exceptions=True)

    async def _tell(self) -> None:
        loop = asyncio.get_running_loop()
        await asyncio.sleep(max(0.0, self._told_at + AT_MOST_EVERY_S - loop.time()))
        self._told_at = loop.time()
        try:
            await self._publish(TIME_TOPIC, str(int(self._clock())).encode(), 0)
        except FabnumError as error:
            log.debug("The time could not be told: %s", error)  # the next minute tells it
