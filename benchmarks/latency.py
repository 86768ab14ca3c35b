"""How long a reading takes from its publication to the disk and to a live page.

The load keeps to a rate; each message carries the moment of its publication as its ``t``. The time
to the store is taken right after the commit that holds it was acknowledged. For the time to the
page, one more device publishes now and then, while its page's event stream is read over HTTP.
"""

import argparse
import asyncio
import itertools
import json
import statistics
import struct
import tempfile
import time
from collections.abc import Mapping
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import httpx
import uvicorn
import uvloop

from benchmarks import gateway, load
from benchmarks.report import report
from benchmarks.servers import free_port, nats_server
from gateway.commands import Commander
from gateway.live import Live
from gateway.model import Frame
from gateway.web.app import create_app
from kit.names import DeviceKey
from kit.settings import Settings, Site, Town

RATE = 1000
DEVICES = 100
PROBE = DEVICES
"""The number of the device whose page is read: one more than the load's."""
PROBE_EVERY_S = 0.37
"""Not a multiple of anything that the pages do by the clock."""


def main(argv: list[str] | None = None) -> None:
    """Run the benchmark and report."""
    parser = argparse.ArgumentParser(prog="latency", description=__doc__)
    parser.add_argument("--seconds", type=int, default=20)
    parser.add_argument("--rate", type=int, default=RATE)
    arguments = parser.parse_args(argv)
    to_store, to_page = measure(arguments.rate, arguments.seconds)
    figures = {
        "rate_per_s": arguments.rate,
        "messages": len(to_store),
        "pages": len(to_page),
        **_percentiles("store", to_store),
        **_percentiles("page", to_page),
    }
    report("latency", figures)


def _percentiles(name: str, delays: list[float]) -> dict[str, float]:
    percentiles = statistics.quantiles(delays, n=100, method="inclusive")
    return {
        f"{name}_p50_ms": round(percentiles[49] * 1000, 1),
        f"{name}_p99_ms": round(percentiles[98] * 1000, 1),
        f"{name}_max_ms": round(max(delays) * 1000, 1),
    }


def measure(rate: int, seconds: int) -> tuple[list[float], list[float]]:
    """Return the seconds from publication to store, and to a page, of every message measured."""
    messages = rate * seconds
    with tempfile.TemporaryDirectory() as name, nats_server(Path(name)) as port:
        folder = Path(name)
        gateway.enrol(folder, DEVICES + 1)
        web_port = free_port()
        subject, pipe = gateway.start(_run_gateway, port, web_port, folder, messages)
        assert pipe.recv() == "ready"
        publishing = load.start(port, messages, DEVICES, rate)
        to_page = asyncio.run(_measure_page(port, web_port, seconds))
        to_store: list[float] = pipe.recv()
        publishing.join()
        subject.join()
        return to_store, to_page


# --- the page ------------------------------------------------------------------------------------


async def _measure_page(port: int, web_port: int, seconds: int) -> list[float]:
    """Publish as the probe while its page is read; return the seconds until each value showed."""
    published: dict[str, float] = {}
    delays: list[float] = []
    probe = asyncio.create_task(_publish_probes(port, published))
    parameters = {"town": load.TOWN, "device": load.device(PROBE).device}
    began = time.perf_counter()
    async with (
        httpx.AsyncClient(base_url=f"http://127.0.0.1:{web_port}", timeout=30) as browser,
        browser.stream("GET", "/events", params=parameters) as stream,
    ):
        async for line in stream.aiter_lines():
            shown = json.loads(line[5:])["slots"]["now"] if line.startswith("data:") else ""
            now = time.perf_counter()
            seen = [value for value in published if value in shown]
            delays += [now - published.pop(value) for value in seen]
            if now - began > seconds:
                break
    probe.cancel()
    return delays


async def _publish_probes(port: int, published: dict[str, float]) -> None:
    """Publish three-digit values that differ from one message to the next."""
    reader, writer = await load.connect(port, "probe")
    for seq in itertools.count():
        published[str(400 + seq)] = time.perf_counter()
        moment = b"%.3f" % time.time()
        writer.write(load.encode(PROBE, seq, seq, moment))
        assert struct.unpack("!BBH", await reader.readexactly(4))[0] == load.PUBACK
        await asyncio.sleep(PROBE_EVERY_S)


# --- the gateway ---------------------------------------------------------------------------------


class _Clock:
    """A listener that notes how old each frame is when it has been stored."""

    def __init__(self) -> None:
        self.delays: list[float] = []

    def on_frame(self, frame: Frame) -> None:
        self.delays.append(time.time() - frame.time)

    def on_leaf(self, device: DeviceKey, leaf: str, payload: Mapping[str, Any]) -> None:
        """Leaves are not measured."""


def _run_gateway(pipe: Connection, port: int, web_port: int, folder: Path, messages: int) -> None:
    uvloop.run(_serve(pipe, port, web_port, folder, messages))


async def _serve(pipe: Connection, port: int, web_port: int, folder: Path, messages: int) -> None:
    clock = _Clock()
    async with gateway.Running(port, folder, [clock]) as running:
        live = Live(running.registry, running.journal)
        running.ingest.add_listener(live)
        server = _pages(running, live, web_port)
        serving = asyncio.create_task(server.serve())
        while not server.started:  # noqa: ASYNC110 - uvicorn has no event for it
            await asyncio.sleep(0.01)
        pipe.send("ready")
        while len(clock.delays) < messages:  # noqa: ASYNC110 - nothing more in the measured way
            await asyncio.sleep(0.05)
        pipe.send(clock.delays)
        live.close()
        server.should_exit = True
        await serving


async def _publish_nothing(topic: str, payload: bytes, *, qos: int, retain: bool) -> None:
    """Nobody sends commands here."""


def _pages(running: gateway.Running, live: Live, port: int) -> uvicorn.Server:
    settings = Settings(site=Site(name="Benchmark"), towns=[Town(id=load.TOWN, name="Gonesse")])
    commander = Commander(running.registry, _publish_nothing)
    app = create_app(settings, running.journal, live, commander)
    return uvicorn.Server(
        uvicorn.Config(app, host="127.0.0.1", port=port, log_config=None, lifespan="off")
    )


if __name__ == "__main__":
    main()
