"""The writer's patience: what a server may answer, and what it does then.

The server here is a real HTTP server that answers as each test says, for the answers that the
installed servers cannot be made to give.
"""

import logging
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from gateway.influx import InfluxWriter
from gateway.influx.writer import SINK
from gateway.model import StoredFrame
from kit import i18n
from kit.errors import FabnumError
from kit.settings import Influx
from tests.gateway.influx_servers import Answer, Request, failing, until
from tests.gateway.influx_site import TOWNS, Site

TAKEN = Answer(204)
TOKEN = "hush-hush-token"


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    site = Site(tmp_path)
    yield site
    site.close()


def first(answers: list[Answer]) -> Callable[[Request], Answer]:
    """Give these answers to the first writes, and take all others."""

    def answer(request: Request) -> Answer:
        if not request.path.endswith("/write"):
            return Answer(200, {"results": [{}], "orgs": [{"id": "0" * 16, "name": "fabnum"}]})
        return answers.pop(0) if answers else TAKEN

    return answer


@pytest.mark.parametrize("api", ["1", "2"])
@pytest.mark.parametrize(
    "answer",
    [
        Answer(401, {"error": "authorization failed", "message": "unauthorized access"}),
        Answer(403, {"error": "not authorized", "message": "insufficient permissions"}),
        Answer(404, "no such page"),
        Answer(400, "Client sent an HTTP request to an HTTPS server.\n"),
        Answer(429, {"error": "slow down"}),
        Answer(500, {"error": "engine: cache maximum memory size exceeded"}),
        Answer(503, "<html>maintenance</html>"),
    ],
    ids=lambda answer: str(getattr(answer, "status", answer)),
)
def test_what_is_not_the_datas_fault_is_waited_out_and_nothing_is_quarantined(
    site: Site, api: str, answer: Answer
) -> None:
    site.store(site.frames(30))
    mended = threading.Event()
    with (
        failing(lambda request: TAKEN if mended.is_set() else answer) as server,
        site.writer(server.url, api, TOKEN) as writer,
    ):
        until(lambda: len(server.writes()) >= 3, "it has tried again")
        assert site.journal.cursor(SINK) == 0
        assert writer.status.state == "waiting"
        assert writer.status.waiting_since is not None
        assert writer.status.lag_frames == 30
        assert server.url in writer.status.problem
        mended.set()
        until(site.is_written, "all is written")
        until(lambda: writer.status.state == "writing", "it says so")
        assert writer.status.waiting_since is None
        assert writer.status.problem == ""
    assert site.journal.counts().refused == {}


@pytest.mark.parametrize("api", ["1", "2"])
def test_the_server_is_left_alone_for_as_long_as_it_asks(site: Site, api: str) -> None:
    site.store(site.frames(9))
    moments: list[float] = []
    busy = [Answer(429, {"error": "slow down"}, Retry_After="1")]

    def answer(request: Request) -> Answer:
        moments.append(time.monotonic())
        return busy.pop() if busy else TAKEN

    with failing(answer) as server:
        site.write_all(server.url, api)
    assert moments[1] - moments[0] >= 1.0


@pytest.mark.parametrize("api", ["1", "2"])
def test_a_batch_too_large_is_sent_in_parts(site: Site, api: str) -> None:
    frames = site.store(site.frames(90))

    def answer(request: Request) -> Answer:
        return Answer(413, {"error": "too large"}) if len(request.lines) > 20 else TAKEN

    with failing(answer) as server:
        site.write_all(server.url, api)
        taken = [line for request in server.writes() for line in request.lines]
    assert len(set(taken)) == sum(len(frame.values) for frame in frames)
    assert site.journal.counts().refused == {}


