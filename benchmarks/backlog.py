"""How fast a backlog drains from the journal into real servers, beside what one would write first.

`./fabnum benchmark backlog [FRAMES]`: FRAMES (100,000) of three values, as a day without InfluxDB
leaves them, are written from a real journal by the gateway's writer, and a part of them by the
script that influxdb-client's first page shows: one Point object a reading, its default batching.
Every run is read back and counted.
"""

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal, NamedTuple

from influxdb_client.client.influxdb_client import InfluxDBClient
from influxdb_client.client.write.point import Point

from benchmarks.report import report
from gateway.influx import InfluxWriter
from gateway.influx.writer import SINK
from gateway.journal import Journal
from gateway.model import Frame
from gateway.registry import Device, Registry
from kit.names import DeviceKey
from kit.settings import Influx
from tests.gateway.influx_servers import (
    INFLUXD,
    VICTORIA_METRICS,
    influxd,
    until,
    victoria_metrics,
)

TOWN = "gonesse"
DEVICES = 70
"""So many objects leave 100,000 frames in a day at one frame a minute."""
CHANNELS = 3
DAY_S = 86_400
NAIVE_SHARE = 20
"""The naive script gets this part of the frames: it would take minutes for all of them."""


class Drain(NamedTuple):
    """What one writer did: points, wall-clock seconds, and CPU seconds of this process."""

    points: int
    seconds: float
    cpu_s: float

    @property
    def points_per_s(self) -> float:
        """Return points a second."""
        return self.points / self.seconds

    @property
    def cpu_us_per_point(self) -> float:
        """Return microseconds of our CPU a point, without the server's."""
        return 1e6 * self.cpu_s / self.points


def main(arguments: list[str]) -> None:
    """Run it and print the figures."""
    count = int(arguments[0]) if arguments else 100_000
    drains: dict[str, Drain] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if Path(INFLUXD).exists():
            with _site(folder / "a", count) as site, influxd(folder / "influxd") as server:
                drains["influxdb_1_6"] = _drain(*site, server.url, "1")
                _check(len(server.points(f"fabnum_{TOWN}")), drains["influxdb_1_6"])
        if Path(VICTORIA_METRICS).exists():
            with _site(folder / "b", count) as site, victoria_metrics(folder / "vm") as metrics:
                drains["victoria_metrics"] = _drain(*site, metrics.url, "2")
                _check(len(metrics.points()), drains["victoria_metrics"])
            part = count // NAIVE_SHARE
            with _site(folder / "c", part) as site, victoria_metrics(folder / "vm-n") as metrics:
                drains["naive"] = _naive(site[0], metrics.url)
                _check(len(metrics.points()), drains["naive"])
    report("backlog", _figures(count, drains), _rows(drains))


def _drain(journal: Journal, registry: Registry, url: str, api: Literal["1", "2"]) -> Drain:
    """Let the gateway's writer write the whole journal."""
    writer = InfluxWriter(Influx(url=url, api=api), "bench", journal, registry)
    start, cpu = time.perf_counter(), time.process_time()
    writer.start()
    until(lambda: journal.cursor(SINK) == journal.last_id(), "all is written", timeout_s=600)
    seconds, cpu_s = time.perf_counter() - start, time.process_time() - cpu
    writer.stop()
    return Drain(writer.status.points_written, seconds, cpu_s)


def _naive(journal: Journal, url: str) -> Drain:
    """Write the journal as influxdb-client's first page does."""
    frames = [stored.frame for stored in journal.after(0, journal.last_id())]
    points = 0
    start, cpu = time.perf_counter(), time.process_time()
    with InfluxDBClient(url=url, token="bench", org="fabnum") as client, client.write_api() as api:
        for frame in frames:
            for channel, value in frame.values.items():
                point = Point(channel).tag("device", frame.device.device).tag("build", "air")
                point.tag("place", "ecole").field("value", value)
                point.time(datetime.fromtimestamp(frame.time, UTC))
                api.write(bucket=f"fabnum_{TOWN}", record=point)
                points += 1
    return Drain(points, time.perf_counter() - start, time.process_time() - cpu)


@contextmanager
def _site(folder: Path, count: int) -> Iterator[tuple[Journal, Registry]]:
    """Make a journal with so many frames that nobody has read, and the registry that goes with it.

    The journal's own work on them (hourly roll-ups) is over before the measurement begins.
    """
    folder.mkdir()
    journal, registry = Journal(folder / "journal.sqlite"), Registry(folder / "registry.sqlite")
    keys = [DeviceKey(TOWN, f"air-{number}") for number in range(DEVICES)]
    for key in keys:
        registry.add(
            Device(
                town=key.town,
                device=key.device,
                build="air",
                place="ecole",
                place_name="École",
                name="Air",
            )
        )
    start = time.time() - DAY_S
    for first in range(0, count, 2000):
        numbers = range(first, min(first + 2000, count))
        journal.write([_frame(keys, number, start, count) for number in numbers]).result()
    until(
        lambda: _rolled_up(journal, keys[-1], start) >= count // DEVICES,
        "the roll-ups are made",
        timeout_s=600,
    )
    try:
        yield journal, registry
    finally:
        journal.close()
        registry.close()


def _frame(keys: list[DeviceKey], number: int, start: float, count: int) -> Frame:
    return Frame(
        keys[number % DEVICES],
        "5f3a9c01",
        number // DEVICES,
        round(start + number * DAY_S / count, 3),
        {
            "co2": 420.0 + number % 1000,
            "temperature": 15 + number % 137 / 10,
            "humidity": 30 + number % 411 / 10,
        },
    )


def _rolled_up(journal: Journal, key: DeviceKey, start: float) -> int:
    """Return how many frames of an object are in their hours."""
    hours = journal.hourly(key, "co2", start - 3600, start + DAY_S + 3600)
    return sum(hour.count for hour in hours)


def _check(found: int, drain: Drain) -> None:
    if found != drain.points:
        raise RuntimeError(f"{found} points of {drain.points} are in the database")


def _figures(count: int, drains: dict[str, Drain]) -> dict[str, float | int]:
    figures: dict[str, float | int] = {"frames": count, "points": count * CHANNELS}
    for name, drain in drains.items():
        figures[f"{name}_points_per_s"] = round(drain.points_per_s)
        figures[f"{name}_cpu_us_per_point"] = round(drain.cpu_us_per_point, 2)
    return figures


def _rows(drains: dict[str, Drain]) -> list[tuple[str, ...]]:
    return [
        ("writer", "points", "points/s", "our CPU a point (µs)"),
        *(
            (
                name,
                f"{drain.points:,}",
                f"{drain.points_per_s:,.0f}",
                f"{drain.cpu_us_per_point:.1f}",
            )
            for name, drain in drains.items()
        ),
    ]
