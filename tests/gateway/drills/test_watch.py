"""What a drill sees of an object in the journal, and of no other."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.drills.watch import FrameSeen, Watcher
from gateway.journal import Journal
from gateway.journal.model import Leaf
from gateway.model import Frame
from kit.names import DeviceKey

KEY = DeviceKey("gonesse", "climat")
OTHER = DeviceKey("gonesse", "urne")
NOON = 1_764_000_000.0


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journal.db"


@pytest.fixture
def journal(path: Path) -> Iterator[Journal]:
    opened = Journal(path)
    yield opened
    opened.close()


def write(journal: Journal, key: DeviceKey, seq: int, **status: object) -> None:
    frame = Frame(key, "aaaa", seq, NOON + seq, {"temperature": 20.0})
    leaves = [Leaf(key, "status", NOON + seq, status)] if status else []
    journal.write([frame], leaves=leaves).result(10)


def test_it_sees_what_comes_after_it_began_and_of_its_object_only(
    journal: Journal, path: Path
) -> None:
    write(journal, KEY, 0, state="ready", boot="aaaa", period=60, dropped=2)
    watcher = Watcher(path, KEY)
    try:
        write(journal, OTHER, 1, state="lost")
        write(journal, KEY, 2)
        watcher.look()
        watcher.look()
    finally:
        watcher.close()
    assert [frame._replace(seen=0) for frame in watcher.frames] == [
        FrameSeen("aaaa", 2, NOON + 2, 0)
    ]
    assert [(state.state, state.dropped) for state in watcher.states] == [("ready", 2)]
    assert (watcher.boot, watcher.period) == ("aaaa", 60)


def test_the_last_will_takes_back_nothing_that_the_object_said(
    journal: Journal, path: Path
) -> None:
    watcher = Watcher(path, KEY)
    try:
        write(journal, KEY, 0, state="ready", boot="aaaa", period=2, dropped=2)
        watcher.look()
        write(journal, KEY, 1, state="lost", why="connection")
        watcher.look()
    finally:
        watcher.close()
    assert [(state.state, state.dropped) for state in watcher.states] == [("ready", 2), ("lost", 2)]
    assert (watcher.boot, watcher.period) == ("aaaa", 2)
