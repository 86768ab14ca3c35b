"""The commands `fabnum influx setup` and `fabnum boards check`: what they print and return."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from kit.cli import run
from kit.cli.exits import EXPECTED_FAILURE
from kit.settings import DataFolder
from tests.dashboards.influx.influx2 import Influx2, influx2
from tests.dashboards.influx.site import make_site
from tests.gateway.influx_servers import Answer, failing


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[DataFolder]:
    with influx2(Influx2()) as server:
        yield make_site(tmp_path / "site", server.url)[1]


def test_setup_says_what_it_would_make_what_it_made_and_that_nothing_is_missing(
    folder: DataFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["influx", "setup", "--data", str(folder.root)]
    assert run([*command, "--dry-run"]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith("Still to be made:")
    assert "fabnum_hem" in shown
    assert run(command) == 0
    made = capsys.readouterr().out
    assert made.startswith("Made:")
    assert "Start the gateway again" in made
    assert run(command) == 0
    assert capsys.readouterr().out == "Nothing is missing.\n"
    for path in folder.secrets.iterdir():
        assert path.read_text() not in shown + made


def test_without_influxdb_both_say_what_to_write_into_the_settings(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "fabnum.toml").write_text(
        '[site]\nname = "x"\n[[towns]]\nid = "hem"\nname = "Hem"\n'
    )
    for command in (["influx", "setup"], ["boards", "check"]):
        assert run([*command, "--data", str(tmp_path)]) == EXPECTED_FAILURE
        assert "docs/influxdb.md" in capsys.readouterr().err


def test_a_negative_time_to_keep_is_not_understood(folder: DataFolder) -> None:
    command = ["influx", "setup", "--keep", "-1", "--data", str(folder.root)]
    assert run(command) == EXPECTED_FAILURE


def test_what_is_no_influxdb_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with failing(lambda _request: Answer(200, "It works!")) as server:
        folder = make_site(tmp_path / "site", server.url)[1]
        assert run(["influx", "setup", "--data", str(folder.root)]) == EXPECTED_FAILURE
    assert "no InfluxDB that the kit can set up" in capsys.readouterr().err
