"""/metrics says what the parts of the gateway count, in a form that Prometheus reads."""

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.samples import Sample

from gateway.influx.status import Progress
from gateway.ingest import DELAY_BOUNDS_S, Ingest
from gateway.live import Condition, Live
from gateway.metrics import KEPT_S, Metrics
from gateway.model import Frame, Refusal
from gateway.mqtt import Delivery, LinkState, Message
from tests.gateway.influx_servers import until
from tests.gateway.influx_site import TOWNS, Site


class Gateway:
    """The real parts of a service, without a broker."""

    def __init__(self, folder: Path) -> None:
        self.site = Site(folder)
        self.journal = self.site.journal
        self.ingest = Ingest(self.site.registry, self.journal)
        self.live = Live(self.site.registry, self.journal)
        self.ingest.add_listener(self.live)
        self.link = SimpleNamespace(state=LinkState.CONNECTED, connections=2)
        self.influx: Progress | None = Progress()

    def sample(self, name: str, **labels: str) -> float:
        """Return one value as Prometheus would read it."""
        return next(s.value for s in self.samples() if (s.name, s.labels) == (name, labels))

    def samples(self) -> list[Sample]:
        text = Metrics(self).expose().decode()
        return [s for family in text_string_to_metric_families(text) for s in family.samples]


@pytest.fixture
def gateway(tmp_path: Path) -> Iterator[Gateway]:
    gateway = Gateway(tmp_path)
    yield gateway
    gateway.site.close()


async def take(gateway: Gateway, topic: str, payload: str) -> None:
    """Hand a message to the ingest and wait until it is acknowledged."""
    acknowledged = asyncio.Event()
    message = Message(topic, payload.encode(), 1)
    gateway.ingest.take(Delivery([message], acknowledged.set))
    await asyncio.wait_for(acknowledged.wait(), 30)


async def test_what_comes_in_is_counted_up_to_the_disk(gateway: Gateway) -> None:
    frame = f'{{"boot":"5f3a","seq":1,"t":{int(time.time())},"values":{{"co2":500,"humidity":40}}}}'
    topic = "fabnum/1/hem/air-1/telemetry"
    for _ in range(2):
        await take(gateway, topic, frame)
    await take(gateway, topic, "not JSON")
    assert gateway.sample("fabnum_messages_total") == 3
    assert gateway.sample("fabnum_message_bytes_total") == 2 * len(frame) + len("not JSON")
    assert gateway.sample("fabnum_frames_stored_total") == 1
    assert gateway.sample("fabnum_readings_stored_total") == 2
    assert gateway.sample("fabnum_frames_repeated_total") == 1
    assert gateway.sample("fabnum_refused_total", reason="malformed") == 1
    assert gateway.sample("fabnum_commit_seconds_count") == 3
    assert gateway.sample("fabnum_commit_seconds_bucket", le="+Inf") == 3
    assert gateway.sample("fabnum_commit_seconds_sum") > 0
    assert gateway.sample("fabnum_last_message_timestamp_seconds") <= time.time()


def test_the_delays_are_a_cumulative_histogram(gateway: Gateway) -> None:
    gateway.ingest.counters.commit_seconds = [1] * (len(DELAY_BOUNDS_S) + 1)
    buckets = [s for s in gateway.samples() if s.name == "fabnum_commit_seconds_bucket"]
    assert [s.value for s in buckets] == list(range(1, len(DELAY_BOUNDS_S) + 2))
    assert [float(s.labels["le"]) for s in buckets] == [*DELAY_BOUNDS_S, float("inf")]


def test_the_journal_says_what_it_holds_and_what_is_missing(gateway: Gateway) -> None:
    frames = [frame for frame in gateway.site.frames(30) if frame.device == ("hem", "air-1")]
    gateway.site.store(frame._replace(seq=2 * number) for number, frame in enumerate(frames))
    gateway.journal.refuse(Refusal("fabnum/1/hem/air-1/telemetry", b"", "influx-refused", ""))
    until(lambda: gateway.journal.counts().refused, "the refusal is stored")
    assert gateway.sample("fabnum_journal_up") == 1
    assert gateway.sample("fabnum_journal_frames") == len(frames)
    assert gateway.sample("fabnum_journal_size_bytes") > 0
    assert gateway.sample("fabnum_frames_missing", town="hem") == len(frames) - 1
    assert gateway.sample("fabnum_refused_total", reason="influx-refused") == 1


def test_the_broker_being_away_shows(gateway: Gateway) -> None:
    assert gateway.sample("fabnum_broker_up") == 1
    gateway.link.state = LinkState.CONNECTING
    assert gateway.sample("fabnum_broker_up") == 0
    assert gateway.sample("fabnum_broker_connections_total") == 2


def test_objects_are_counted_by_town_and_condition(gateway: Gateway) -> None:
    key = gateway.site.keys[0]
    gateway.live.on_frame(Frame(key, "5f3a", 0, time.time(), {"co2": 5000.0}))
    gateway.live.refresh()
    for town in TOWNS:
        conditions = {
            s.labels["condition"]: s.value
            for s in gateway.samples()
            if s.name == "fabnum_objects" and s.labels["town"] == town
        }
        assert set(conditions) == {condition.value for condition in Condition}
        assert sum(conditions.values()) == 3
    assert gateway.sample("fabnum_objects", town=key.town, condition="act") == 1


def test_a_sink_that_waits_shows_its_lag(gateway: Gateway) -> None:
    assert gateway.influx is not None
    gateway.influx.wrote(frames=10, points=28, refused=2)
    assert gateway.sample("fabnum_sink_up", sink="influx") == 1
    gateway.influx.waiting(ConnectionError("away"))
    gateway.influx.lags(7)
    assert gateway.sample("fabnum_sink_up", sink="influx") == 0
    assert gateway.sample("fabnum_sink_waiting_seconds", sink="influx") >= 0
    assert gateway.sample("fabnum_sink_lag_frames", sink="influx") == 7
    assert gateway.sample("fabnum_sink_frames_written_total", sink="influx") == 10
    assert gateway.sample("fabnum_sink_points_written_total", sink="influx") == 28
    assert gateway.sample("fabnum_sink_points_refused_total", sink="influx") == 2


def test_without_influxdb_there_is_no_sink(gateway: Gateway) -> None:
    gateway.influx = None
    assert not any(s.name.startswith("fabnum_sink") for s in gateway.samples())


def test_the_process_itself_is_measured(gateway: Gateway) -> None:
    assert gateway.sample("process_resident_memory_bytes") > 0


def test_no_label_names_an_object(gateway: Gateway) -> None:
    gateway.site.store(gateway.site.frames(30))
    values = {value for s in gateway.samples() for value in s.labels.values()}
    assert not values & {key.device for key in gateway.site.keys}


def test_two_gateways_in_one_process_do_not_meet(gateway: Gateway, tmp_path: Path) -> None:
    other = Gateway(tmp_path / "other")
    other.ingest.counters.messages = 5
    assert other.sample("fabnum_messages_total") == 5
    assert gateway.sample("fabnum_messages_total") == 0
    other.site.close()


def test_who_asks_again_and_again_costs_little(gateway: Gateway) -> None:
    now = 100.0
    metrics = Metrics(gateway, clock=lambda: now)
    first = metrics.expose()
    gateway.ingest.counters.messages = 5
    assert metrics.expose() is first
    now += KEPT_S
    assert b"fabnum_messages_total 5.0" in metrics.expose()
