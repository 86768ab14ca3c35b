"""With InfluxDB 1.6: which database holds what of readings, counts and signals."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.model import Frame
from gateway.registry import Device
from kit.names import DeviceKey
from kit.signals import GATEWAY, channel, key_of_object, key_of_town
from tests.gateway.influx_servers import Influxd, influxd, needs_influxd
from tests.gateway.influx_site import START, Site

pytestmark = [pytest.mark.servers, needs_influxd]

GATE = DeviceKey("gonesse", "portail")
BOX = DeviceKey("gonesse", "urne")
AIR = DeviceKey("gonesse", "air-1")
AT_GATE = {"build": "passage", "device": "portail", "place": "mairie"}
AT_BOX = {"build": "vote", "device": "urne", "place": "mairie"}
SITE_DATABASE = "fabnum__site"


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    made = Site(tmp_path)
    for key, build in ((GATE, "passage"), (BOX, "vote")):
        made.registry.add(
            Device(
                town=key.town,
                device=key.device,
                build=build,
                place="mairie",
                place_name="Mairie",
                name=build,
            )
        )
    yield made
    made.close()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Influxd]:
    with influxd(tmp_path / "influxd") as server:
        yield server


def frame(key: DeviceKey, hour: int, values: dict[str, float]) -> Frame:
    return Frame(key, "5f3a9c01", hour, START + 3600 * hour, values)


def told(server: Influxd, database: str) -> list[tuple[str, dict[str, str], float]]:
    """Return (measurement, tags, value) of each point, in the order of time and name."""
    points = sorted(server.points(database), key=lambda row: (row[2], row[0]))
    return [(name, tags, value) for name, tags, _time, value in points]


def test_a_town_is_not_told_of_few_people_and_fabmanagers_are(site: Site, server: Influxd) -> None:
    site.store(frame(GATE, hour, {"entries": n}) for hour, n in enumerate([0.0, 3.0, 12.0]))
    site.write_all(server.url)
    assert told(server, "fabnum_gonesse") == [
        ("entries", AT_GATE, 0),
        ("entries_few", AT_GATE, 1),
        ("entries", AT_GATE, 12),
    ]
    exact = {**AT_GATE, "town": "gonesse"}
    assert told(server, SITE_DATABASE) == [("entries", exact, n) for n in (0, 3, 12)]


def test_signals_are_in_the_sites_database_and_votes_in_the_towns(
    site: Site, server: Influxd
) -> None:
    votes = {channel("votes", "option1"): 15.0, channel("votes_few", "option2"): 1.0}
    site.store(
        [
            frame(AIR, 0, {"co2": 812.0}),
            frame(GATEWAY, 1, {"cpu": 12.5}),
            frame(key_of_town("gonesse"), 2, {channel("people", "M02"): 10.0}),
            frame(key_of_object(AIR), 3, {channel("reset", "watchdog"): 1.0}),
            frame(key_of_object(BOX), 4, {**votes, "wifi": -61.0}),
        ]
    )
    site.write_all(server.url)
    assert server.databases() == {"fabnum_gonesse", SITE_DATABASE}
    at_air = {"build": "air", "device": "air-1", "place": "gon-ecole"}
    assert told(server, "fabnum_gonesse") == [
        ("co2", {**at_air, "what": ""}, 812),
        ("votes", {**AT_BOX, "what": "option1"}, 15),
        ("votes_few", {**AT_BOX, "what": "option2"}, 1),
    ]
    nowhere = dict.fromkeys(("build", "device", "place", "town", "what"), "")
    assert told(server, SITE_DATABASE) == [
        ("cpu", nowhere, 12.5),
        ("people", nowhere | {"town": "gonesse", "what": "M02"}, 10),
        ("reset", {**at_air, "town": "gonesse", "what": "watchdog"}, 1),
        ("wifi", nowhere | AT_BOX | {"town": "gonesse"}, -61),
    ]


def test_a_town_cannot_find_a_signal_by_asking(site: Site, server: Influxd) -> None:
    site.store([frame(key_of_object(AIR), 0, {"wifi": -61.0}), frame(AIR, 1, {"co2": 812.0})])
    site.write_all(server.url)
    names = server.query("SHOW MEASUREMENTS", "fabnum_gonesse")[0]["values"]
    assert names == [["co2"]]
