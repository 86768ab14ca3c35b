"""Open data of a site that runs: from a real object to a program somewhere else."""

import csv
import io

import httpx
import pytest

from tests.e2e.living_site import LivingSite

pytestmark = [pytest.mark.e2e, pytest.mark.slow]

WEATHER = "/towns/gonesse/objects/weather-1"


def test_what_an_object_measures_can_be_fetched_once_its_town_is_open(site: LivingSite) -> None:
    settings = site.folder.settings
    opened = settings.read_text().replace("# open_data = true", "open_data = true")
    settings.write_text(opened)
    site.add("weather-1")
    site.add("air-1")
    site.begin()
    address = f"http://127.0.0.1:{site.settings.web.port}/api/v1"
    with httpx.Client(base_url=address) as program:
        site.wait_until(
            lambda: program.get(WEATHER).json()["channels"][0]["last"], "a reading is public"
        )
        page = program.get(f"{WEATHER}/readings?step=raw")
        table = program.get("/towns/gonesse/readings.csv?step=raw")
        again = program.get(
            f"{WEATHER}/readings?step=raw&from=2025-01-01&to=2025-01-02",
            headers={"If-None-Match": "*"},
        )
        room = program.get("/towns/gonesse/objects/air-1").json()
    rows = page.json()["readings"]
    assert 900 < rows[0]["values"]["pressure"] < 1100
    lines = list(csv.DictReader(io.StringIO(table.text)))
    assert {line["object"] for line in lines} == {"weather-1"}
    assert float(lines[0]["pressure (hPa)"]) == rows[0]["values"]["pressure"]
    assert again.status_code == 304
    assert all(channel["last"] is None for channel in room["channels"])