@pytest.mark.parametrize("api", ["1", "2"])
def test_a_server_that_refuses_a_whole_batch_for_one_line_gets_all_others(
    site: Site, api: str
) -> None:
    """As InfluxDB 2 does with a line that it cannot parse."""
    frames = site.store(site.frames(200))
    poisoned = next(frame for frame in frames[50:] if frame.device.device == "air-1")
    mark = f" {round(poisoned.time * 1_000_000)}"
    stored: set[str] = set()

    def answer(request: Request) -> Answer:
        if any(line.startswith("co2") and line.endswith(mark) for line in request.lines):
            return Answer(400, {"message": "unable to parse"})
        stored.update(request.lines)
        return TAKEN

    with failing(answer) as server:
        site.write_all(server.url, api)
    assert len(stored) == sum(len(frame.values) for frame in frames) - 1
    until(site.journal.quarantine, "the culprit is in quarantine")
    (refused,) = site.journal.quarantine()
    assert refused.detail == "unable to parse"
    assert f'"seq":{poisoned.seq},'.encode() in refused.payload


def test_a_server_that_goes_away_in_the_middle_of_a_search_quarantines_nothing_twice(
    site: Site,
) -> None:
    frames = site.store(frame for frame in site.frames(90) if frame.device.town == "hem")
    away = [False, False, True]

    def answer(request: Request) -> Answer:
        if away and away.pop(0):
            return Answer(503, "away")
        if any(line.startswith("humidity") for line in request.lines):
            return Answer(400, {"error": "unable to parse"})
        return TAKEN

    with failing(answer) as server:
        site.write_all(server.url, "1")
    culprits = sum("humidity" in frame.values for frame in frames)
    until(lambda: len(site.journal.quarantine()) >= culprits, "all culprits are there")
    assert len(site.journal.quarantine()) == culprits


