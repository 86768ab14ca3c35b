"""With real servers: every reading arrives exactly once, whatever happens to the server."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from gateway.influx.connect import connect
from gateway.influx.lines import series
from gateway.influx.quarantine import REASON
from gateway.influx.writer import BATCH_FRAMES
from kit.settings import Influx
from tests.gateway.influx_servers import (
    Influxd,
    Row,
    by_series,
    influxd,
    needs_influxd,
    needs_victoria_metrics,
    until,
    victoria_metrics,
)
from tests.gateway.influx_site import TOWNS, Site

pytestmark = pytest.mark.servers


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    site = Site(tmp_path)
    yield site
    site.close()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Influxd]:
    with influxd(tmp_path / "influxd") as server:
        yield server


@needs_influxd
@pytest.mark.parametrize("api", ["auto", "1"])
def test_influxdb_1_6_receives_every_reading_exactly_once(
    site: Site, server: Influxd, api: str
) -> None:
    frames = site.store(site.frames(BATCH_FRAMES + 1234))
    site.write_all(server.url, api)
    for town in TOWNS:
        assert server.points(f"fabnum_{town}") == site.rows(frames, town)
    assert server.databases() == {f"fabnum_{town}" for town in TOWNS}


@needs_influxd
def test_readings_that_come_while_it_writes_follow_in_order(site: Site, server: Influxd) -> None:
    frames = site.store(site.frames(100))
    with site.writer(server.url) as writer:
        until(site.is_written, "the first are written")
        frames += site.store(site.frames(100))
        until(site.is_written, "the others are written")
        until(lambda: writer.status.frames_written == 200, "all are counted")
        status = writer.status
    assert (status.state, status.lag_frames, status.lag_s) == ("writing", 0, 0.0)
    assert status.points_written == sum(len(frame.values) for frame in frames)
    assert server.points("fabnum_hem") == site.rows(frames, "hem")


@needs_influxd
def test_a_batch_written_twice_is_there_once(site: Site, server: Influxd, tmp_path: Path) -> None:
    """As after a crash between the server's answer and the cursor's move."""
    frames = site.store(site.frames(500))
    site.write_all(server.url)
    (tmp_path / "again").mkdir()
    again = Site(tmp_path / "again")
    again.store(frames)
    again.write_all(server.url)
    again.close()
    assert server.points("fabnum_hem") == site.rows(frames, "hem")


@needs_influxd
def test_away_for_the_whole_of_a_load_then_back_nothing_is_lost(
    site: Site, server: Influxd
) -> None:
    frames = site.store(site.frames(300))
    with site.writer(server.url) as writer:
        until(site.is_written, "the first are written")
        server.kill()
        for _ in range(5):
            frames += site.store(site.frames(2000))
        until(lambda: writer.status.state == "waiting", "the writer waits")
        waiting = writer.status
        server.start()
        until(site.is_written, "all is written")
        until(lambda: writer.status.state == "writing", "the writer says so")
        assert writer.status.problem == ""
    assert waiting.waiting_since is not None
    assert server.url in waiting.problem
    assert waiting.lag_frames > 0
    for town in TOWNS:
        assert server.points(f"fabnum_{town}") == site.rows(frames, town)


@needs_influxd
def test_killed_in_the_middle_of_the_writing_nothing_is_lost(site: Site, server: Influxd) -> None:
    frames = site.store(site.frames(6 * BATCH_FRAMES))
    with site.writer(server.url) as writer:
        for batches in (1, 3):
            until(lambda n=batches: writer.status.frames_written >= n * BATCH_FRAMES, "some")
            server.kill()
            server.start()
        until(site.is_written, "all is written")
    for town in TOWNS:
        assert server.points(f"fabnum_{town}") == site.rows(frames, town)


@needs_influxd
def test_what_the_server_refuses_goes_to_quarantine_and_the_rest_is_stored(
    site: Site, server: Influxd
) -> None:
    frames = site.store(site.frames(900))
    server.query("CREATE DATABASE fabnum_hem")
    # The type of a field is set by its first point, a shard (a week) at a time.
    server.http.request(
        "POST", f"{server.url}/write?db=fabnum_hem&precision=s", body=b"co2 value=1i 1763700000"
    )
    site.write_all(server.url)

    stored = [row for row in server.points("fabnum_hem") if row[1]["device"]]
    assert stored == [row for row in site.rows(frames, "hem") if row[0] != "co2"]
    assert server.points("fabnum_gonesse") == site.rows(frames, "gonesse")

    hem_air = [frame for frame in frames if frame.device == ("hem", "air-1")]
    until(lambda: len(site.journal.quarantine(1000)) == len(hem_air), "all culprits are there")
    refused = site.journal.quarantine(1000)
    assert {message.reason for message in refused} == {REASON}
    assert {message.topic for message in refused} == {"fabnum/1/hem/air-1/telemetry"}
    assert all("field type conflict" in message.detail for message in refused)
    payloads = [msgspec.json.decode(message.payload) for message in refused]
    assert sorted(payloads, key=lambda payload: payload["seq"]) == [
        {
            "boot": frame.boot,
            "seq": frame.seq,
            "t": frame.time,
            "values": {"co2": frame.values["co2"]},
        }
        for frame in hem_air
    ]


@needs_influxd
def test_a_wrong_password_waits_with_a_sentence_and_the_right_one_writes(
    site: Site, tmp_path: Path
) -> None:
    frames = site.store(site.frames(30))
    with influxd(tmp_path / "closed", accounts=True) as server:
        create = "CREATE USER boss WITH PASSWORD 'right' WITH ALL PRIVILEGES"
        server.http.request(
            "POST", f"{server.url}/query", fields={"q": create}, encode_multipart=False
        )
        with site.writer(server.url, token="boss:wrong") as writer:
            until(lambda: writer.status.state == "waiting", "the writer waits")
            assert "401" in writer.status.problem
            assert "wrong" not in writer.status.problem
        assert site.journal.quarantine() == []
        site.write_all(server.url, token="boss:right")
        server.login = {"Authorization": "Basic Ym9zczpyaWdodA=="}
        assert server.points("fabnum_hem") == site.rows(frames, "hem")


@needs_influxd
def test_an_account_that_may_not_create_the_database_waits_until_it_is_there(
    site: Site, tmp_path: Path
) -> None:
    frames = [frame for frame in site.frames(90) if frame.device.town == "hem"]
    site.store(frames)
    with influxd(tmp_path / "closed", accounts=True) as server:
        for statement in (
            "CREATE USER boss WITH PASSWORD 'right' WITH ALL PRIVILEGES",
            "CREATE USER writer WITH PASSWORD 'writer'",
        ):
            server.http.request(
                "POST",
                f"{server.url}/query",
                fields={"q": statement},
                encode_multipart=False,
                headers={"Authorization": "Basic Ym9zczpyaWdodA=="},
            )
        server.login = {"Authorization": "Basic Ym9zczpyaWdodA=="}
        with site.writer(server.url, token="writer:writer") as writer:
            until(lambda: writer.status.state == "waiting", "the writer waits")
            server.query('CREATE DATABASE "fabnum_hem"')
            server.query('GRANT WRITE ON "fabnum_hem" TO "writer"')
            until(site.is_written, "all is written")
        assert server.points("fabnum_hem") == site.rows(frames, "hem")
        assert site.journal.quarantine() == []


def as_victoria_metrics_keeps(rows: list[Row]) -> list[Row]:
    """Say of rows what it keeps: metric and field in one name, milliseconds, 15 digits."""
    return by_series(
        (f"{measurement}_value", tags, time_us // 1000, float(f"{value:.15g}"))
        for measurement, tags, time_us, value in rows
    )


@needs_victoria_metrics
def test_victoria_metrics_takes_version_2_from_influxdb_client(site: Site, tmp_path: Path) -> None:
    frames = site.store(frame for frame in site.frames(3000) if frame.device.town == "hem")
    with victoria_metrics(tmp_path / "vm") as server:
        site.write_all(server.url, "2", token="any")
        assert server.points() == as_victoria_metrics_keeps(site.rows(frames, "hem"))


@needs_victoria_metrics
def test_victoria_metrics_keeps_towns_apart_when_the_api_is_left_to_the_gateway(
    site: Site, tmp_path: Path
) -> None:
    frames = site.store(site.frames(900))
    with victoria_metrics(tmp_path / "vm") as server:
        site.write_all(server.url)
        expected = [
            (measurement, {**tags, "db": f"fabnum_{town}"}, time_us, value)
            for town in TOWNS
            for measurement, tags, time_us, value in site.rows(frames, town)
        ]
        assert server.points() == as_victoria_metrics_keeps(expected)


@needs_influxd
def test_awkward_names_are_read_back_as_they_were_written(server: Influxd) -> None:
    name = r'a, b=c\d, "e" é€'
    connection = connect(Influx(url=server.url), "")
    connection.create('fabnum_"odd"')
    line = series(name, [("place", name)]) + " value=1.5 1763700000000001"
    connection.write('fabnum_"odd"', line.encode())
    connection.close()
    assert server.points('fabnum_"odd"') == [(name, {"place": name}, 1763700000000001, 1.5)]
