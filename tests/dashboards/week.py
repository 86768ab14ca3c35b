"""A simulated week of two towns that have every build: in the journal, and in a real InfluxDB.

    from tests.dashboards.week import Week, week  # noqa: F401 - the fixture

It is made once in a run: change nothing in it.
"""

import time
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest

from gateway.influx import InfluxWriter, v1
from gateway.influx.setup import set_up
from gateway.influx.writer import SINK
from gateway.journal import Journal
from gateway.registry import Device, Registry
from gateway.wording import Wording
from kit.catalogue import builds
from kit.cli.past import Past, incidents_of, readings, signals
from kit.names import DeviceKey
from kit.settings import DataFolder, Settings
from tests.dashboards.influx.site import make_site
from tests.gateway.influx_servers import Influxd, influxd, until

TOWNS = ("gonesse", "hem")
SCHOOL, LIBRARY = ("ecole-hugo", "École Hugo"), ("mediatheque", "Médiathèque")
OUTDOORS = ("garden", "weather")
DAYS = 7


class Week(NamedTuple):
    """The site, its store, and the time that is full of readings: ``start`` ≤ time < ``end``."""

    folder: DataFolder
    settings: Settings
    registry: Registry
    journal: Journal
    server: Influxd
    start: float
    end: float

    def query(self, town: str, statement: str) -> list[dict[str, Any]]:
        """Return the series of an answer from a town's database (``_site``: the site's)."""
        return self.server.query(statement, f"fabnum_{town}")


@pytest.fixture(scope="session")
def week(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Week]:
    """Run a site with a week in it. Needs ``influxd``: tests are marked ``servers``."""
    root = tmp_path_factory.mktemp("week")
    with influxd(root / "influxd", accounts=True) as server:
        settings, folder = make_site(root / "site", server.url)
        set_up(settings, folder)
        server.login = v1.authorization(folder.secret("influx-admin"))
        registry, journal = Registry(folder.registry), Journal(folder.journal)
        past = _past(registry, time.time())
        measured = list(readings(past))
        journal.write([*measured, *signals(past, measured)]).result(60)
        _carry(settings, folder, journal, registry)
        try:
            yield Week(folder, settings, registry, journal, server, past.start, past.now)
        finally:
            journal.close()
            registry.close()


def _past(registry: Registry, now: float) -> Past:
    """Enrol one object of each build in each town."""
    devices = [
        _device(town, build, number) for town in TOWNS for number, build in enumerate(builds())
    ]
    for device in devices:
        registry.add(device)
    for town in TOWNS:
        options = tuple({"fr": f"Réponse {n}"} for n in range(1, 6))
        asked = Wording({"fr": "Que faire ?"}, options, since=now - DAYS * 86_400)
        registry.set_wording(DeviceKey(town, "vote-1"), asked)
    around = [
        {"seed": number, "outdoors": device.build in OUTDOORS}
        for number, device in enumerate(devices)
    ]
    return Past(
        devices,
        around,
        now,
        DAYS,
        incidents_of(devices, now),
        on_battery=frozenset({DeviceKey("gonesse", "garden-1")}),
    )


def _device(town: str, build: str, number: int) -> Device:
    place, name = (SCHOOL, LIBRARY)[number % 2]
    return Device(
        town=town,
        device=f"{build}-1",
        build=build,
        place=place,
        place_name=name,
        name=f"{build} 1",
        created=1.0,
    )


def _carry(settings: Settings, folder: DataFolder, journal: Journal, registry: Registry) -> None:
    """Let the gateway's own writer fill InfluxDB."""
    assert settings.influx is not None
    writer = InfluxWriter(settings.influx, folder.secret("influx-token"), journal, registry)
    writer.start()
    try:
        until(lambda: journal.cursor(SINK) == journal.last_id(), f"it is written: {writer.status}")
    finally:
        writer.stop()
