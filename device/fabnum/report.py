"""What the board says of itself: ``about`` and ``status`` of the contract."""

import asyncio
import json
import sys

from fabnum import VERSION
from micropython import const

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from fabnum.clock import Clock
    from fabnum.health import Health
    from fabnum.online import Online
    from fabnum.queue import Queue

_AT_LEAST_EVERY_S = const(600)
_SETTLE_MS = const(200)  # several changes at once make one status


class Report:
    """Publishes ``about`` on every connection, ``status`` then, on change and every ten minutes.

    ``online``: the way out, ``None`` where the configuration cannot be used. ``period``: seconds
    between two readings.
    """

    def __init__(
        self,
        online: "Online | None",
        queue: "Queue",
        clock: "Clock",
        health: "Health",
        build: "dict[str, Any]",
        boot: str,
    ) -> None:
        self._online = online
        self._queue = queue
        self._clock = clock
        self._health = health
        self._build = build
        self._boot = boot
        self._faults: list[str] = ["safe-mode"] if health.safe_mode else []
        self._started = False
        self._about_wanted = True
        self._news = asyncio.Event()
        self._asleep: dict[str, Any] = {}
        self.period = build["period"]

    @property
    def faults(self) -> list[str]:
        """What is wrong now, in short words such as ``sensor:scd41``; the oldest first."""
        return self._faults

    def fault(self, word: str, wrong: bool = True) -> None:
        """Say that something is wrong, or is no longer."""
        if wrong == (word in self._faults):
            return
        if wrong:
            self._faults.append(word)
        else:
            self._faults.remove(word)
        self._news.set()

    def started(self) -> None:
        """Say that the parts are awake: from now on the board is ready, or degraded."""
        self._started = True
        self._news.set()

    def ask(self) -> None:
        """Publish both again, soon."""
        self._about_wanted = True
        self._news.set()

    def set_period(self, seconds: float) -> None:
        """Say so when the time between two readings changes."""
        if seconds != self.period:
            self.period = seconds
            self._news.set()

    async def sleeping(self, wakes: int | None) -> None:
        """Publish that the board sleeps from now on; ``wakes``: until when, in Unix seconds."""
        self._asleep = (
            {"state": "sleeping"} if wakes is None else {"state": "sleeping", "wakes": wakes}
        )
        if self._online:
            await self._online.link.publish(
                "status", json.dumps(self.status()).encode(), retain=True
            )

    async def run(self) -> None:
        """Publish for ever."""
        if self._online is None:
            return
        link = self._online.link
        while True:
            await link.connected()
            await asyncio.sleep_ms(_SETTLE_MS)
            self._news.clear()
            if self._about_wanted:
                self._about_wanted = False
                await link.publish("about", json.dumps(self.about()).encode(), retain=True)
            await link.publish("status", json.dumps(self.status()).encode(), retain=True)
            try:
                await asyncio.wait_for(self._news.wait(), _AT_LEAST_EVERY_S)
            except asyncio.TimeoutError:
                pass

    def status(self) -> "dict[str, Any]":
        """Return the content of ``status``."""
        status: dict[str, Any] = {
            "state": "starting",
            "why": self._faults[0] if self._faults else "",
            "boot": self._boot,
            "period": self.period,
            "queue": len(self._queue),
            "dropped": self._queue.dropped,
            "uptime": self._clock.monotonic(),
        }
        if self._started:
            status["state"] = "degraded" if self._faults else "ready"
        now = self._clock.now()
        if now is not None:
            status["t"] = now
        rssi = self._online.rssi() if self._online else None
        if rssi is not None:
            status["wifi"] = rssi
        status.update(self._asleep)
        return status

    def about(self) -> "dict[str, Any]":
        """Return the content of ``about``."""
        return {
            "build": self._build["id"],
            "firmware": VERSION,
            "hash": self._build.get("hash", ""),
            "boot": self._boot,
            "reset": self._health.reset,
            "channels": list(self._build["channels"]),
            "period": self.period,
            "platform": sys.platform,
            "micropython": ".".join([str(number) for number in sys.implementation.version[:3]]),
            "safe_mode": self._health.safe_mode,
        }
