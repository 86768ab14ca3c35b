"""Messages of three values a second, from the broker to the disk, and what each costs.

Beside it, in the same run, what a user would write first (``naive.py``): same broker, same load.
"""

import argparse
import tempfile
from multiprocessing.connection import Connection
from pathlib import Path

from benchmarks import gateway, load, naive
from benchmarks.gateway import Usage
from benchmarks.report import report
from benchmarks.servers import nats_server, victoria_metrics

DEVICES = 200


def main(argv: list[str] | None = None) -> None:
    """Run the benchmark and report."""
    parser = argparse.ArgumentParser(prog="throughput", description=__doc__)
    parser.add_argument("--messages", type=int, default=200_000)
    parser.add_argument("--devices", type=int, default=DEVICES)
    arguments = parser.parse_args(argv)
    ours = measure_gateway(arguments.messages, arguments.devices)
    theirs = measure_naive(arguments.messages // 10, arguments.devices)
    figures = {**_figures(ours), "durable": True}
    rows = [("", "messages/s", "CPU µs a message", "durable"), _row("gateway", ours, "yes")]
    if theirs is not None:
        figures |= {f"naive_{name}": value for name, value in _figures(theirs).items()}
        rows.append(_row("aiomqtt + influxdb-client", theirs, "no"))
    report("throughput", figures, rows)


def measure_gateway(messages: int, devices: int) -> Usage:
    """Return what the gateway took for a load as fast as it comes."""
    with tempfile.TemporaryDirectory() as name, nats_server(Path(name)) as port:
        folder = Path(name)
        gateway.enrol(folder, devices)
        subject, pipe = gateway.start(gateway.run, port, folder, messages)
        usage = _run_load(pipe, port, messages, devices)
        subject.join()
        return usage


def measure_naive(messages: int, devices: int) -> Usage | None:
    """Return what the first script took, or ``None`` where there is nothing for it to write to."""
    with (
        tempfile.TemporaryDirectory() as name,
        nats_server(Path(name)) as port,
        victoria_metrics(Path(name)) as database,
    ):
        if database is None:
            return None
        subject, pipe = gateway.start(naive.run, port, database, messages)
        usage = _run_load(pipe, port, messages, devices)
        subject.join()
        return usage


def _run_load(pipe: Connection, port: int, messages: int, devices: int) -> Usage:
    assert pipe.recv() == "ready"
    publishing = load.start(port, messages, devices)
    usage: Usage = pipe.recv()
    publishing.join()
    return usage


def _figures(usage: Usage) -> dict[str, float]:
    return {
        "messages": usage.messages,
        "messages_per_s": round(usage.messages / usage.seconds),
        "cpu_us_per_message": round(usage.cpu_seconds / usage.messages * 1e6, 1),
    }


def _row(name: str, usage: Usage, durable: str) -> tuple[str, ...]:
    figures = _figures(usage)
    return (name, f"{figures['messages_per_s']:,}", f"{figures['cpu_us_per_message']}", durable)


if __name__ == "__main__":
    main()
