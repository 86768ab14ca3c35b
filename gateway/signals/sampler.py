"""Writes the signals into the journal, so that boards can show them over time.

It is a guest: it writes little at a time and waits until that is on disk before it writes more, so
that no reading waits long for it; while the journal cannot be written it rests.
"""

import asyncio
import logging
import secrets
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Mapping

from gateway.journal import Journal
from gateway.model import Frame
from gateway.signals.now import SLICE, Signals
from kit.names import DeviceKey
from kit.signals import GATEWAY, channel, key_of_object, key_of_town

log = logging.getLogger(__name__)

OBJECTS_EVERY_S = 300.0
GATEWAY_EVERY_S = 60.0
FIRST_AFTER_S = 5.0
"""A site that has just been started shows its boards soon, and has its objects back by then."""
BREATHS = 4
SHORTEST_BREATH_S, LONGEST_BREATH_S = 0.05, 2.0
"""Between two slices it rests four times as long as the disk took for one: a reading that comes
seldom meets a sample on its way to the disk, however slow that is."""


class Sampler:
    """Samples objects and towns every five minutes, the gateway every minute, starts when heard.

    Times are those of the clock: 12:00, 12:05 … so that each step of a board has its sample.
    """

    def __init__(
        self, signals: Signals, journal: Journal, clock: Callable[[], float] = time.time
    ) -> None:
        self._signals = signals
        self._journal = journal
        self._clock = clock
        self._boot = secrets.token_hex(4)
        self._seqs: Counter[DeviceKey] = Counter()

    async def run(self) -> None:
        """Sample until cancelled. Whatever fails is logged; it never ends."""
        async with asyncio.TaskGroup() as loops:
            loops.create_task(self._keep_sampling(self.sample_gateway, GATEWAY_EVERY_S))
            loops.create_task(self._keep_sampling(self.sample_fleet, OBJECTS_EVERY_S))
            loops.create_task(self._keep_noting_starts())
            loops.create_task(self._attempt(self._signals.recall))

    async def sample_gateway(self) -> None:
        """Write down how the gateway is now."""
        now = self._clock()
        await self._write(now, {GATEWAY: self._signals.sample_gateway(now)})

    async def sample_fleet(self) -> None:
        """Write down how objects and towns are now."""
        now = self._clock()
        towns = await self._signals.sample_towns(now)
        await self._write(now, {key_of_town(town): found for town, found in towns.items()})
        told = await self._signals.sample_told(now)
        keys = self._signals.keys()
        for start in range(0, len(keys), SLICE):
            now, began = self._clock(), time.monotonic()
            await self._write(
                now,
                {
                    key_of_object(key): self._signals.sample_object(key, now) | told.get(key, {})
                    for key in keys[start : start + SLICE]
                },
            )
            took_s = time.monotonic() - began
            await asyncio.sleep(min(max(SHORTEST_BREATH_S, BREATHS * took_s), LONGEST_BREATH_S))

    async def note_starts(self) -> None:
        """Wait for objects that start, and write that down."""
        starts = await self._signals.started()
        await self._commit(
            self._frame(key_of_object(start.device), start.time, {channel("reset", start.cause): 1})
            for start in starts
        )

    # --- keeping on ------------------------------------------------------------------------------

    async def _keep_sampling(self, sample: Callable[[], Awaitable[None]], every_s: float) -> None:
        await asyncio.sleep(FIRST_AFTER_S)
        while True:
            await self._attempt(sample)
            wait_s = every_s - self._clock() % every_s
            # A sleep may end a moment early: that was this time, not the next.
            await asyncio.sleep(wait_s if wait_s > 1 else wait_s + every_s)

    async def _keep_noting_starts(self) -> None:
        while True:
            await self._attempt(self.note_starts)

    async def _attempt(self, work: Callable[[], Awaitable[None]]) -> None:
        try:
            await work()
        except Exception:
            log.exception("The gateway could not measure itself just now; readings go on.")

    # --- writing ---------------------------------------------------------------------------------

    async def _write(self, now: float, found: Mapping[DeviceKey, Mapping[str, float]]) -> None:
        await self._commit(self._frame(key, now, values) for key, values in found.items() if values)

    async def _commit(self, frames: Iterable[Frame]) -> None:
        """Have the journal write, and wait for it. What a full disk refuses must not pile up."""
        if self._journal.trouble is None and (kept := [*frames]):
            await asyncio.wrap_future(self._journal.write(kept))

    def _frame(self, key: DeviceKey, time: float, values: Mapping[str, float]) -> Frame:
        seq = self._seqs[key]
        self._seqs[key] += 1
        return Frame(key, self._boot, seq, time, values)
