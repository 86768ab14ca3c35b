"""What the board says of itself: ``about`` and ``status`` of the contract."""

import asyncio
import json

from fabnum import config, drop
from micropython import const

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from fabnum.clock import Clock
    from fabnum.health import Health
    from fabnum.online import Online
    from fabnum.queue import Queue

_SETTLE_MS = const(200)  # several changes at once make one status
_AT_LEAST_EVERY = const(600 * 1000 // 200)  # of these, ten minutes


class Report:
    """Publishes ``about`` on every connection, ``status`` then, on change and every ten minutes.

    ``faults``: what is wrong now, in short words such as ``sensor:scd41``; the oldest first.
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
        self.faults: list[str] = ["safe-mode"] if health.safe_mode else []
        self._started = False
        self._about_wanted = True
        self._news = False
        self._asleep: dict[str, Any] = {}
        self.period = build["period"]

    def fault(self, word: str, wrong: bool = True) -> None:
        """Say that something is wrong, or is no longer."""
        if wrong == (word in self.faults):
            return
        if wrong:
            self.faults.append(word)
        else:
            self.faults.remove(word)
        self._news = True

    def started(self) -> None:
        """Say that the parts are awake: from now on the board is ready, or degraded."""
        self._started = True
        self._news = True

    def ask(self) -> None:
        """Publish both again, soon."""
        self._about_wanted = True
        self._news = True

    def set_period(self, seconds: float) -> None:
        """Say so when the time between two readings changes."""
        if seconds != self.period:
            self.period = seconds
            self._news = True

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
            self._news = False
            if self._about_wanted:
                self._about_wanted = False
                await link.publish("about", self._about(), retain=True)
            await link.publish("status", json.dumps(self.status()).encode(), retain=True)
            for _ in range(_AT_LEAST_EVERY):
                if self._news:
                    break
                await asyncio.sleep_ms(_SETTLE_MS)

    def _about(self) -> bytes:
        from fabnum import about

        content = about.of(self._build, self._health, self._boot, self.period)
        drop("about")
        return json.dumps(content).encode()

    def status(self) -> "dict[str, Any]":
        """Return the content of ``status``."""
        status: dict[str, Any] = {
            "state": "starting",
            "why": self.faults[0] if self.faults else "",
            "boot": self._boot,
            "period": self.period,
            "queue": len(self._queue),
            "dropped": self._queue.dropped,
            "uptime": self._clock.monotonic(),
        }
        if self._started:
            status["state"] = "degraded" if self.faults else "ready"
        now = self._clock.now()
        if now is not None:
            status["t"] = now
        rssi = self._online.rssi() if self._online else None
        if rssi is not None:
            status["wifi"] = rssi
        wired = self._online and config.load()["settings"].get("battery")
        if wired:
            from fabnum import battery

            battery.tell(wired, status)
            drop("battery")
        status.update(self._asleep)
        return status
