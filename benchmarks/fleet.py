"""What a large fleet costs the gateway: its memory with 10,000 devices that have all been heard."""

import argparse
import tempfile
from pathlib import Path

from benchmarks import gateway, load
from benchmarks.report import report
from benchmarks.servers import nats_server

DEVICES = 10_000
FRAMES_EACH = 5


def main(argv: list[str] | None = None) -> None:
    """Run the benchmark and report."""
    parser = argparse.ArgumentParser(prog="fleet", description=__doc__)
    parser.add_argument("--devices", type=int, default=DEVICES)
    arguments = parser.parse_args(argv)
    small = measure(1)
    large = measure(arguments.devices)
    figures = {
        "devices": arguments.devices,
        "memory_mib": round(large.memory_mib, 1),
        "memory_mib_with_one_device": round(small.memory_mib, 1),
        "messages_per_s": round(large.messages / large.seconds),
        "cpu_us_per_message": round(large.cpu_seconds / large.messages * 1e6, 1),
    }
    report("fleet", figures)


def measure(devices: int) -> gateway.Usage:
    """Return what the gateway takes once every device has sent some frames."""
    messages = devices * FRAMES_EACH // load.CONNECTIONS * load.CONNECTIONS
    with tempfile.TemporaryDirectory() as name, nats_server(Path(name)) as port:
        folder = Path(name)
        gateway.enrol(folder, max(devices, load.CONNECTIONS))
        subject, pipe = gateway.start(gateway.run, port, folder, messages)
        assert pipe.recv() == "ready"
        publishing = load.start(port, messages, max(devices, load.CONNECTIONS))
        usage: gateway.Usage = pipe.recv()
        publishing.join()
        subject.join()
        return usage


if __name__ == "__main__":
    main()
