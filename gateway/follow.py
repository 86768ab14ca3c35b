"""A lamp follows another object: each new reading of the one is told to the other.

The registry says who follows what: ``follow = "air-101/co2"``, an object of the same town. What the
lamp makes of the value is the lamp's affair.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Mapping
from typing import Any

from gateway.commands import Commander
from gateway.model import Frame
from gateway.registry import Registry
from kit.errors import FabnumError
from kit.names import DeviceKey

AT_MOST_EVERY_S = 5.0
"""A lamp is told no oftener than this, however fast its source measures."""
TELL_AGAIN_AFTER_S = 300.0
"""An unchanged reading is told again after this long: a lamp leaves what nobody confirms."""
TOO_OLD_S = 600.0
"""Readings of a backlog say how things were, not how they are: the lamp is not told."""
LOOK_AGAIN_S = 1.0
"""How often the registry is asked whether somebody has changed who follows what."""

log = logging.getLogger("fabnum.follow")


class _Lamp:
    """What one lamp follows, and what it was last told."""

    def __init__(self, key: DeviceKey, follow: str) -> None:
        self.key = key
        self.follow = follow
        source, _, self.channel = follow.partition("/")
        self.source = DeviceKey(key.town, source)
        self.value: float | None = None
        self.time = 0.0
        self.told: float | None = None
        self.told_at = float("-inf")
        self.timer: asyncio.TimerHandle | None = None


class Follower:
    """Tells lamps what they follow. A :class:`gateway.model.Listener`, for one event loop."""

    def __init__(
        self,
        registry: Registry,
        commander: Commander,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._registry = registry
        self._commander = commander
        self._clock = clock
        self._version = -1
        self._looked_at = float("-inf")
        self._lamps: dict[DeviceKey, _Lamp] = {}
        self._by_source: dict[DeviceKey, list[_Lamp]] = {}
        self._sending: set[asyncio.Task[None]] = set()

    def on_frame(self, frame: Frame) -> None:
        """Tell the lamps that follow this object, now or as soon as they may be told again."""
        self._refresh()
        for lamp in self._by_source.get(frame.device, ()):
            value = frame.values.get(lamp.channel)
            if value is None or frame.time < lamp.time:
                continue
            if self._clock() - frame.time > TOO_OLD_S:
                continue
            lamp.value, lamp.time = value, frame.time
            self._consider(lamp)

    def on_leaf(self, device: DeviceKey, leaf: str, payload: Mapping[str, Any]) -> None:  # noqa: ARG002 - the protocol's
        """Tell a lamp again when it has just connected: it sends ``about`` once each time."""
        self._refresh()
        lamp = self._lamps.get(device)
        if leaf == "about" and lamp is not None:
            lamp.told = None
            if self._clock() - lamp.time <= TOO_OLD_S:
                self._consider(lamp)

    async def close(self) -> None:
        """Forget what still waits to be told."""
        for lamp in self._lamps.values():
            if lamp.timer is not None:
                lamp.timer.cancel()
        for task in self._sending:
            task.cancel()
        await asyncio.gather(*self._sending, return_exceptions=True)

    def _consider(self, lamp: _Lamp) -> None:
        if lamp.timer is not None or not self._has_news(lamp):
            return
        loop = asyncio.get_running_loop()
        wait_s = lamp.told_at + AT_MOST_EVERY_S - loop.time()
        if wait_s > 0:
            lamp.timer = loop.call_later(wait_s, self._tell, lamp)
        else:
            self._tell(lamp)

    @staticmethod
    def _has_news(lamp: _Lamp) -> bool:
        """Whether there is a value to tell: another than before, or the same of a while ago."""
        if lamp.value is None:
            return False
        long_ago = asyncio.get_running_loop().time() - lamp.told_at >= TELL_AGAIN_AFTER_S
        return lamp.value != lamp.told or long_ago

    def _tell(self, lamp: _Lamp) -> None:
        lamp.timer = None
        if lamp.value is None or not self._has_news(lamp):
            return
        loop = asyncio.get_running_loop()
        lamp.told, lamp.told_at = lamp.value, loop.time()
        task = loop.create_task(self._send(lamp, lamp.value), name=f"follow {lamp.key}")
        self._sending.add(task)
        task.add_done_callback(self._sending.discard)

    async def _send(self, lamp: _Lamp, value: float) -> None:
        try:
            await self._commander.tell(
                lamp.key, "follow", {"channel": lamp.channel, "value": value}
            )
        except FabnumError as error:
            # The next reading tries again.
            lamp.told = None
            log.warning("%s could not be told what it follows: %s", lamp.key, error)

    def _refresh(self) -> None:
        now = time.monotonic()
        if now - self._looked_at < LOOK_AGAIN_S:
            return
        self._looked_at = now
        version = self._registry.version()
        if version == self._version:
            return
        self._version = version
        known, self._lamps, self._by_source = self._lamps, {}, {}
        for device in self._registry.all():
            if not device.follow:
                continue
            lamp = known.get(device.key)
            if lamp is None or lamp.follow != device.follow:
                lamp = _Lamp(device.key, device.follow)
            self._lamps[device.key] = lamp
            self._by_source.setdefault(lamp.source, []).append(lamp)
        for key, lamp in known.items():
            if lamp.timer is not None and self._lamps.get(key) is not lamp:
                lamp.timer.cancel()
