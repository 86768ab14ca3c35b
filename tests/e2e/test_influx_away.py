"""InfluxDB is away while objects measure: when it is back, every reading is in it, once."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from kit.signals import SITE
from tests.e2e.living_site import LivingSite
from tests.gateway.influx_servers import Influxd, Row, by_series, needs_influxd

pytestmark = [pytest.mark.e2e, pytest.mark.servers, pytest.mark.slow, needs_influxd]


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Influxd]:
    """An InfluxDB that is installed, and away."""
    made = Influxd(tmp_path / "influx")
    yield made
    made.stop()


@pytest.fixture
def influx(server: Influxd) -> str:
    return server.url


def test_what_is_measured_while_influxdb_is_away_is_in_it_once_when_it_is_back(
    site: LivingSite, server: Influxd
) -> None:
    for name in ("air-1", "climate-1", "climate-2", "lamp-1"):
        site.add(name)
    site.begin()
    site.wait_for_stored(20)
    assert site.health()["influx"]["lag_frames"] > 0

    server.start()
    site.wait_until(lambda: "fabnum_gonesse" in server.databases(), "it writes")
    server.kill()  # and goes away again, in the midst of it
    site.wait_for_stored(5)
    server.start()

    site.wait_until_nothing_is_missing()
    for twin in site.twins.values():
        twin.cut_power()  # from here on nothing new comes
    site.wait_until(lambda: server.points("fabnum_gonesse") == rows(site), "all is in InfluxDB")
    print(f"{len(rows(site))} points in InfluxDB")
    assert site.health()["influx"]["state"] == "writing"


def rows(site: LivingSite) -> list[Row]:
    """Return what InfluxDB should hold: each channel of each object's frames in the journal."""
    found = []
    for device, seconds, values in site.ask(
        'SELECT devices.device, time, "values" FROM frames'
        " JOIN devices ON devices.id = frames.device WHERE devices.town <> ?",
        SITE,
    ):
        tags = {"build": device.partition("-")[0], "device": device, "place": "ecole-pasteur"}
        time_us = round(seconds * 1_000_000)
        found += [(name, tags, time_us, value) for name, value in json.loads(values).items()]
    return by_series(found)
