"""`fabnum data export`: what a town publishes as files, by the same rules, and nothing is sent."""

import csv
import json
import resource
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from gateway.api import opensensemap
from gateway.api.app import open_data
from gateway.api.opensensemap import Mapped
from gateway.api.series import Row
from gateway.journal import Journal
from gateway.live import Live
from gateway.model import Frame
from gateway.registry import Registry
from gateway.web.limits import TokenBuckets
from kit.catalogue import load_build
from kit.cli.init import write_settings
from kit.names import DeviceKey
from kit.settings import DataFolder, load
from tests.gateway.resident_site import device

FABNUM = Path(sys.executable).with_name("fabnum")
WEATHER = DeviceKey("gonesse", "meteo")
GATE = DeviceKey("gonesse", "portail")
AIR = DeviceKey("gonesse", "air-101")
DAY = 1_773_273_600.0  # 2026-03-12 UTC
HOUR = 3600
ID = "5fc8c893fab469001ce0b3c0"

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    folder = DataFolder(tmp_path / "data")
    write_settings(folder, "Gonesse", "fr,en", ["localhost"])
    registry = Registry(folder.registry)
    for key, build, name in (
        (WEATHER, "weather", "Météo du toit"),
        (GATE, "passage", "Portail"),
        (AIR, "air", "Air"),
    ):
        registry.add(device(key, build, "Mairie", name))
    registry.close()
    journal = Journal(folder.journal)
    frames = [
        Frame(WEATHER, "5f3a9c01", n, DAY + n * 60, {"temperature": 5 + n / 10, "pressure": 1013.5})
        for n in range(200)
    ]
    frames += [
        Frame(AIR, "5f3a9c02", n, DAY + n * 60, {"co2": 500.0 + n, "temperature": 20.5})
        for n in range(200)
    ]
    frames += [
        Frame(GATE, "5f3a9c03", n, DAY + n * HOUR + 5, {"entries": float(count), "exits": 12.0})
        for n, count in enumerate((9, 3, 12, 0, 2, 7, 8))
    ]
    journal.write(frames).result(30)
    journal.close()
    return folder


@pytest.fixture
def run(folder: DataFolder, tmp_path: Path) -> Run:
    def run(*words: str, language: str = "en") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [FABNUM, "data", "export", "--data", folder.root, "--out", tmp_path / "out", *words],
            env={"FABNUM_LANG": language, "PATH": "/usr/bin:/bin"},
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

    return run


OF_THE_DAY = ("--from", "2026-03-12", "--to", "2026-03-13")


async def test_files_say_what_the_address_says(
    folder: DataFolder, run: Run, tmp_path: Path
) -> None:
    settings = load(folder)
    town = settings.towns[0].model_copy(update={"open_data": True})
    settings = settings.model_copy(update={"towns": [town]})
    assert run("--format", "csv", *OF_THE_DAY).returncode == 0
    assert run("--format", "json", *OF_THE_DAY).returncode == 0
    assert run("--format", "senml", *OF_THE_DAY).returncode == 0
    registry = Registry(folder.registry)
    journal = Journal(folder.journal)
    live = Live(registry, journal)
    app = open_data(settings, folder.journal, live, TokenBuckets(100, 1.0))
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://lab") as client:
        asked = {"from": "2026-03-12", "to": "2026-03-13"}
        table = await client.get("/towns/gonesse/readings.csv", params=asked)
        for name in ("meteo", "portail", "air-101"):
            address = f"/towns/gonesse/objects/{name}/readings"
            document = (await client.get(address, params=asked)).json()
            assert json.loads((tmp_path / "out" / f"{name}.json").read_text()) == document
            pack = (await client.get(f"{address}.senml", params=asked)).json()
            assert json.loads((tmp_path / "out" / f"{name}.senml.json").read_text()) == pack
    assert (tmp_path / "out" / "gonesse.csv").read_bytes() == table.content
    live.close()
    journal.close()
    registry.close()


def test_no_file_holds_a_small_count(run: Run, tmp_path: Path) -> None:
    assert run(*OF_THE_DAY).returncode == 0
    with (tmp_path / "out" / "gonesse.csv").open(newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["object"] == "portail"]
    assert [row["entries"] for row in rows] == ["12", "0", "", "7", "8"]
    assert [row["few"] for row in rows] == ["", "", "entries", "", ""]


