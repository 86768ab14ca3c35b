import asyncio
import contextlib
import json
import sqlite3
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from gateway import decode, ingest
from gateway.ingest import Ingest
from gateway.journal import Journal
from gateway.model import Frame
from gateway.mqtt import Delivery, Message
from gateway.registry import Registry
from kit.names import DeviceKey
from tests.gateway.frames import AIR, BOOT, HEM, an_air


class Ear:
    """A listener that remembers."""

    def __init__(self) -> None:
        self.frames: list[Frame] = []
        self.leaves: list[tuple[DeviceKey, str, Mapping[str, Any]]] = []

    def on_frame(self, frame: Frame) -> None:
        self.frames.append(frame)

    def on_leaf(self, device: DeviceKey, leaf: str, payload: Mapping[str, Any]) -> None:
        self.leaves.append((device, leaf, payload))


class Bench:
    """An ingest between hand-made deliveries and a real journal."""

    def __init__(self, registry: Registry, journal: Journal) -> None:
        self.registry = registry
        self.journal = journal
        self.ear = Ear()
        registry.add(an_air())
        self.ingest = Ingest(registry, journal, [self.ear])

    async def deliver(self, *messages: tuple[str, bytes]) -> None:
        """Hand messages over and wait until they are acknowledged."""
        acknowledged = asyncio.Event()
        listed = [
            Message(topic, payload, b"%02d" % number)
            for number, (topic, payload) in enumerate(messages)
        ]
        self.ingest.take(Delivery(listed, acknowledged.set))
        assert not acknowledged.is_set(), "never before the commit"
        async with asyncio.timeout(20):
            await acknowledged.wait()
        # Those who listen hear right after.
        await asyncio.sleep(0)

    def refused(self) -> list[tuple[str, str]]:
        return [(message.reason, message.topic) for message in self.journal.quarantine()]


@pytest.fixture
async def bench(registry: Registry, journal: Journal) -> Bench:
    return Bench(registry, journal)


def telemetry(seq: int = 0, device: DeviceKey = AIR, **values: Any) -> tuple[str, bytes]:
    frame = {"boot": BOOT, "seq": seq, "t": time.time(), "values": values or {"co2": 600}}
    return device.topic("telemetry"), json.dumps(frame).encode()


async def test_a_reading_is_stored_acknowledged_and_told(bench: Bench) -> None:
    await bench.deliver(telemetry(0), telemetry(1, co2=700, humidity=40))
    assert [frame.seq for frame in bench.ear.frames] == [0, 1]
    stored = bench.journal.after(0, 10)
    assert [each.frame for each in stored] == bench.ear.frames
    counters = bench.ingest.counters
    assert (counters.messages, counters.frames, counters.readings) == (2, 2, 3)
    assert sum(counters.commit_seconds) == 2


async def test_nothing_is_acknowledged_before_it_is_on_disk(
    bench: Bench, journal_path: Path
) -> None:
    with contextlib.closing(sqlite3.connect(journal_path)) as another:
        another.execute("BEGIN IMMEDIATE")  # the journal cannot commit while this lasts
        delivery = asyncio.create_task(bench.deliver(telemetry(0)))
        await asyncio.sleep(0.1)
        assert not delivery.done()
        assert another.execute("SELECT * FROM frames").fetchall() == []
        another.execute("ROLLBACK")
        await delivery
        assert len(another.execute("SELECT * FROM frames").fetchall()) == 1


async def test_a_repeated_frame_is_acknowledged_but_neither_stored_nor_told_again(
    bench: Bench,
) -> None:
    message = telemetry(0)
    await bench.deliver(message)
    await bench.deliver(message, message)
    assert len(bench.ear.frames) == len(bench.journal.after(0, 10)) == 1
    assert bench.ingest.counters.duplicates == 2


async def test_a_poison_message_goes_to_quarantine_and_the_flow_goes_on(bench: Bench) -> None:
    await bench.deliver(
        (AIR.topic("telemetry"), b"\xff\x00"), telemetry(0), (AIR.topic("status"), b"[" * 9000)
    )
    assert len(bench.ear.frames) == 1
    assert bench.refused() == [
        (decode.MALFORMED, AIR.topic("status")),
        (decode.MALFORMED, AIR.topic("telemetry")),
    ]
    assert bench.ingest.counters.refused == {decode.MALFORMED: 2}


