import random
import sqlite3
from concurrent.futures import Future
from pathlib import Path

import pytest

from gateway.journal import Journal, rollup
from gateway.journal.batch import Batch
from gateway.journal.store import Store
from gateway.model import Frame
from tests.gateway.frames import AIR, HEM, NOON, a_frame


@pytest.fixture
def store(journal_path: Path) -> Store:
    return Store(journal_path)


def write(store: Store, frames: list[Frame]) -> None:
    batches = [Batch(Future(), frames)]
    store.prepare(batches)
    store.commit(store.plan(batches))


def roll_up(store: Store) -> None:
    while rollup.merge_some(store):
        pass


def hours(journal_path: Path, channel: str = "co2") -> list[tuple[float, int, float, float, float]]:
    journal = Journal(journal_path)
    found = journal.hourly(AIR, channel, NOON - 86400, NOON + 86400)
    journal.close()
    return [(hour.start, hour.count, hour.minimum, hour.mean, hour.maximum) for hour in found]


def test_an_hour_holds_count_minimum_mean_and_maximum(store: Store, journal_path: Path) -> None:
    write(store, [a_frame(n, values={"co2": value}) for n, value in enumerate((4.0, 1.0, 7.0))])
    roll_up(store)
    assert hours(journal_path) == [(NOON, 3, 1.0, 4.0, 7.0)]


def test_a_whole_hour_begins_the_next(store: Store, journal_path: Path) -> None:
    write(store, [a_frame(n, at=NOON + at) for n, at in enumerate((0, 3599.9, 3600))])
    roll_up(store)
    assert [(start, count) for start, count, *_ in hours(journal_path)] == [
        (NOON, 2),
        (NOON + 3600, 1),
    ]


def test_devices_and_channels_do_not_mix(store: Store, journal_path: Path) -> None:
    write(store, [a_frame(0), a_frame(0, device=HEM, values={"co2": 9999.0})])
    roll_up(store)
    assert hours(journal_path) == [(NOON, 1, 400.0, 400.0, 400.0)]
    assert hours(journal_path, "temperature") == [(NOON, 1, 21.5, 21.5, 21.5)]


def test_a_late_backlog_changes_the_hours_it_belongs_to(store: Store, journal_path: Path) -> None:
    write(store, [a_frame(60, values={"co2": 10.0})])
    roll_up(store)
    write(store, [a_frame(59, values={"co2": 2.0}), a_frame(61, values={"co2": 30.0})])
    roll_up(store)
    assert hours(journal_path) == [(NOON, 1, 2.0, 2.0, 2.0), (NOON + 3600, 2, 10.0, 20.0, 30.0)]


def test_in_whatever_portions_every_frame_counts_once(
    store: Store, journal_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rollup, "FRAMES_AT_ONCE", 7)
    chance = random.Random(5)
    frames = [a_frame(n, values={"co2": chance.uniform(0, 5000)}) for n in range(300)]
    chance.shuffle(frames)
    for start in range(0, 300, 40):
        write(store, frames[start : start + 40])
        rollup.merge_some(store)
    roll_up(store)
    expected: dict[float, list[float]] = {}
    for frame in frames:
        expected.setdefault(frame.time // 3600 * 3600, []).append(frame.values["co2"])
    found = hours(journal_path)
    assert [hour[0] for hour in found] == sorted(expected)
    for start, count, minimum, mean, maximum in found:
        values = expected[start]
        assert (count, minimum, maximum) == (len(values), min(values), max(values))
        assert mean == pytest.approx(sum(values) / count)


def test_a_roll_up_that_fails_half_way_counts_nothing(store: Store, journal_path: Path) -> None:
    write(store, [a_frame(n) for n in range(10)])
    store.connection.execute(
        "CREATE TEMP TRIGGER fault BEFORE INSERT ON marks BEGIN SELECT RAISE(ABORT, 'fault'); END"
    )
    with pytest.raises(sqlite3.IntegrityError):
        rollup.merge_some(store)
    assert hours(journal_path) == []
    store.connection.execute("DROP TRIGGER fault")
    roll_up(store)
    assert sum(count for _, count, *_ in hours(journal_path)) == 10


def test_the_service_rolls_up_by_itself(
    journal_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gateway.journal.writer.CHORES_EVERY_S", 0.01)
    journal = Journal(journal_path)
    journal.write([a_frame(0)]).result()
    while not journal.hourly(AIR, "co2", NOON, NOON + 1):
        pass
    journal.close()