def test_opensensemap_gets_boxes_then_readings_once_the_ids_are_known(
    run: Run, tmp_path: Path
) -> None:
    first = run("--format", "opensensemap", "--step", "raw", *OF_THE_DAY)
    assert first.returncode == 0, first.stderr
    assert "Nothing was sent" in first.stdout
    out = tmp_path / "out"
    box = json.loads((out / "meteo.box.json").read_text())
    assert box["name"] == "Météo du toit"
    assert box["exposure"] == "outdoor"
    assert "location" not in box
    assert box["sensors"][0] == {
        "title": "Temperature",
        "unit": "°C",
        "sensorType": "BME280",
        "icon": "osem-thermometer",
    }
    assert not list(out.glob("*.csv"))
    mapping = json.loads((out / "opensensemap.json").read_text())
    assert mapping["meteo"]["sensors"]["temperature"] == ""
    mapping["meteo"]["sensors"]["temperature"] = ID
    (out / "opensensemap.json").write_text(json.dumps(mapping))
    assert run("--format", "opensensemap", "--step", "raw", *OF_THE_DAY).returncode == 0
    lines = (out / "meteo-001.csv").read_text().splitlines()
    assert len(lines) == 200
    assert lines[0] == f"{ID},5.0,2026-03-12T00:00:00Z"
    assert json.loads((out / "opensensemap.json").read_text()) == mapping


def test_a_request_of_opensensemap_holds_2500_readings(run: Run, tmp_path: Path) -> None:
    rows = [Row(DAY + n, {"temperature": 5.0, "humidity": None}) for n in range(6000)]
    sensors = {"temperature": ID, "humidity": ID, "pressure": ""}
    assert len(list(opensensemap.measurements(rows, sensors))) == 6000
    from kit.cli.data import _parts

    assert [len(part) for part in _parts(iter("x" * 6000), 2500)] == [2500, 2500, 1000]
    stamp = next(opensensemap.measurements(rows, sensors)).split(",")[2]
    assert datetime.fromisoformat(stamp) == datetime(2026, 3, 12, tzinfo=UTC)


def test_ids_that_are_written_down_are_kept() -> None:
    channels = load_build("weather").channels
    known = {"old": Mapped(ID, {"x": ID}), "meteo": Mapped("", {"pressure": ID})}
    whole = opensensemap.completed(known, {"meteo": channels})
    assert whole["old"] == known["old"]
    assert whole["meteo"].sensors == {"temperature": "", "humidity": "", "pressure": ID}


@pytest.mark.parametrize(
    ("words", "cause"),
    [
        (("--town", "hem"), "There is no town “hem” in fabnum.toml."),
        (("--from", "yesterday"), "“yesterday” is no day."),
        (("--from", "2026-03-12", "--to", "2026-03-12"), "empty, or too long"),
        (("--step", "raw", "--from", "2026-01-01", "--to", "2026-03-12"), "empty, or too long"),
        (("--out", "/proc/nothing"), "cannot be written"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(
    run: Run, words: tuple[str, ...], cause: str
) -> None:
    answer = run(*words)
    assert answer.returncode == 2
    assert cause in answer.stderr
    assert answer.stderr.splitlines()[-1].startswith("→ ")


def test_a_full_disk_does_not_cost_the_ids_that_were_written_down(
    folder: DataFolder, tmp_path: Path
) -> None:
    mapping = tmp_path / "out" / "opensensemap.json"
    mapping.parent.mkdir()
    known = {"gone": {"box": ID, "sensors": {f"channel-{n}": ID for n in range(2000)}}}
    mapping.write_text(json.dumps(known))
    content = mapping.read_bytes()
    most = 40_000  # bytes in a file: enough for what SQLite keeps beside the journal
    command = [FABNUM, "data", "export", "--data", folder.root, "--out", mapping.parent]
    answer = subprocess.run(
        [*map(str, command), "--format", "opensensemap", *OF_THE_DAY],
        env={"FABNUM_LANG": "en", "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (most, most)),
    )
    assert len(content) > most
    assert (answer.returncode, mapping.read_bytes()) == (2, content), answer.stderr
    assert "cannot be written" in answer.stderr


def test_a_mapping_with_a_wrong_id_is_named(run: Run, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    for content in ('{"meteo": {"box": "abc"}}', "[]", "{"):
        (tmp_path / "out" / "opensensemap.json").write_text(content)
        answer = run("--format", "opensensemap", *OF_THE_DAY)
        assert answer.returncode == 2
        assert "opensensemap.json" in answer.stderr
        assert (tmp_path / "out" / "opensensemap.json").read_text() == content
