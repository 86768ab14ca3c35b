"""`fabnum boards check` names what is wrong: each fault is put into a real InfluxDB."""

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gateway.influx import InfluxWriter, v1
from gateway.influx.setup import set_up
from gateway.influx.writer import SINK
from gateway.journal import Journal
from gateway.registry import Device, Registry
from kit.cli.boards_check import check_boards
from kit.cli.past import Past, readings, signals
from kit.errors import FabnumError
from kit.settings import DataFolder
from tests.dashboards.influx.site import make_site
from tests.gateway.influx_servers import Influxd, influxd, needs_influxd, until

pytestmark = [pytest.mark.servers, needs_influxd]

HECTOPASCAL_IN_PASCAL = 100


class Small:
    """A town with a weather station, a day of readings, and an InfluxDB that has them."""

    def __init__(self, root: Path, server: Influxd) -> None:
        self.server = server
        self.settings, self.folder = make_site(root, server.url)
        set_up(self.settings, self.folder)
        server.login = v1.authorization(self.folder.secret("influx-admin"))
        self.now = time.time()
        self.registry = Registry(self.folder.registry)
        self.journal = Journal(self.folder.journal)
        for town in ("gonesse", "hem"):
            self.registry.add(
                Device(
                    town=town,
                    device="toit",
                    build="weather",
                    place="mairie",
                    place_name="Mairie",
                    name="Toit",
                )
            )
        devices = self.registry.all()
        past = Past(devices, [{"seed": 1, "outdoors": True}] * 2, self.now)
        self.frames = list(readings(past))
        self.journal.write([*self.frames, *signals(past, self.frames)]).result(30)

    def close(self) -> None:
        self.journal.close()
        self.registry.close()

    def carry(self) -> None:
        assert self.settings.influx is not None
        token = self.folder.secret("influx-token")
        writer = InfluxWriter(self.settings.influx, token, self.journal, self.registry)
        writer.start()
        try:
            until(lambda: self.journal.cursor(SINK) == self.journal.last_id(), "all is written")
            # The cursor is on disk once what is given to the journal after it is.
            self.journal.write([]).result(30)
        finally:
            writer.stop()

    def write(self, lines: list[str]) -> None:
        """Write lines into Gonesse's database as somebody else would."""
        answer = self.server.http.request(
            "POST",
            f"{self.server.url}/write?db=fabnum_gonesse&precision=u",
            body="\n".join(lines).encode(),
            headers=self.server.login,
        )
        assert answer.status == 204, answer.data

    def lines(self, channel: str, factor: float = 1.0, shift: float = 0.0) -> list[str]:
        """Return Gonesse's readings of a channel, in another unit."""
        return [
            f"{channel},build=weather,device=toit,place=mairie"
            f" value={frame.values[channel] * factor + shift!r} {round(frame.time * 1e6)}"
            for frame in self.frames
            if frame.device.town == "gonesse"
        ]


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Small]:
    with influxd(tmp_path / "influxd", accounts=True) as server:
        site = Small(tmp_path / "site", server)
        try:
            yield site
        finally:
            site.close()


@pytest.fixture
def full(small: Small) -> Small:
    small.carry()
    return small


def faults(site: Small, capsys: pytest.CaptureFixture[str]) -> dict[tuple[str, str], set[str]]:
    """Return the verdicts of what is wrong, by town and quantity."""
    code = check_boards(site.folder, "en", as_json=True, now=site.now)
    results: list[dict[str, Any]] = json.loads(capsys.readouterr().out)
    found: dict[tuple[str, str], set[str]] = {}
    for result in results:
        if result["verdict"] not in ("answered", "nothing"):
            assert result["reason"]
            found.setdefault((result["town"], result["quantity"]), set()).add(result["verdict"])
    assert code == (2 if found else 0)
    return found


def test_a_healthy_store_has_no_fault(full: Small, capsys: pytest.CaptureFixture[str]) -> None:
    assert faults(full, capsys) == {}


def test_pascal_instead_of_hectopascal_is_found_and_only_there(
    full: Small, capsys: pytest.CaptureFixture[str]
) -> None:
    full.write(full.lines("pressure", factor=HECTOPASCAL_IN_PASCAL))
    assert faults(full, capsys) == {("gonesse", "pressure"): {"range"}}


def test_fahrenheit_is_found_though_such_numbers_are_possible(
    full: Small, capsys: pytest.CaptureFixture[str]
) -> None:
    full.write(full.lines("temperature", factor=1.8, shift=32.0))
    # As hours they may be possible and the same: only means and last values tell.
    assert faults(full, capsys)[("gonesse", "temperature")] == {"other"}


def test_a_measurement_of_whole_numbers_is_found(
    full: Small, capsys: pytest.CaptureFixture[str]
) -> None:
    three_weeks_ago = round((full.now - 21 * 86_400) * 1e6)  # the type is set anew in each shard
    full.write([f"humidity,build=x,device=y,place=z value=40i {three_weeks_ago}"])
    assert faults(full, capsys) == {("gonesse", "humidity"): {"type"}}


def test_what_was_deleted_from_influxdb_is_told_from_what_was_never_measured(
    full: Small, capsys: pytest.CaptureFixture[str]
) -> None:
    full.server.query('DROP MEASUREMENT "pressure"', "fabnum_gonesse")
    assert faults(full, capsys) == {("gonesse", "pressure"): {"lost"}}


def test_a_writer_that_has_not_come_so_far_is_said(
    small: Small, capsys: pytest.CaptureFixture[str]
) -> None:
    assert check_boards(small.folder, "en", as_json=False, now=small.now) == 2
    said = capsys.readouterr().out
    assert f"InfluxDB still lacks {small.journal.last_id()} rows" in said


def test_an_object_that_tells_nothing_leaves_its_panels_empty_and_they_are_named(
    full: Small, capsys: pytest.CaptureFixture[str]
) -> None:
    full.now += 8 * 86_400
    found = faults(full, capsys)
    assert found[("hem", "temperature")] == {"empty"}
    assert check_boards(full.folder, "en", as_json=False, now=full.now) == 2
    assert "✗ hem · town · " in capsys.readouterr().out


def test_the_secret_of_another_town_is_refused_in_a_sentence(full: Small) -> None:
    full.folder.keep_secret("influx-read-hem", full.folder.secret("influx-read-gonesse"))
    with pytest.raises(FabnumError, match="fabnum_hem"):
        check_boards(full.folder, "en", as_json=True, now=full.now)


def test_a_missing_secret_is_refused_in_a_sentence(full: Small) -> None:
    (full.folder.secrets / "influx-read-hem").unlink()
    with pytest.raises(FabnumError, match=r"influx-read-hem.*fabnum influx setup"):
        check_boards(full.folder, "en", as_json=True, now=full.now)


def test_a_site_without_influxdb_has_nothing_to_check(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path)
    folder.settings.write_text('[site]\nname = "x"\n[[towns]]\nid = "hem"\nname = "Hem"\n')
    with pytest.raises(FabnumError):
        check_boards(folder, "en", as_json=True)
