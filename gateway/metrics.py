"""What ``/metrics`` says, in Prometheus' text format: docs/metrics.md lists every name.

The numbers lie where they arise (ingest, journal, live state, sinks); they are read when somebody
asks. No label names a person, and none an object: ten thousand of them would be ten thousand lines.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import accumulate
from typing import Protocol

from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.metrics_core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector

from gateway.influx import WriterStatus
from gateway.ingest import DELAY_BOUNDS_S, IngestCounters
from gateway.journal import Counts, Trouble
from gateway.live import Condition, LiveObject
from gateway.mqtt import LinkState
from kit.names import DeviceKey

KEPT_S = 2.0
"""Judging ten thousand objects takes a tenth of a second, and anybody may ask: not each time."""


class _Ingest(Protocol):
    @property
    def counters(self) -> IngestCounters:
        """What has come in."""


class _Journal(Protocol):
    @property
    def trouble(self) -> Trouble | None:
        """Why nothing can be written just now."""

    def counts(self) -> Counts:
        """Return how the journal stands."""


class _Live(Protocol):
    def now(self) -> float:
        """Return the time that conditions are judged at."""

    def objects(self) -> list[LiveObject]:
        """Return all objects."""


class _Link(Protocol):
    @property
    def state(self) -> LinkState:
        """Whether the broker has us."""

    @property
    def connections(self) -> int:
        """How many times a session was opened."""


class _Sink(Protocol):
    @property
    def status(self) -> WriterStatus:
        """How the sink is."""


class Gateway(Protocol):
    """The parts of the service that have something to tell."""

    @property
    def ingest(self) -> _Ingest:
        """What takes messages in."""

    @property
    def journal(self) -> _Journal:
        """What keeps frames."""

    @property
    def live(self) -> _Live:
        """What knows how each object is now."""

    @property
    def link(self) -> _Link:
        """The connection to the broker."""

    @property
    def influx(self) -> _Sink | None:
        """The InfluxDB sink, if there is one."""


class Metrics:
    """The metrics of one gateway and of its process."""

    def __init__(self, gateway: Gateway, clock: Callable[[], float] = time.monotonic) -> None:
        self._registry = CollectorRegistry()
        self._registry.register(_GatewayCollector(gateway))
        ProcessCollector(registry=self._registry)
        self._clock = clock
        self._made = float("-inf")
        self._text = b""

    def expose(self) -> bytes:
        """Return the metrics, at most ``KEPT_S`` old: text format 0.0.4, UTF-8.

        Call it on the event loop: live state is read.
        """
        now = self._clock()
        if now - self._made >= KEPT_S:
            self._text, self._made = generate_latest(self._registry), now
        return self._text


class _GatewayCollector(Collector):
    """Reads the parts of a gateway when Prometheus asks."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway

    def describe(self) -> Iterable[Metric]:
        """Name nothing beforehand: the parts may not be up yet when this is registered."""
        return []

    def collect(self) -> Iterator[Metric]:
        """Yield all metrics of the gateway."""
        gateway = self._gateway
        yield from _of_ingest(gateway.ingest.counters)
        yield from _of_link(gateway.link)
        yield from _of_journal(gateway.journal)
        yield from _of_objects(gateway.live)
        if gateway.influx is not None:
            yield from _of_sink("influx", gateway.influx.status)


def _of_ingest(counters: IngestCounters) -> Iterator[Metric]:
    yield _counter("messages", "Messages that came from the broker", counters.messages)
    yield _counter("message_bytes", "Their payloads, in bytes", counters.bytes)
    yield _counter("frames_stored", "New frames in the journal", counters.frames)
    yield _counter("readings_stored", "Values in those frames", counters.readings)
    yield _counter("frames_repeated", "Frames that were stored already", counters.duplicates)
    yield _gauge("last_message_timestamp_seconds", "When one last came", counters.last_message)
    histogram = HistogramMetricFamily(
        "fabnum_commit_seconds", "From the gateway's hand to the disk, for each message"
    )
    bounds = [*map(str, DELAY_BOUNDS_S), "+Inf"]
    buckets = list(zip(bounds, accumulate(counters.commit_seconds), strict=True))
    histogram.add_metric([], buckets, counters.commit_seconds_total)
    yield histogram


def _of_link(link: _Link) -> Iterator[Metric]:
    yield _gauge("broker_up", "1 while connected to the broker", link.state is LinkState.CONNECTED)
    yield _counter("broker_connections", "Sessions opened with the broker", link.connections)


def _of_journal(journal: _Journal) -> Iterator[Metric]:
    counts = journal.counts()
    yield _gauge("journal_up", "1 while the journal can be written", journal.trouble is None)
    yield _gauge("journal_frames", "Frames in the journal", counts.frames)
    yield _gauge("journal_size_bytes", "Room that it takes on disk", counts.size_bytes)
    yield _counter(
        "journal_unread_dropped",
        "Frames that the size cap took before every sink had them",
        counts.unread_dropped,
    )
    refused = CounterMetricFamily(
        "fabnum_refused", "What went to quarantine since the journal began", labels=["reason"]
    )
    for reason, count in sorted(counts.refused.items()):
        refused.add_metric([reason], count)
    yield refused
    yield _by_town("frames_missing", "Frames that never came, by their numbers", counts.missing)
    yield _by_town("frames_dropped", "Frames that full queues of boards dropped", counts.dropped)


def _of_objects(live: _Live) -> Iterator[Metric]:
    now = live.now()
    found = Counter((thing.key.town, thing.condition(now)) for thing in live.objects())
    objects = GaugeMetricFamily(
        "fabnum_objects", "Objects by how they are now", labels=["town", "condition"]
    )
    for town in sorted({town for town, _ in found}):
        for condition in Condition:
            objects.add_metric([town, condition.value], found[town, condition])
    yield objects


def _of_sink(name: str, status: WriterStatus) -> Iterator[Metric]:
    waiting_s = 0.0 if status.waiting_since is None else time.time() - status.waiting_since
    gauges = {
        "up": ("1 while the database takes readings", status.state == "writing"),
        "waiting_seconds": ("For how long it has taken none", max(0.0, waiting_s)),
        "lag_frames": ("Frames received but not written yet", status.lag_frames),
        "lag_seconds": ("For how long it has not had everything", status.lag_s),
    }
    counters = {
        "frames_written": ("Frames written since the start", status.frames_written),
        "points_written": ("Points written since the start", status.points_written),
        "points_refused": ("Points that the database refused", status.points_refused),
    }
    for metric, (text, value) in gauges.items():
        gauge = GaugeMetricFamily(f"fabnum_sink_{metric}", text, labels=["sink"])
        gauge.add_metric([name], float(value))
        yield gauge
    for metric, (text, count) in counters.items():
        counter = CounterMetricFamily(f"fabnum_sink_{metric}", text, labels=["sink"])
        counter.add_metric([name], count)
        yield counter


def _counter(name: str, text: str, value: float) -> Metric:
    return CounterMetricFamily(f"fabnum_{name}", text, value=value)


def _gauge(name: str, text: str, value: float) -> Metric:
    return GaugeMetricFamily(f"fabnum_{name}", text, value=float(value))


def _by_town(name: str, text: str, counts: Mapping[DeviceKey, int]) -> Metric:
    totals: Counter[str] = Counter()
    for device, count in counts.items():
        totals[device.town] += count
    gauge = GaugeMetricFamily(f"fabnum_{name}", text, labels=["town"])
    for town, total in sorted(totals.items()):
        gauge.add_metric([town], total)
    return gauge
