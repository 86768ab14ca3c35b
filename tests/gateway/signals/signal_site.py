"""A site whose signals are made: real journal, registry, live state, ingest; no broker."""

import asyncio
import time
from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import msgspec

from gateway.influx.status import Progress
from gateway.ingest import Ingest
from gateway.journal import Journal
from gateway.live import Live
from gateway.logbook import Logbook
from gateway.mqtt import Delivery, LinkState, Message
from gateway.registry import Registry
from gateway.signals import Sampler, Signals, Sources
from gateway.workshops import Workshops
from kit.names import DeviceKey
from kit.settings import DataFolder
from tests.gateway.frames import AIR, BOOT, an_air

TOWNS = ("gonesse", "hem")


class SignalSite:
    """The parts of a service that signals are made of. Its clock moves only when told to."""

    def __init__(self, root: Path) -> None:
        self.folder = DataFolder(root)
        self.now = time.time() // 3600 * 3600 - 86_400
        self.registry = Registry(self.folder.registry)
        self.logbook = Logbook(self.folder.logbook)
        self.workshops = Workshops(self.folder.workshops)
        self.link = SimpleNamespace(state=LinkState.CONNECTED)
        self.influx: Progress | None = Progress()
        self._seq = 0
        self.start()

    def start(self) -> None:
        """Start the gateway, again where it has been stopped."""
        self.journal = Journal(self.folder.journal)
        self.live = Live(self.registry, self.journal, self.clock)
        self.ingest = Ingest(self.registry, self.journal, [self.live])
        self.signals = Signals(
            Sources(
                live=self.live,
                journal=self.journal,
                counters=self.ingest.counters,
                link=self.link,
                influx=self.influx,
                registry=self.registry,
                logbook=self.logbook,
                workshops=self.workshops,
                folder=self.folder,
                towns=TOWNS,
            ),
            self.clock,
        )
        for listener in self.signals.listeners:
            self.ingest.add_listener(listener)
        self.ingest.add_refusal_listener(self.signals.on_refusal)
        self.sampler = Sampler(self.signals, self.journal, self.clock)

    def restart(self) -> None:
        self.journal.close()
        self.start()

    def close(self) -> None:
        self.journal.close()
        self.registry.close()
        self.logbook.close()
        self.workshops.close()

    def clock(self) -> float:
        return self.now

    def add(self, key: DeviceKey = AIR, **changes: str) -> DeviceKey:
        """Take an object in."""
        self.registry.add(an_air(key, **changes))
        self.live.refresh()
        return key

    async def take(self, key: DeviceKey, leaf: str, content: Any) -> None:
        """Have an object say something, and wait until it is acknowledged and told."""
        acknowledged = asyncio.Event()
        message = Message(key.topic(leaf), msgspec.json.encode(content), b"")
        self.ingest.take(Delivery([message], acknowledged.set))
        await asyncio.wait_for(acknowledged.wait(), 30)

    async def measure(self, key: DeviceKey, at: float | None = None, **values: float) -> None:
        """Have an object send a reading, of now unless ``at`` says otherwise."""
        moment = self.now if at is None else at
        frame = {"boot": BOOT, "seq": self._seq, "t": moment, "values": values}
        self._seq += 1
        await self.take(key, "telemetry", frame)

    async def status(self, key: DeviceKey, **said: object) -> None:
        usual = {"state": "ready", "boot": BOOT, "t": self.now, "period": 60}
        await self.take(key, "status", usual | said)

    def of(self, key: DeviceKey = AIR) -> dict[str, float]:
        """Return the signals of an object now."""
        return self.signals.sample_object(key, self.now)

    def kept(self, key: DeviceKey) -> list[Mapping[str, float]]:
        """Return what the journal keeps of one key, in the order of arrival."""
        self.journal.write().result(30)
        return [s.frame.values for s in self.journal.after(0, 100_000) if s.frame.device == key]
