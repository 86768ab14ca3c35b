"""The signals as they are now. Sampling writes them down, alerts judge them: the same numbers.

Nothing here depends on who asks or how often. Used from the event loop; what looks into files does
so beside it, and ten thousand objects are sampled in slices.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from gateway.broker.authority import Authority
from gateway.influx import WriterStatus
from gateway.ingest import IngestCounters
from gateway.journal import Journal
from gateway.live import Live, Reading
from gateway.logbook import Logbook
from gateway.mqtt import LinkState
from gateway.registry import Registry
from gateway.signals.constancy import Constancy, Run, run_before, varying
from gateway.signals.heard import Heard, Start
from gateway.signals.objects import Known, of_object
from gateway.signals.own import Own
from gateway.signals.towns import Box, Records, objects_of_towns
from gateway.workshops import Workshops
from kit.names import DeviceKey
from kit.settings import DataFolder

log = logging.getLogger(__name__)

RECORDS_KEPT_S = 240.0
"""What was built and held is looked up again after so long, whoever asks: it takes a look at the
whole logbook."""
SLICE = 100
"""Objects sampled in one go: about a millisecond, in which no message is taken."""


class Link(Protocol):
    """The connection to the broker."""

    @property
    def state(self) -> LinkState:
        """Whether the broker has us."""


class Sink(Protocol):
    """The InfluxDB sink."""

    @property
    def status(self) -> WriterStatus:
        """How the sink is."""


@dataclass(frozen=True, slots=True)
class Sources:
    """The parts of a service that signals are made of."""

    live: Live
    journal: Journal
    counters: IngestCounters
    link: Link
    influx: Sink | None
    registry: Registry
    logbook: Logbook
    workshops: Workshops
    folder: DataFolder
    towns: tuple[str, ...]


class Signals:
    """Makes the signals of one site. Channels and units are those of :mod:`kit.signals`.

    ``listeners`` are to hear of what comes in, ``on_refusal`` of what is refused.
    """

    def __init__(self, sources: Sources, clock: Callable[[], float] = time.time) -> None:
        self._sources = sources
        self._heard = Heard(clock)
        self._constancy = Constancy()
        self._own = Own(
            sources.counters, sources.journal, Authority(sources.folder), sources.folder.root
        )
        self._records = Records(
            sources.registry, sources.logbook, sources.journal, sources.workshops
        )
        self._recorded: dict[str, dict[str, float]] = {}
        self._recorded_at = float("-inf")
        self._heard.remember(self.keys(), sources.journal)
        self.listeners = (self._heard, self._constancy)
        self.on_refusal = self._heard.on_refusal

    def keys(self) -> list[DeviceKey]:
        """Return the objects that there are signals of, in the registry's order."""
        return [thing.key for thing in self._sources.live.objects()]

    async def recall(self) -> None:
        """Read from the journal since when each number has been told. Once, after the start."""
        for key in self.keys():
            thing = self._sources.live.find(key)
            if thing is None or thing.build is None:
                continue
            last = {
                name: thing.readings[name]
                for name in varying(thing.build)
                if name in thing.readings
            }
            for name, run in (await asyncio.to_thread(self._runs_before, key, last)).items():
                self._constancy.remember(key, name, run)

    def _runs_before(self, key: DeviceKey, last: Mapping[str, Reading]) -> dict[str, Run]:
        journal = self._sources.journal
        return {name: run_before(journal, key, name, reading) for name, reading in last.items()}

    def sample_object(self, key: DeviceKey, now: float) -> dict[str, float]:
        """Return the signals of one object at ``now`` (Unix seconds); none if there is no such."""
        thing = self._sources.live.find(key)
        if thing is None:
            return {}
        journal, heard = self._sources.journal, self._heard
        known = Known(
            status=journal.leaf(key, "status"),
            dropped=heard.dropped.total(key, now),
            missing=journal.missing(key),
            refused=heard.refused.total(key, now),
            unchanged_s=self._constancy.longest_s(thing),
        )
        return of_object(thing, known, now)

    async def sample_objects(self, now: float) -> dict[DeviceKey, dict[str, float]]:
        """Return the signals of every object by channel, such as ``wifi`` or ``firmware.0.1.0``."""
        found: dict[DeviceKey, dict[str, float]] = {}
        for number, key in enumerate(self.keys(), 1):
            found[key] = self.sample_object(key, now)
            if number % SLICE == 0:
                await asyncio.sleep(0)
        return found

    def sample_gateway(self, now: float) -> dict[str, float]:
        """Return the signals of the gateway and its machine by channel; counts are a minute's."""
        sink = self._sources.influx
        lag_s = None if sink is None else sink.status.lag_s
        return self._own.sample(now, self._sources.link.state, lag_s)

    async def sample_towns(self, now: float) -> dict[str, dict[str, float]]:
        """Return the signals of each town by channel, such as ``objects.silent``."""
        towns = self._sources.towns
        found = objects_of_towns(self._sources.live.objects(), towns, now)
        if not 0 <= now - self._recorded_at < RECORDS_KEPT_S:
            await self._look_up_records()
            self._recorded_at = now
        for town, signals in self._recorded.items():
            found.setdefault(town, {}).update(signals)
        return found

    async def sample_told(self, now: float) -> dict[DeviceKey, dict[str, float]]:
        """Return what each vote box may tell of its question, such as ``votes.option1``."""
        return {
            box.key: await asyncio.to_thread(self._records.votes, box, now) for box in self._boxes()
        }

    async def _look_up_records(self) -> None:
        try:
            recorded = await asyncio.to_thread(self._records.of_towns)
        except Exception:
            # A file that is damaged costs what stands in it, not the signals of all objects.
            log.exception("What was built and held could not be looked up just now.")
            return
        for town in self._sources.towns:
            recorded.setdefault(town, {}).setdefault("built", 0.0)
        self._recorded = recorded

    async def started(self) -> Iterable[Start]:
        """Wait until objects have started; return which, each once."""
        await self._heard.news.wait()
        self._heard.news.clear()
        starts = [*self._heard.starts]
        self._heard.starts.clear()
        return starts

    def _boxes(self) -> list[Box]:
        return [
            Box(thing.key, thing.build, thing.wording)
            for thing in self._sources.live.objects()
            if thing.wording is not None and thing.build is not None
        ]
