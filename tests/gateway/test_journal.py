import contextlib
import logging
import resource
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.journal import Journal, Leaf, Written, store
from gateway.journal.batch import Batch
from gateway.model import Frame, Refusal
from kit.errors import FabnumError
from kit.signals import GATEWAY, key_of_object
from tests.gateway.frames import AIR, HEM, NOON, a_frame

PATIENCE_S = 20.0


def wait_for(condition: object) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not condition():  # type: ignore[operator]
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.005)


def rows(path: Path, query: str) -> list[tuple[object, ...]]:
    with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
        return database.execute(query).fetchall()


# --- frames


def test_a_frame_is_on_disk_when_its_future_is_done(journal: Journal, journal_path: Path) -> None:
    written = journal.write([a_frame(0)]).result()
    assert [stored.frame for stored in written.stored] == [a_frame(0)]
    assert rows(journal_path, "SELECT seq, time FROM frames") == [(0, NOON)]


def test_a_commit_syncs_the_disk(journal: Journal) -> None:
    (mode,) = journal._writer.store.connection.execute("PRAGMA synchronous").fetchone()
    assert mode == 2, "FULL"


def test_a_repeated_frame_is_recognised_in_the_same_batch_and_later(journal: Journal) -> None:
    first = journal.write([a_frame(0), a_frame(1), a_frame(0)]).result()
    again = journal.write([a_frame(1), a_frame(2)]).result()
    assert (len(first.stored), first.duplicates) == (2, 1)
    assert (len(again.stored), again.duplicates) == (1, 1)
    assert [stored.frame.seq for stored in journal.after(0, 10)] == [0, 1, 2]


def test_the_same_seq_of_another_boot_or_device_or_town_is_another_frame(journal: Journal) -> None:
    written = journal.write([a_frame(0), a_frame(0, boot="abcd"), a_frame(0, device=HEM)]).result()
    assert written.duplicates == 0


def test_a_repeated_frame_is_recognised_after_a_restart(journal_path: Path) -> None:
    journal = Journal(journal_path)
    journal.write([a_frame(n) for n in range(5)]).result()
    journal.close()
    journal = Journal(journal_path)
    assert journal.write([a_frame(n) for n in range(6)]).result().duplicates == 5
    journal.close()


def test_a_repeated_frame_is_recognised_after_a_kill(journal_path: Path) -> None:
    """The sequence sets were not written then: they are worked out from the frames."""
    killed = Journal(journal_path)
    killed.write([a_frame(n) for n in range(5)]).result()
    after_kill = journal_path.with_name("after-kill.sqlite")
    for side in ("", "-wal"):
        source = journal_path.with_name(journal_path.name + side)
        after_kill.with_name(after_kill.name + side).write_bytes(source.read_bytes())
    killed.close()
    journal = Journal(after_kill)
    assert journal.write([a_frame(n) for n in range(6)]).result().duplicates == 5
    journal.close()