@pytest.mark.parametrize(
    ("topic", "reason"),
    [
        (HEM.topic("telemetry"), decode.UNKNOWN_DEVICE),
        (HEM.topic("status"), decode.UNKNOWN_DEVICE),
        ("fabnum/1/Gonesse/air-1/telemetry", decode.MALFORMED),
        ("fabnum/2/gonesse/air-1/telemetry", decode.MALFORMED),
        ("fabnum/1/gonesse/air-1/wish", decode.MALFORMED),
        ("", decode.MALFORMED),
        ("fabnum/1/gonesse/\ud800/telemetry", decode.MALFORMED),
    ],
)
async def test_a_topic_that_is_nobodys_is_refused(bench: Bench, topic: str, reason: str) -> None:
    await bench.deliver((topic, telemetry()[1]), telemetry(0))
    ((found, _),) = bench.refused()
    assert found == reason
    assert len(bench.ear.frames) == 1


async def test_a_device_added_by_another_process_is_known_at_once(
    bench: Bench, tmp_path: Path
) -> None:
    await bench.deliver(telemetry(0, HEM))
    other = Registry(tmp_path / "registry.sqlite")
    other.add(an_air(HEM))
    other.close()
    await bench.deliver(telemetry(1, HEM))
    assert [frame.device for frame in bench.ear.frames] == [HEM]


async def test_a_device_revoked_by_another_process_is_refused_within_a_second(
    bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ingest, "REGISTRY_EVERY_S", 0.01)
    watching = asyncio.create_task(bench.ingest.run())
    await bench.deliver(telemetry(0))
    other = Registry(tmp_path / "registry.sqlite")
    other.revoke(AIR)
    other.close()
    seq = 0
    async with asyncio.timeout(20):
        while not bench.refused():
            seq += 1
            await bench.deliver(telemetry(seq))
    assert bench.refused()[0] == (decode.UNKNOWN_DEVICE, AIR.topic("telemetry"))
    watching.cancel()


async def test_leaves_are_told_and_about_and_status_kept(bench: Bench) -> None:
    leaves = {
        "about": {"build": "air", "firmware": "0.1.0", "boot": BOOT},
        "status": {"state": "ready", "dropped": 2},
        "event": {"name": "button"},
        "ack": {"id": "7f3c91aa", "ok": True},
    }
    await bench.deliver(
        *((AIR.topic(leaf), json.dumps(payload).encode()) for leaf, payload in leaves.items())
    )
    assert bench.ear.leaves == [(AIR, leaf, payload) for leaf, payload in leaves.items()]
    status = bench.journal.leaf(AIR, "status")
    assert status is not None
    assert status.payload == leaves["status"]
    assert bench.journal.leaf(AIR, "event") is None


async def test_a_listener_that_fails_stops_neither_the_flow_nor_the_others(bench: Bench) -> None:
    class Broken(Ear):
        def on_frame(self, frame: Frame) -> None:
            raise RuntimeError("fault")

    last = Ear()
    bench.ingest.add_listener(Broken())
    bench.ingest.add_listener(last)
    await bench.deliver(telemetry(0))
    await bench.deliver(telemetry(1))
    assert len(last.frames) == len(bench.ear.frames) == 2


async def test_what_fails_unforeseen_is_quarantined_and_the_rest_is_stored(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    decode_telemetry = decode.decode_telemetry

    def faulty(source: decode.Source, payload: bytes, now: float) -> decode.Decoded:
        if b"666" in payload:
            raise ZeroDivisionError
        return decode_telemetry(source, payload, now)

    monkeypatch.setattr(decode, "decode_telemetry", faulty)
    await bench.deliver(telemetry(0), telemetry(1, co2=666), telemetry(2))
    assert [frame.seq for frame in bench.ear.frames] == [0, 2]
    assert bench.refused() == [(ingest.INTERNAL, AIR.topic("telemetry"))]


async def test_a_frame_that_the_journal_cannot_take_is_quarantined_and_the_rest_is_stored(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    decode_telemetry = decode.decode_telemetry

    def careless(source: decode.Source, payload: bytes, now: float) -> decode.Decoded:
        decoded = decode_telemetry(source, payload, now)
        if b"666" in payload:
            decoded.frames[0] = decoded.frames[0]._replace(boot="\ud800")
        return decoded

    monkeypatch.setattr(decode, "decode_telemetry", careless)
    await bench.deliver(telemetry(0), telemetry(1, co2=666), telemetry(2))
    assert sorted(frame.seq for frame in bench.ear.frames) == [0, 2]
    assert bench.refused() == [(ingest.INTERNAL, AIR.topic("telemetry"))]


async def test_nothing_is_acknowledged_that_was_not_committed(bench: Bench) -> None:
    bench.journal.close()
    acknowledged: list[bool] = []
    bench.ingest.take(Delivery([Message(*telemetry(0), b"01")], lambda: acknowledged.append(True)))
    await asyncio.sleep(0.05)
    assert acknowledged == []
