import logging
from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path

import pytest

from gateway.journal import rollup
from gateway.journal.batch import Batch
from gateway.journal.retention import Retention, used_bytes
from gateway.journal.store import Store
from gateway.model import Frame
from kit.settings import JournalLimits
from kit.signals import GATEWAY, key_of_object, key_of_town
from tests.gateway.frames import AIR, a_frame, recent

KEEP_30_DAYS = Retention(JournalLimits(retention_days=30))
OLD = 1_763_726_400.0 - 400 * 86400


@pytest.fixture
def store(journal_path: Path) -> Iterator[Store]:
    opened = Store(journal_path)
    yield opened
    opened.close()


def write(store: Store, frames: list[Frame]) -> None:
    batches = [Batch(Future(), frames)]
    store.prepare(batches)
    store.commit(store.plan(batches))
    while rollup.merge_some(store):
        pass


def tidy(store: Store, retention: Retention = KEEP_30_DAYS, sinks: tuple[str, ...] = ()) -> None:
    while retention.drop_some(store, sinks):
        pass


def kept(store: Store) -> list[int]:
    return [seq for (seq,) in store.connection.execute("SELECT seq FROM frames ORDER BY id")]


def hours(store: Store) -> int:
    (count,) = store.connection.execute("SELECT SUM(count) FROM hours").fetchone()
    return int(count)


def test_frames_past_their_days_leave_and_the_others_stay(store: Store) -> None:
    write(store, [a_frame(n, at=OLD + n) for n in range(5)] + [recent(n) for n in range(5, 8)])
    tidy(store)
    assert kept(store) == [5, 6, 7]


def test_many_frames_leave_in_small_portions(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.journal.retention.FRAMES_AT_ONCE", 10)
    write(store, [a_frame(n, at=OLD + n) for n in range(55)] + [recent(99)])
    assert KEEP_30_DAYS.drop_some(store, ())
    assert len(kept(store)) == 46
    tidy(store)
    assert kept(store) == [99]


def test_roll_ups_stay(store: Store) -> None:
    write(store, [a_frame(n, at=OLD + n) for n in range(5)])
    before = hours(store)
    tidy(store)
    assert kept(store) == []
    assert hours(store) == before


def test_roll_ups_of_watched_objects_and_of_the_gateway_leave_with_their_frames(
    store: Store,
) -> None:
    towns = key_of_town("gonesse")
    watched = [key_of_object(AIR), GATEWAY]
    values = {"age": 30.0, "firmware.0.1.0": 1.0, "wifi": -60.0}
    for key in (*watched, towns, AIR):
        old = [a_frame(n, device=key, at=OLD + n, values=values) for n in range(5)]
        write(store, [*old, recent(9)._replace(device=key, values=values)])
    tidy(store, Retention(JournalLimits(retention_days=30)))
    left = store.connection.execute("SELECT device, SUM(count) FROM hours GROUP BY 1").fetchall()
    numbers = {key: store.devices[key] for key in (*watched, towns, AIR)}
    assert dict(left) == {
        **{numbers[key]: len(values) for key in watched},
        **{numbers[key]: 6 * len(values) for key in (towns, AIR)},
    }


def test_a_frame_that_is_not_rolled_up_stays(store: Store) -> None:
    batches = [Batch(Future(), [a_frame(0, at=OLD)])]
    store.prepare(batches)
    store.commit(store.plan(batches))
    tidy(store)
    assert kept(store) == [0]


def test_a_frame_that_a_sink_has_not_read_stays(store: Store) -> None:
    write(store, [a_frame(n, at=OLD + n) for n in range(5)])
    store.cursors["influx"] = 3
    tidy(store, sinks=("influx",))
    assert kept(store) == [3, 4]
    assert store.unread_dropped == 0


def test_the_size_cap_drops_the_oldest_and_says_which_were_unread(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    small = Retention(JournalLimits(size_cap_mib=16))
    while used_bytes(store.connection) < 18 * 2**20:
        last = store.last_id
        write(store, [recent(n) for n in range(last, last + 20_000)])
    total = store.last_id
    store.cursors["influx"] = 1000
    tidy(store, small, sinks=("influx",))
    left = kept(store)
    assert used_bytes(store.connection) <= 16 * 2**20
    assert left == list(range(total - len(left), total)), "the oldest went first"
    assert store.unread_dropped == total - len(left) - 1000
    assert hours(store) == 2 * total
    assert any(record.levelno == logging.WARNING for record in caplog.records)


def test_what_was_dropped_unread_is_still_known_after_a_restart(journal_path: Path) -> None:
    store = Store(journal_path)
    write(store, [recent(n) for n in range(10)])
    store.drop_frames(4, unread=3)
    store.close()
    store = Store(journal_path)
    assert store.unread_dropped == 3
    assert (store.first_id, store.last_id) == (5, 10)
    store.close()


def test_a_repeated_frame_is_recognised_after_it_has_left(store: Store) -> None:
    write(store, [a_frame(n, at=OLD + n) for n in range(5)])
    tidy(store)
    write(store, [a_frame(n, at=OLD + n) for n in range(5)])
    assert kept(store) == []
    assert store.duplicates == 5
