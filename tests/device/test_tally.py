"""Counts outlive power cuts, are told once, and cost the flash nothing while nobody counts."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from drivers.errors import SensorError, SensorMissing
from fabnum.queue import Queue
from fabnum.ring import Ring
from fabnum.tally import Tally
from hypothesis import given
from hypothesis import strategies as st

SCRIPTS = Path(__file__).parent / "micropython"
CHANNELS = ["entries", "exits"]


class Clock:
    """A clock that is set by hand."""

    def __init__(self, start: int | None = 1763700000) -> None:
        self.start = start

    def monotonic(self) -> int:
        return 60

    def unix_of(self, moment: int) -> int | None:
        return None if self.start is None else self.start + moment

    def now(self) -> int | None:
        return self.unix_of(60)


class Gate:
    """A part that counts; ``channels`` as its driver has them."""

    def __init__(self) -> None:
        self.driver = self
        self.channels = tuple(CHANNELS)
        self.tally: Tally | None = None
        self.failing = False
        self.new = dict.fromkeys(CHANNELS, 0)

    def walk(self, entries: int = 0, exits: int = 0) -> None:
        self.new["entries"] += entries
        self.new["exits"] += exits

    async def measure(self) -> dict[str, int]:
        if self.failing:
            raise SensorMissing("gate")
        new, self.new = self.new, dict.fromkeys(CHANNELS, 0)
        return new


class Board:
    """The firmware around a gate, as far as counts go through it; ``folder``: its flash."""

    def __init__(self, folder: Path, boot: str = "aaaa", clock: Clock | None = None) -> None:
        self.clock = clock or Clock()
        self.file = folder / "tally.json"
        self.queue = Queue(Ring(str(folder / "queue")), self.clock, boot)
        self.tally = Tally(str(self.file), CHANNELS, self.queue, self.clock, boot)
        self.gate = Gate()
        self.tally.serve([self.gate])

    def read(self) -> dict[str, int]:
        return asyncio.run(self.tally.read(self.gate))

    def gather(self) -> None:
        asyncio.run(self.tally.gather())

    def arrived(self) -> list[dict[str, Any]]:
        """Let the broker have all frames; return their values."""
        values = []
        while (outgoing := self.queue.take()) is not None:
            content = json.loads(outgoing.payload)
            frames = content if isinstance(content, list) else [content]
            values += [frame["values"] for frame in frames]
            self.queue.remove(outgoing)
        return values


def test_a_reading_is_what_was_counted_since_the_last_one_that_was_sent(tmp_path: Path) -> None:
    board = Board(tmp_path)
    board.gate.walk(entries=2)
    assert board.read() == {"entries": 2, "exits": 0}
    board.gate.walk(exits=1)
    assert board.read() == {"entries": 2, "exits": 1}, "shown, but not sent"
    board.tally.put(board.read())
    board.gate.walk(entries=1)
    assert board.read() == {"entries": 1, "exits": 0}
    assert board.arrived() == [{"entries": 2, "exits": 1}]


def test_what_is_counted_while_a_reading_is_sent_belongs_to_the_next(tmp_path: Path) -> None:
    board = Board(tmp_path)
    board.gate.walk(entries=2)
    reading = board.read()
    board.gate.walk(entries=3)
    board.gather()
    board.tally.put(reading)
    assert board.read() == {"entries": 3, "exits": 0}


def test_counts_outlive_a_power_cut_but_for_the_last_minute(tmp_path: Path) -> None:
    board = Board(tmp_path)
    board.gate.walk(entries=7)
    board.gather()
    board.gate.walk(entries=1)
    assert Board(tmp_path, "bbbb").read() == {"entries": 7, "exits": 0}


def test_nothing_is_written_while_nobody_is_counted(tmp_path: Path) -> None:
    board = Board(tmp_path)
    board.gather()
    board.tally.put(board.read())
    assert not board.file.exists()
    board.gate.walk(exits=1)
    board.gather()
    board.file.unlink()
    board.gather()
    board = Board(tmp_path, "bbbb")
    board.gather()
    assert not board.file.exists()


def test_a_frame_that_lost_its_time_gives_its_counts_back(tmp_path: Path) -> None:
    board = Board(tmp_path, clock=Clock(None))
    board.gate.walk(entries=4)
    board.tally.put(board.read())
    assert board.read() == {"entries": 0, "exits": 0}
    board = Board(tmp_path, "bbbb")
    assert board.arrived() == [], "measured at a time that nobody knows"
    assert board.read() == {"entries": 4, "exits": 0}
    board.tally.put(board.read())
    assert Board(tmp_path, "cccc").read() == {"entries": 0, "exits": 0}
    assert board.arrived() == [{"entries": 4, "exits": 0}]


def test_a_frame_that_got_its_time_keeps_its_counts(tmp_path: Path) -> None:
    board = Board(tmp_path, clock=Clock(None))
    board.gate.walk(entries=4)
    board.tally.put(board.read())
    board.clock.start = 1763700000
    asyncio.run(board.queue.date())
    board.tally.strike_out()
    board = Board(tmp_path, "bbbb")
    assert board.arrived() == [{"entries": 4, "exits": 0}]
    assert board.read() == {"entries": 0, "exits": 0}


def test_what_waits_is_told_though_the_sensor_is_away(tmp_path: Path) -> None:
    board = Board(tmp_path)
    board.gate.walk(entries=4)
    board.gather()
    board.gate.failing = True
    board.gather()
    board.tally.put(board.read())
    assert board.arrived() == [{"entries": 4, "exits": 0}]
    with pytest.raises(SensorError):
        board.read()


def test_a_frame_too_large_for_the_queue_loses_no_count(tmp_path: Path) -> None:
    board = Board(tmp_path)
    board.gate.walk(entries=4)
    with pytest.raises(ValueError, match="bytes"):
        board.tally.put({**board.read(), "x" * 5000: 1})
    assert board.read() == {"entries": 4, "exits": 0}
    assert Board(tmp_path, "bbbb").read() == {"entries": 4, "exits": 0}


def test_a_program_that_sends_other_numbers_takes_no_more_than_there_is(tmp_path: Path) -> None:
    board = Board(tmp_path)
    board.gate.walk(entries=4, exits=4)
    board.read()
    board.tally.put({"entries": 100, "exits": -5})
    assert board.read() == {"entries": 0, "exits": 4}


def test_a_flash_that_fails_is_no_error(tmp_path: Path) -> None:
    board = Board(tmp_path)
    (tmp_path / "tally.json.new").mkdir()
    board.gate.walk(entries=4)
    board.gather()
    assert board.read() == {"entries": 4, "exits": 0}
    (tmp_path / "tally.json.new").rmdir()
    board.gather()
    assert Board(tmp_path, "bbbb").read() == {"entries": 4, "exits": 0}


def test_counts_of_another_build_are_left_out(tmp_path: Path) -> None:
    counts = {"option1": 3, "entries": 2}
    (tmp_path / "tally.json").write_text(json.dumps({"counts": counts, "noted": [], "boot": ""}))
    assert Board(tmp_path).read() == {"entries": 2, "exits": 0}


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
files = st.binary(max_size=60) | st.fixed_dictionaries(
    {"counts": json_values, "noted": json_values, "boot": json_values}
).map(lambda content: json.dumps(content).encode())


@given(files)
def test_a_spoilt_file_costs_its_counts_and_nothing_else(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    folder = tmp_path_factory.mktemp("flash")
    (folder / "tally.json").write_bytes(content)
    board = Board(folder)
    board.gate.walk(entries=2)
    board.gather()
    board.tally.put(board.read())
    assert board.arrived()[0]["entries"] >= 2
    assert Board(folder, "bbbb").read() == {"entries": 0, "exits": 0}


@pytest.mark.parametrize("step", [37, pytest.param(3, marks=pytest.mark.slow)])
def test_power_may_fail_at_any_byte(run_micropython: Callable[..., str], step: int) -> None:
    script = SCRIPTS / "power_cut_tally.py"
    output = run_micropython(script, 0, 1_000_000, step, heap="8m", timeout=280)
    lines = output.splitlines()
    assert lines[-1] == "kept"
    assert int(lines[-2].split()[1]) > 100
