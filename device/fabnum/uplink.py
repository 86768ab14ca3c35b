"""From the queue to the broker: a frame leaves the queue when the broker has it, never before."""

import asyncio
import time

from micropython import const

TYPE_CHECKING = False
if TYPE_CHECKING:
    from fabnum.clock import Clock
    from fabnum.link import Link
    from fabnum.queue import Queue

_TIME_PATIENCE_MS = const(65_000)  # the gateway tells the time every 60 s
_AGED_TIMEOUT_S = const(30)  # after so long, what says how old it is must be written anew


class Uplink:
    """Sends what waits in the queue as soon as there is a connection, oldest first."""

    def __init__(self, queue: "Queue", link: "Link", clock: "Clock") -> None:
        self._queue = queue
        self._link = link
        self._clock = clock

    async def run(self) -> None:
        """Send for ever."""
        while True:
            await self._queue.arrival()
            await self._link.connected()
            await self._wait_for_time()
            outgoing = self._queue.take()
            if outgoing is None:
                continue
            sending = self._link.publish("telemetry", outgoing.payload)
            if outgoing.aged:
                try:
                    await asyncio.wait_for(sending, _AGED_TIMEOUT_S)
                except asyncio.TimeoutError:
                    continue
            else:
                await sending
            self._queue.remove(outgoing)

    async def _wait_for_time(self) -> None:
        """Give the time a minute to come in, once connected.

        A frame that only says how old it is would be dated wrongly if the gateway is away: the
        broker keeps it. Whoever tells the time is there.
        """
        started = time.ticks_ms()
        while self._clock.now() is None and self._link.up:
            if time.ticks_diff(time.ticks_ms(), started) > _TIME_PATIENCE_MS:
                return
            await asyncio.sleep_ms(200)