def test_boots_beyond_the_cache_are_still_remembered(
    journal_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gateway.journal.seen.CACHED_BOOTS", 4)
    monkeypatch.setattr(store, "BOOTS_EVERY_FRAMES", 3)
    journal = Journal(journal_path)
    frames = [a_frame(0, boot=f"{n:04x}") for n in range(40)]
    for frame in frames:
        assert journal.write([frame]).result().duplicates == 0
    assert len(journal._writer.store.seen._boots) <= 8
    assert journal.write(frames).result().duplicates == 40
    journal.close()


@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_every_frame_is_kept_once_over_restarts(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("journal") / "journal.sqlite"
    sent: set[tuple[str, int]] = set()
    for _ in range(data.draw(st.integers(1, 3))):
        journal = Journal(path)
        for _ in range(data.draw(st.integers(0, 4))):
            batch = data.draw(
                st.lists(st.tuples(st.sampled_from(["aaaa", "bbbb"]), st.integers(0, 12)))
            )
            journal.write([a_frame(seq, boot=boot) for boot, seq in batch])
            sent |= set(batch)
        journal.close()
    stored = rows(path, "SELECT boot, seq FROM frames")
    assert sorted(stored) == sorted(sent)


def test_gaps_are_counted_and_filled_by_a_late_frame(journal: Journal) -> None:
    journal.write([a_frame(0), a_frame(4)]).result()
    assert journal.counts().missing == {AIR: 3}
    journal.write([a_frame(2)]).result()
    assert journal.counts().missing == {AIR: 2}


def test_gaps_are_still_known_after_a_restart(journal_path: Path) -> None:
    for seq in (0, 4, 9):
        journal = Journal(journal_path)
        journal.write([a_frame(seq)]).result()
        journal.close()
    journal = Journal(journal_path)
    assert journal.counts().missing == {AIR: 7}
    journal.close()


def test_batches_of_many_threads_all_arrive(journal: Journal) -> None:
    def write(number: int) -> None:
        for seq in range(50):
            journal.write([a_frame(seq, boot=f"{number:04x}")]).result()

    threads = [threading.Thread(target=write, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert journal.counts().frames == 400
    assert [stored.id for stored in journal.after(0, 1000)] == list(range(1, 401))


def test_a_batch_that_sqlite_cannot_take_fails_alone(journal: Journal) -> None:
    bad = Frame(AIR, "\ud800", 0, NOON, {})
    futures = [journal.write([frame]) for frame in (a_frame(0), bad, a_frame(1))]
    assert isinstance(futures[1].exception(PATIENCE_S), UnicodeEncodeError)
    assert futures[0].result(PATIENCE_S).duplicates == futures[2].result(PATIENCE_S).duplicates == 0
    assert [stored.frame.seq for stored in journal.after(0, 10)] == [0, 1]


def test_a_batch_that_nobody_waits_for_any_more_may_fail_too(journal: Journal) -> None:
    """Who waited was cancelled meanwhile: the thread that writes must outlive that."""
    given_up: Future[Written] = Future()
    given_up.cancel()
    journal._writer.submit(Batch(given_up, [Frame(AIR, "\ud800", 0, NOON, {})]))
    assert journal.write([a_frame(1)]).result(PATIENCE_S).duplicates == 0


def test_people_read_readings_with_the_sqlite_shell(journal: Journal, journal_path: Path) -> None:
    journal.write([a_frame(0)]).result()
    query = "SELECT town, device, channel, utc, time, value FROM readings ORDER BY channel"
    assert rows(journal_path, query) == [
        ("gonesse", "air-1", "co2", "2025-11-21 12:00:00", NOON, 400.0),
        ("gonesse", "air-1", "temperature", "2025-11-21 12:00:00", NOON, 21.5),
    ]


def test_signals_are_no_readings(journal: Journal, journal_path: Path) -> None:
    signal = a_frame(0, device=key_of_object(AIR), values={"wifi": -61.0})
    journal.write([a_frame(0), signal]).result()
    assert {town for (town,) in rows(journal_path, "SELECT town FROM readings")} == {"gonesse"}
    query = "SELECT town, device, channel, value FROM signals"
    assert rows(journal_path, query) == [("_site", "gonesse_air-1", "wifi", -61.0)]


def test_a_journal_of_before_there_were_signals_is_brought_up_to_date(journal_path: Path) -> None:
    Journal(journal_path).close()
    with contextlib.closing(sqlite3.connect(journal_path)) as database:
        database.executescript(
            "DROP VIEW signals; DROP VIEW readings; PRAGMA user_version = 1;"
            " CREATE VIEW readings AS SELECT * FROM frames;"
        )
    journal = Journal(journal_path)
    test_signals_are_no_readings(journal, journal_path)
    journal.close()
    assert rows(journal_path, "PRAGMA user_version") == [(2,)]


def test_gaps_among_signals_are_not_missing_readings(journal: Journal) -> None:
    journal.write([a_frame(0), a_frame(2), a_frame(7, device=GATEWAY)]).result()
    assert journal.counts().missing == {AIR: 1}
    assert journal.missing(AIR) == 1
    assert journal.missing(HEM) == 0


def test_of_whom_anything_ever_came_is_known(journal: Journal) -> None:
    assert not journal.has_heard(AIR)
    journal.write([a_frame(0)]).result()
    assert journal.has_heard(AIR)
    assert not journal.has_heard(HEM)


# --- sinks


def test_a_sink_reads_everything_in_the_order_of_arrival(journal: Journal) -> None:
    journal.write([a_frame(n) for n in (5, 1, 3)]).result()
    first = journal.after(journal.cursor("influx"), 2)
    assert [stored.frame.seq for stored in first] == [5, 1]
    rest = journal.after(first[-1].id, 2)
    assert [stored.frame for stored in rest] == [a_frame(3)]
    assert rest[-1].id == journal.last_id()


def test_a_cursor_is_where_the_sink_left_it_after_a_restart(journal_path: Path) -> None:
    journal = Journal(journal_path)
    journal.write([a_frame(n) for n in range(5)]).result()
    assert journal.cursor("influx") == 0
    journal.advance("influx", 3)
    assert journal.cursor("influx") == 3
    journal.close()
    journal = Journal(journal_path)
    assert journal.cursor("influx") == 3
    assert journal.cursor("another") == 0
    journal.close()


def test_ids_go_on_rising_when_the_journal_has_been_emptied(journal_path: Path) -> None:
    journal = Journal(journal_path)
    journal.write([a_frame(n) for n in range(5)]).result()
    journal.advance("influx", 5)
    journal.close()
    with contextlib.closing(sqlite3.connect(journal_path)) as database, database:
        database.execute("DELETE FROM frames")
    journal = Journal(journal_path)
    assert journal.write([a_frame(9)]).result().stored[0].id == 6
    journal.close()


# --- questions


def test_latest_is_the_newest_measurement_not_the_last_arrival(journal: Journal) -> None:
    journal.write([a_frame(5), a_frame(9), a_frame(2)]).result()
    assert journal.latest(AIR) == a_frame(9)
    assert journal.latest(HEM) is None


def test_a_series_holds_one_channel_of_one_device_in_its_time(journal: Journal) -> None:
    frames = [a_frame(n) for n in (3, 1, 2, 0)]
    journal.write([*frames, a_frame(1, device=HEM), a_frame(7, values={"noise": 1.0})]).result()
    assert journal.series(AIR, "co2", NOON + 60, NOON + 180) == [
        (NOON + 60, 401.0),
        (NOON + 120, 402.0),
    ]
    assert journal.series(AIR, "noise", NOON, NOON + 3600) == [(NOON + 420, 1.0)]
    assert journal.series(AIR, 'x"y', NOON, NOON + 3600) == []
    assert journal.series(AIR, "co2", NOON - 60, NOON) == []


def test_the_latest_leaves_are_known_after_a_restart(journal_path: Path) -> None:
    journal = Journal(journal_path)
    for state in ("starting", "ready"):
        leaf = Leaf(AIR, "status", NOON, {"state": state, "dropped": 4})
        journal.write(leaves=[leaf]).result()
    assert journal.leaf(AIR, "about") is None
    journal.close()
    journal = Journal(journal_path)
    status = journal.leaf(AIR, "status")
    assert status is not None
    assert status.payload["state"] == "ready"
    assert journal.counts().dropped == {AIR: 4}
    journal.close()


# --- quarantine


def test_what_is_refused_is_kept_and_counted_by_reason(journal_path: Path) -> None:
    journal = Journal(journal_path)
    journal.refuse(Refusal("a/b", b"\x00\xff", "malformed", "\ud800 …"))
    journal.refuse(Refusal("a/b", b"x" * 20_000, "too-large", ""))
    journal.write().result()
    newest, oldest = journal.quarantine()
    assert (oldest.payload, oldest.reason) == (b"\x00\xff", "malformed")
    assert len(newest.payload) == store.QUARANTINE_PAYLOAD
    journal.close()
    journal = Journal(journal_path)
    assert journal.counts().refused == {"malformed": 1, "too-large": 1}
    journal.close()


def test_the_quarantine_is_bounded_and_its_counters_are_not(
    journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "QUARANTINE_ROWS", 10)
    for number in range(25):
        journal.refuse(Refusal("a/b", b"%d" % number, "malformed", ""))
    journal.write().result()
    assert [message.payload for message in journal.quarantine()] == [
        b"%d" % number for number in range(24, 14, -1)
    ]
    assert journal.counts().refused == {"malformed": 25}


# --- a file that cannot be used


def assert_set_aside_and_begun_anew(journal_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (kept,) = journal_path.parent.glob("journal.damaged-*.sqlite")
    assert any("damaged" in record.message for record in caplog.records)
    assert str(kept) in caplog.text
    assert caplog.records[0].levelno == logging.ERROR


def test_a_file_that_is_no_journal_is_set_aside(
    journal_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    journal_path.write_bytes(b"not a database" * 500)
    journal = Journal(journal_path)
    journal.write([a_frame(0)]).result(PATIENCE_S)
    assert journal.latest(AIR) == a_frame(0)
    journal.close()
    assert_set_aside_and_begun_anew(journal_path, caplog)


def scribble_over(path: Path) -> None:
    """Overwrite all pages but the first, as a failing card does."""
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xa5" * (path.stat().st_size - 4096))


def test_a_journal_damaged_before_the_start_is_set_aside(
    journal_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    journal = Journal(journal_path)
    journal.write([a_frame(n) for n in range(100)]).result()
    journal.close()
    scribble_over(journal_path)
    journal = Journal(journal_path)
    assert journal.write([a_frame(0)]).result(PATIENCE_S).duplicates == 0
    journal.close()
    assert_set_aside_and_begun_anew(journal_path, caplog)


def test_a_journal_damaged_while_it_is_written_is_set_aside_and_nothing_given_is_lost(
    journal_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    journal = Journal(journal_path)
    journal.write([a_frame(n) for n in range(3000)]).result()
    connection = journal._writer.store.connection
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.execute("PRAGMA cache_size = 0")
    connection.execute("PRAGMA shrink_memory")
    scribble_over(journal_path)
    last = journal.last_id()
    written = journal.write([a_frame(n, boot="abcd") for n in range(100)]).result(PATIENCE_S)
    assert len(written.stored) == 100
    assert written.stored[0].id > last, "sinks go on where they are"
    assert len(journal.after(last, 1000)) == 100
    journal.close()
    assert_set_aside_and_begun_anew(journal_path, caplog)


def test_a_journal_that_a_query_finds_damaged_is_set_aside(
    journal_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The writer may never come to the damaged page, and a sink would wait there for ever."""
    journal = Journal(journal_path)
    journal.write([a_frame(n) for n in range(3000)]).result()
    journal._writer.store.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    scribble_over(journal_path)
    with pytest.raises(sqlite3.DatabaseError):
        journal.after(0, 3000)
    wait_for(lambda: journal._writer.generation == 1)
    assert journal.after(0, 3000) == []
    assert journal.write([a_frame(1)]).result(PATIENCE_S).stored[0].id == 3001
    journal.close()
    assert_set_aside_and_begun_anew(journal_path, caplog)


def test_a_journal_of_a_newer_kit_is_left_alone(journal_path: Path) -> None:
    Journal(journal_path).close()
    with contextlib.closing(sqlite3.connect(journal_path)) as database:
        database.execute("PRAGMA user_version = 99")
    before = journal_path.read_bytes()
    with pytest.raises(FabnumError):
        Journal(journal_path)
    assert journal_path.read_bytes() == before


def test_a_folder_that_cannot_be_written_is_an_error_with_an_action(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(FabnumError) as raised:
        Journal(tmp_path / "file" / "journal.sqlite")
    assert raised.value.action


# --- a full disk


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A real file system of two megabytes."""
    folder = tmp_path / "disk"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=2m", "fabnum-test", str(folder)]
    try:
        mounted = subprocess.run(command, check=False, capture_output=True)
    except FileNotFoundError:
        pytest.skip("no mount command")
    if mounted.returncode:
        pytest.skip("only root can mount a small disk")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def test_a_full_disk_keeps_readings_waiting_and_loses_none(
    small_disk: Path, caplog: pytest.LogCaptureFixture
) -> None:
    journal = Journal(small_disk / "journal.sqlite")
    journal.write([a_frame(0)]).result()
    ballast = small_disk / "ballast"
    with contextlib.suppress(OSError), ballast.open("wb", buffering=0) as file:
        while True:
            file.write(b"\0" * 4096)
    futures = [journal.write([a_frame(n) for n in range(k, k + 500)]) for k in range(1, 5000, 500)]
    wait_for(lambda: journal.trouble is not None)
    wait_for(lambda: "full" in caplog.text)
    assert not futures[-1].done(), "not acknowledged"
    assert journal.latest(AIR) is not None, "still readable"
    ballast.unlink()
    assert sum(len(future.result(PATIENCE_S).stored) for future in futures) == 5000
    assert journal.trouble is None
    assert [stored.frame.seq for stored in journal.after(0, 6000)] == list(range(5001))
    journal.close()


def test_an_end_while_the_disk_is_full_cancels_what_was_not_written(small_disk: Path) -> None:
    journal = Journal(small_disk / "journal.sqlite")
    journal.write([a_frame(0)]).result()
    with contextlib.suppress(OSError), (small_disk / "ballast").open("wb", buffering=0) as file:
        while True:
            file.write(b"\0" * 4096)
    future = journal.write([a_frame(n) for n in range(1, 5000)])
    wait_for(lambda: journal.trouble is not None)
    journal.close(timeout=0.1)
    assert future.cancelled()


SIZE_LIMITED = """
import resource, sys, time
from pathlib import Path
from gateway.journal import Journal
from tests.gateway.frames import a_frame
journal = Journal(Path(sys.argv[1]))
journal.write([a_frame(0)]).result()
_, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, hard))
future = journal.write([a_frame(n) for n in range(1, 5000)])
while journal.trouble is None:
    time.sleep(0.01)
assert not future.done()
resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
assert len(future.result(20).stored) == 4999
assert [stored.frame.seq for stored in journal.after(0, 6000)] == list(range(5000))
journal.close()
"""


@pytest.mark.skipif(not hasattr(resource, "RLIMIT_FSIZE"), reason="no limit on file sizes here")
def test_a_file_that_may_not_grow_keeps_readings_waiting_and_loses_none(journal_path: Path) -> None:
    """The same without root: the system refuses every write beyond a size."""
    subprocess.run([sys.executable, "-c", SIZE_LIMITED, str(journal_path)], check=True, timeout=60)