@pytest.mark.parametrize("api", ["1", "2"])
def test_the_token_is_in_the_header_and_nowhere_else(
    site: Site, api: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    site.store(site.frames(9))
    mended = threading.Event()
    refusal = Answer(401, {"error": "no"})
    with failing(lambda request: TAKEN if mended.is_set() else refusal) as server:
        with site.writer(server.url, api, TOKEN) as writer:
            until(lambda: writer.status.state == "waiting", "it waits")
            assert TOKEN not in writer.status.problem
            mended.set()
            until(site.is_written, "all is written")
        assert {request.headers["Authorization"] for request in server.writes()} == {
            f"Token {TOKEN}"
        }
        assert all(TOKEN not in request.target for request in server.requests)
    assert TOKEN not in caplog.text


def test_version_2_names_organisation_bucket_and_precision(site: Site) -> None:
    site.store(site.frames(9))
    with failing(lambda request: TAKEN) as server:
        site.write_all(server.url, "2", TOKEN)
        for request, town in zip(server.writes(), TOWNS, strict=True):
            assert request.path == "/api/v2/write"
            assert request.query == {
                "org": "fabnum",
                "bucket": f"fabnum_{town}",
                "precision": "us",
            }
            assert request.headers["Content-Encoding"] == "gzip"


def test_a_missing_bucket_is_made_where_the_token_allows_it(site: Site) -> None:
    site.store(frame for frame in site.frames(9) if frame.device.town == "hem")
    missing = Answer(404, {"code": "not found", "message": 'bucket "fabnum_hem" not found'})
    with failing(first([missing])) as server:
        site.write_all(server.url, "2", TOKEN)
        (made,) = [request for request in server.requests if request.path == "/api/v2/buckets"]
    assert b'"name": "fabnum_hem"' in made.body


def test_a_bucket_that_may_not_be_made_is_said_in_a_sentence(site: Site) -> None:
    site.store(frame for frame in site.frames(9) if frame.device.town == "hem")
    refused = Answer(404, {"code": "not found", "message": "insufficient permissions"})
    with failing(lambda request: refused) as server, site.writer(server.url, "2", TOKEN) as writer:
        until(lambda: writer.status.state == "waiting", "it waits")
        assert "fabnum_hem" in writer.status.problem
    assert site.journal.cursor(SINK) == 0
    assert site.journal.counts().refused == {}


@pytest.mark.parametrize(
    ("ping", "path"),
    [
        (Answer(204, None, X_Influxdb_Version="1.6.7~rc0"), "/write"),
        (Answer(204, None, X_Influxdb_Version="1.8.10"), "/write"),
        (Answer(204, None, X_Influxdb_Version="v2.7.1"), "/api/v2/write"),
        (Answer(200, {"version": "3.0.1", "revision": "a"}), "/api/v2/write"),
        (Answer(204), "/write"),
    ],
    ids=["1.6", "1.8", "2.7", "3.0", "unnamed"],
)
def test_left_to_the_gateway_the_server_says_which_api_it_speaks(
    site: Site, ping: Answer, path: str
) -> None:
    site.store(site.frames(3))
    with failing(lambda request: ping if request.path == "/ping" else TAKEN) as server:
        site.write_all(server.url, "auto", TOKEN)
        assert {request.path for request in server.writes()} == {path}


def test_the_health_page_tells_the_version_where_ping_does_not(site: Site) -> None:
    site.store(site.frames(3))
    health = Answer(200, {"name": "influxdb", "status": "pass", "version": "v2.7.1"})
    with failing(lambda request: health if request.path == "/health" else TAKEN) as server:
        site.write_all(server.url, "auto", TOKEN)
        assert {request.path for request in server.writes()} == {"/api/v2/write"}


def test_a_server_that_asks_for_the_token_before_it_says_its_version_is_waited_for(
    site: Site,
) -> None:
    site.store(site.frames(3))
    locked = Answer(401, {"error": "the request was not authenticated"})
    with failing(lambda request: locked) as server, site.writer(server.url) as writer:
        until(lambda: writer.status.state == "waiting", "it waits")
        assert "influx-token" in writer.status.problem


def test_the_gateway_stops_while_the_server_lets_it_wait(site: Site) -> None:
    site.store(site.frames(3))
    release = threading.Event()

    def hang(request: Request) -> Answer:
        release.wait(30)
        return TAKEN

    with failing(hang) as server:
        with site.writer(server.url, "1") as writer:
            until(server.writes, "it has asked")
            writer.stop(timeout_s=0.05)
            assert writer.status.state == "stopped"
            release.set()
        until(lambda: not any(t.name == "influx" for t in threading.enumerate()), "it has ended")
    assert site.journal.cursor(SINK) == 0


def test_a_writer_that_waits_stops_at_once(site: Site) -> None:
    site.store(site.frames(3))
    busy = Answer(429, {"error": "slow down"}, Retry_After="3600")
    with failing(lambda request: busy) as server:
        with site.writer(server.url, "1") as writer:
            until(lambda: writer.status.state == "waiting", "it waits")
        assert not any(thread.name == "influx" for thread in threading.enumerate())


def test_the_thread_speaks_the_language_of_who_started_it(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.store(site.frames(3))
    spoken: set[str] = set()
    version = site.registry.version

    def listen() -> int:
        spoken.add(i18n.current())
        return version()

    monkeypatch.setattr(site.registry, "version", listen)
    language = i18n.current()
    i18n.use("en")
    try:
        with failing(lambda request: TAKEN) as server:
            site.write_all(server.url, "1")
    finally:
        i18n.use(language)
    assert spoken == {"en"}


def test_a_journal_that_cannot_be_read_just_now_is_tried_again(
    site: Site, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    site.store(site.frames(3))
    broken = [sqlite3.OperationalError("disk I/O error")]
    after = site.journal.after

    def read(frame_id: int, limit: int) -> list[StoredFrame]:
        if broken:
            raise broken.pop()
        return after(frame_id, limit)

    monkeypatch.setattr(site.journal, "after", read)
    with failing(lambda request: TAKEN) as server:
        site.write_all(server.url, "1")
    assert "disk I/O error" in caplog.text


def test_an_outage_is_logged_once_and_its_end_once(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    site.store(site.frames(3))
    answers = [Answer(503, "away") for _ in range(4)]
    with failing(first(answers)) as server, site.writer(server.url, "1") as writer:
        until(lambda: writer.status.frames_written == 3, "all is written")
    messages = [record.message for record in caplog.records if record.name.startswith("gateway")]
    assert [message.split(":")[0].split(",")[0] for message in messages] == [
        "InfluxDB waits",
        "InfluxDB takes readings again",
    ]


def test_an_unusable_address_is_said_before_anything_starts(site: Site) -> None:
    with pytest.raises(FabnumError):
        InfluxWriter(Influx(url="not-an-address"), "", site.journal, site.registry)
