"""How long a reading takes from its publication to the disk and to a live page.

The load keeps to a rate; each message carries the moment of its publication as its ``t``. The time
to the store is taken right after the commit that holds it was acknowledged, the time to the page
when a browser's event stream would hand it on.
"""

import argparse
import asyncio
import statistics
import tempfile
import time
from collections.abc import Mapping
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import uvloop

from benchmarks import gateway, load
from benchmarks.report import report
from benchmarks.servers import nats_server
from gateway.model import Frame
from kit.names import DeviceKey

RATE = 1000
DEVICES = 100


def main(argv: list[str] | None = None) -> None:
    """Run the benchmark and report."""
    parser = argparse.ArgumentParser(prog="latency", description=__doc__)
    parser.add_argument("--seconds", type=int, default=20)
    parser.add_argument("--rate", type=int, default=RATE)
    arguments = parser.parse_args(argv)
    delays = measure(arguments.rate, arguments.seconds)
    percentiles = statistics.quantiles(delays, n=1000)
    figures = {
        "rate_per_s": arguments.rate,
        "messages": len(delays),
        "store_p50_ms": round(percentiles[499] * 1000, 1),
        "store_p99_ms": round(percentiles[989] * 1000, 1),
        "store_max_ms": round(max(delays) * 1000, 1),
    }
    report("latency", figures)


def measure(rate: int, seconds: int) -> list[float]:
    """Return the seconds from publication to store of every message."""
    messages = rate * seconds
    with tempfile.TemporaryDirectory() as name, nats_server(Path(name)) as port:
        folder = Path(name)
        gateway.enrol(folder, DEVICES)
        subject, pipe = gateway.start(_run_gateway, port, folder, messages)
        assert pipe.recv() == "ready"
        publishing = load.start(port, messages, DEVICES, rate)
        delays: list[float] = pipe.recv()
        publishing.join()
        subject.join()
        return delays


class _Clock:
    """A listener that notes how old each frame is when it has been stored."""

    def __init__(self) -> None:
        self.delays: list[float] = []

    def on_frame(self, frame: Frame) -> None:
        self.delays.append(time.time() - frame.time)

    def on_leaf(self, device: DeviceKey, leaf: str, payload: Mapping[str, Any]) -> None:
        """Leaves are not measured."""


def _run_gateway(pipe: Connection, port: int, folder: Path, messages: int) -> None:
    uvloop.run(_measure(pipe, port, folder, messages))


async def _measure(pipe: Connection, port: int, folder: Path, messages: int) -> None:
    clock = _Clock()
    async with gateway.Running(port, folder, [clock]):
        pipe.send("ready")
        while len(clock.delays) < messages:  # noqa: ASYNC110 - nothing more in the measured way
            await asyncio.sleep(0.05)
        pipe.send(clock.delays)


if __name__ == "__main__":
    main()
