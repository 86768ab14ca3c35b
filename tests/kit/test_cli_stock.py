"""`fabnum stock`, as a fabmanager uses it."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from kit.cli import run

pytestmark = pytest.mark.usefixtures("english")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "site"


def told(capsys: pytest.CaptureFixture[str], data: Path, *words: str, code: int = 0) -> str:
    assert run(["stock", *words, "--data", str(data)]) == code
    said = capsys.readouterr()
    return said.out if code == 0 else said.err


def listed(capsys: pytest.CaptureFixture[str], data: Path, *words: str) -> Any:
    return json.loads(told(capsys, data, *words, "--json"))


def test_parts_come_and_go(capsys: pytest.CaptureFixture[str], data: Path) -> None:
    told(capsys, data, "set", "scd41", "3")
    told(capsys, data, "add", "scd41", "4")
    told(capsys, data, "take", "scd41", "2")
    counts = {row["part"]: row["count"] for row in listed(capsys, data)}
    assert counts["scd41"] == 5
    assert counts["sht31"] == 0


def test_more_than_there_is_cannot_be_taken(capsys: pytest.CaptureFixture[str], data: Path) -> None:
    told(capsys, data, "set", "scd41", "1")
    assert "only 1" in told(capsys, data, "take", "scd41", "2", code=2)
    assert {r["part"]: r["count"] for r in listed(capsys, data)}["scd41"] == 1


def test_a_part_that_nobody_knows_is_not_noted(
    capsys: pytest.CaptureFixture[str], data: Path
) -> None:
    assert "scd41" in told(capsys, data, "set", "scd4", "1", code=2)
    assert not (data / "stock.csv").exists()


def test_what_runs_low_is_marked(capsys: pytest.CaptureFixture[str], data: Path) -> None:
    assert "time to buy" in told(capsys, data, "set", "scd41", "1")
    told(capsys, data, "set", "sht31", "50")
    low = {row["part"] for row in listed(capsys, data, "--low")}
    assert "scd41" in low
    assert "sht31" not in low


def test_the_shopping_list_of_twelve_objects(
    capsys: pytest.CaptureFixture[str], data: Path, tmp_path: Path
) -> None:
    told(capsys, data, "set", "scd41", "3")
    file = tmp_path / "list.csv"
    rows = listed(capsys, data, "check", "--build", "air", "--count", "12", "--csv", str(file))
    sensor = next(row for row in rows if row["part"] == "scd41")
    assert (sensor["needed"], sensor["in_stock"], sensor["packs"]) == (12, 3, 9)
    jumpers = next(row for row in rows if row["part"] == "jumper-ff")
    assert (jumpers["needed"], jumpers["packs"], jumpers["pack_size"]) == (48, 2, 40)
    with file.open(encoding="utf-8-sig", newline="") as opened:
        saved = list(csv.DictReader(opened, delimiter=";"))
    assert [row["part"] for row in saved] == [row["part"] for row in rows]


def test_nothing_is_to_be_bought_where_all_is_there(
    capsys: pytest.CaptureFixture[str], data: Path
) -> None:
    for row in listed(capsys, data, "check", "--build", "climate", "--chip", "esp32c3"):
        told(capsys, data, "add", row["part"], str(row["needed"]))
    assert listed(capsys, data, "check", "--build", "climate", "--chip", "esp32c3") == []


def test_the_list_for_people_has_its_sum(capsys: pytest.CaptureFixture[str], data: Path) -> None:
    said = told(capsys, data, "check", "--build", "vote", "--count", "2")
    assert "Arcade button" in said
    assert "in all" in said
