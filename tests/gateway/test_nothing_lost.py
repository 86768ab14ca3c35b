"""Rule 1 of the design, with the faults that break it elsewhere: nothing measured is lost.

What the broker has acknowledged to a device must be in the journal, once, whatever is killed.
"""

import contextlib
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kit.names import DeviceKey
from kit.signals import SITE
from tests.gateway.broker_site import MOSQUITTO, BrokerSite, Client, MosquittoSite, NatsSite

PATIENCE_S = 90.0
UNACKNOWLEDGED = 300
BOOT = "5f3a9c01"


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.02)


@pytest.fixture(
    params=[
        "nats",
        pytest.param(
            "mosquitto",
            marks=[
                pytest.mark.servers,
                pytest.mark.skipif(MOSQUITTO is None, reason="mosquitto is not installed"),
            ],
        ),
    ]
)
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[BrokerSite]:
    running = NatsSite(tmp_path) if request.param == "nats" else MosquittoSite(tmp_path)
    try:
        yield running
    finally:
        running.close()


class GatewayProcess:
    """A gateway that can be started, killed, and asked what it has stored."""

    def __init__(self, site: BrokerSite) -> None:
        self._site = site
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        arguments = [str(self._site.folder.root), str(self._site.port)]
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.gateway.gateway_process", *arguments]
        )

    def end(self, number: int) -> None:
        assert self._process is not None
        self._process.send_signal(number)
        self._process.wait(PATIENCE_S)

    def close(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self.end(signal.SIGKILL)

    def stored(self) -> list[tuple[str, int]]:
        """Return (device, seq) of every frame of an object, repeated ones too."""
        path = self._site.folder.journal
        if not path.exists():
            return []
        with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
            try:
                return database.execute(
                    "SELECT devices.device, seq FROM frames"
                    " JOIN devices ON devices.id = frames.device WHERE devices.town <> ?",
                    (SITE,),
                ).fetchall()
            except sqlite3.OperationalError:  # being made just now
                return []


class Load:
    """A device that publishes as fast as it is acknowledged, and remembers what was."""

    def __init__(self, site: BrokerSite, name: str) -> None:
        self.key, self._password = site.enrol(name)
        self._site = site
        self._sent: dict[int, int] = {}
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._client: Client | None = None

    def connect(self) -> None:
        self._client = self._site.device(self.key, self._password, reconnect=True)

    def knock(self) -> None:
        """Publish the first frame (again): it arrives once the gateway has its session."""
        assert self._client is not None
        self._client.publish(*message(self.key, 0))

    def start(self) -> None:
        self._thread.start()

    def _run(self) -> None:
        assert self._client is not None
        seq = 0
        waiting: list[int] = []
        while not self._stop.is_set():
            waiting = [seq for seq in waiting if not self._acknowledged(seq)]
            for _ in range(UNACKNOWLEDGED - len(waiting)):
                self._sent[seq] = self._client.send(*message(self.key, seq))
                waiting.append(seq)
                seq += 1
            self._stop.wait(0.05)

    def _acknowledged(self, seq: int) -> bool:
        assert self._client is not None
        return self._client.acknowledged(self._sent[seq])

    def finish(self) -> list[tuple[str, int]]:
        """Stop publishing; return what was published once all of it is acknowledged."""
        self._stop.set()
        self._thread.join()
        wait_until(lambda: all(self._acknowledged(seq) for seq in self._sent))
        return [(self.key.device, seq) for seq in self._sent]


def message(key: DeviceKey, seq: int) -> tuple[str, bytes]:
    values = {"co2": 400 + seq % 1000, "temperature": 21.5, "humidity": 40}
    frame = {"boot": BOOT, "seq": seq, "t": time.time(), "values": values}
    return key.topic("telemetry"), json.dumps(frame).encode()


@pytest.fixture
def gateway(site: BrokerSite) -> Iterator[GatewayProcess]:
    process = GatewayProcess(site)
    yield process
    process.close()


def begin(site: BrokerSite, gateway: GatewayProcess) -> list[Load]:
    """Have two devices publishing to a gateway that has its session.

    Before the first session the broker has nobody to keep messages for.
    """
    loads = [Load(site, "air-1"), Load(site, "air-2")]
    site.settle()
    gateway.start()
    for load in loads:
        load.connect()
    while not gateway.stored():
        loads[0].knock()
    for load in loads:
        load.start()
    return loads


def assert_all_stored_once(gateway: GatewayProcess, loads: list[Load]) -> None:
    published = sorted(frame for load in loads for frame in load.finish())
    wait_until(lambda: len(set(gateway.stored())) >= len(published))
    assert sorted(gateway.stored()) == published


@pytest.mark.slow
@pytest.mark.e2e
def test_a_gateway_killed_twenty_times_under_load_loses_nothing(
    site: BrokerSite, gateway: GatewayProcess
) -> None:
    loads = begin(site, gateway)
    chance = random.Random(20)
    for _ in range(20):
        before = len(gateway.stored())
        wait_until(lambda before=before: len(gateway.stored()) > before)
        time.sleep(chance.uniform(0, 0.3))
        gateway.end(signal.SIGKILL)
        gateway.start()
    assert_all_stored_once(gateway, loads)


@pytest.mark.slow
@pytest.mark.e2e
def test_a_gateway_stopped_in_order_loses_nothing(
    site: BrokerSite, gateway: GatewayProcess
) -> None:
    loads = begin(site, gateway)
    for _ in range(3):
        before = len(gateway.stored())
        wait_until(lambda before=before: len(gateway.stored()) > before)
        gateway.end(signal.SIGTERM)
        gateway.start()
    assert_all_stored_once(gateway, loads)


@pytest.mark.slow
@pytest.mark.e2e
def test_a_broker_that_ends_under_load_loses_nothing(
    site: BrokerSite, gateway: GatewayProcess
) -> None:
    """nats-server is killed; Mosquitto, which keeps its queue in memory, is stopped in order."""
    loads = begin(site, gateway)
    for _ in range(4):
        before = len(gateway.stored())
        wait_until(lambda before=before: len(gateway.stored()) > before + 200)
        if isinstance(site, NatsSite):
            pid = site.supervisor.pid
            assert pid is not None
            os.kill(pid, signal.SIGKILL)
            wait_until(lambda pid=pid: site.restarted_after(pid))
        elif isinstance(site, MosquittoSite):
            site.stop_mosquitto()
            site.start_mosquitto()
    assert_all_stored_once(gateway, loads)
