"""A site with readings: real journal, real registry, frames of several towns, and a writer."""

import random
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from gateway.influx import InfluxWriter
from gateway.influx.backoff import Backoff
from gateway.influx.writer import SINK
from gateway.journal import Journal
from gateway.model import Frame
from gateway.registry import Device, Registry
from kit.settings import Influx
from tests.gateway.influx_servers import Row, by_series, until

START = 1763700000
BUILDS = {
    "air": ("co2", "temperature", "humidity"),
    "climate": ("temperature", "humidity"),
    "lamp": ("brightness", "on", "presses"),
}
TOWNS = ("gonesse", "hem", "marcq-en-baroeul")


class Site:
    """Journal and registry of one site, in ``folder``."""

    def __init__(self, folder: Path) -> None:
        self.journal = Journal(folder / "journal.sqlite")
        self.registry = Registry(folder / "registry.sqlite")
        for town in TOWNS:
            for build in BUILDS:
                self.registry.add(
                    Device(
                        town=town,
                        device=f"{build}-1",
                        build=build,
                        place=f"{town[:3]}-ecole",
                        place_name="École",
                        name=build,
                    )
                )
        self.keys = [device.key for device in self.registry.all()]
        self._random = random.Random(7)
        self._seq = 0

    def close(self) -> None:
        self.journal.close()
        self.registry.close()

    def frames(self, count: int) -> list[Frame]:
        """Make frames of all objects in turn, a tenth of a second apart, with awkward numbers."""
        made = []
        for _ in range(count):
            key = self.keys[self._seq % len(self.keys)]
            values = {
                channel: self._random.choice([21, 21.5, 0.1 + 0.2, 1e-9, 99.99999999999999])
                for channel in BUILDS[key.device.removesuffix("-1")]
            }
            made.append(Frame(key, "5f3a9c01", self._seq, START + self._seq / 10, values))
            self._seq += 1
        return made

    def store(self, frames: Iterable[Frame]) -> list[Frame]:
        """Commit frames to the journal."""
        kept = list(frames)
        self.journal.write(kept).result(30)
        return kept

    def is_written(self) -> bool:
        return self.journal.cursor(SINK) == self.journal.last_id()

    def rows(self, frames: Iterable[Frame], town: str) -> list[Row]:
        """Return what a server should hold of one town, as a reading of the contract, sorted."""
        rows = []
        for frame in frames:
            if frame.device.town != town:
                continue
            tags = {
                "build": frame.device.device.removesuffix("-1"),
                "device": frame.device.device,
                "place": f"{town[:3]}-ecole",
            }
            time_us = round(frame.time * 1_000_000)
            rows += [(channel, tags, time_us, value) for channel, value in frame.values.items()]
        return by_series(rows)

    @contextmanager
    def writer(self, url: str, api: str = "auto", token: str = "") -> Iterator[InfluxWriter]:
        """Run a writer that is quick to try again."""
        settings = Influx.model_validate({"url": url, "api": api})
        patience = Backoff(first_s=0.05, cap_s=0.2)
        writer = InfluxWriter(settings, token, self.journal, self.registry, patience)
        writer.start()
        try:
            yield writer
        finally:
            writer.stop()

    def write_all(self, url: str, api: str = "auto", token: str = "") -> None:
        """Run a writer until everything is written."""
        with self.writer(url, api, token) as writer:
            until(self.is_written, f"all is written: {writer.status}")
