"""Frames are dated by the time of their measurement, whenever that becomes known."""

import asyncio
import json
from pathlib import Path

from fabnum.queue import Queue
from fabnum.ring import Ring


class Clock:
    """A clock that is set by hand; ``start`` is the Unix time of monotonic second 0."""

    def __init__(self, start: int | None = None) -> None:
        self.start = start
        self.moment = 0

    def monotonic(self) -> int:
        return self.moment

    def unix_of(self, moment: int) -> int | None:
        return None if self.start is None else self.start + moment

    def now(self) -> int | None:
        return self.unix_of(self.moment)


def queue_in(folder: Path, clock: Clock, boot: str = "aaaa") -> Queue:
    return Queue(Ring(str(folder / "queue"), segments=8, segment_bytes=400), clock, boot)


def sent(queue: Queue) -> list[dict[str, object]]:
    """Take everything, as if the broker acknowledged it."""
    frames: list[dict[str, object]] = []
    while (outgoing := queue.take()) is not None:
        assert len(outgoing.payload) <= 8192
        content = json.loads(outgoing.payload)
        frames += content if isinstance(content, list) else [content]
        queue.remove(outgoing)
    return frames


def test_a_frame_is_what_the_contract_says(tmp_path: Path) -> None:
    queue = queue_in(tmp_path, Clock(1763700000))
    queue.put({"temperature": 21.5})
    assert sent(queue) == [
        {"boot": "aaaa", "seq": 0, "t": 1763700000, "values": {"temperature": 21.5}}
    ]
    assert sent(queue) == []


def test_a_backlog_goes_out_in_order_as_lists(tmp_path: Path) -> None:
    queue = queue_in(tmp_path, Clock(1763700000))
    for _ in range(12):
        queue.put({"co2": 600})
    outgoing = queue.take()
    assert outgoing is not None
    assert isinstance(json.loads(outgoing.payload), list)
    assert [frame["seq"] for frame in sent(queue)] == list(range(12))


def test_frames_from_before_the_time_was_known_are_dated_when_it_is(tmp_path: Path) -> None:
    clock = Clock()
    queue = queue_in(tmp_path, clock)
    for clock.moment in (3, 63):
        queue.put({"co2": 600})
    clock.start = 1763700000
    clock.moment = 100
    assert [frame["t"] for frame in sent(queue)] == [1763700003, 1763700063]


def test_once_dated_they_survive_a_restart(tmp_path: Path) -> None:
    clock = Clock()
    queue = queue_in(tmp_path, clock)
    for clock.moment in range(12):
        queue.put({"co2": 600})
    clock.start = 1763700000
    asyncio.run(queue.date())
    after = queue_in(tmp_path, Clock(), boot="bbbb")
    assert [frame["t"] for frame in sent(after)] == [1763700000 + n for n in range(12)]
    assert after.dropped == 0


def test_undated_frames_of_an_earlier_boot_are_counted_as_dropped(tmp_path: Path) -> None:
    queue_in(tmp_path, Clock()).put({"co2": 600})
    queue_in(tmp_path, Clock(1763700000), boot="bbbb").put({"co2": 700})
    queue = queue_in(tmp_path, Clock(1763800000), boot="cccc")
    assert [frame["boot"] for frame in sent(queue)] == ["bbbb"]
    assert queue.dropped == 1
    assert queue_in(tmp_path, Clock(), boot="dddd").dropped == 1


def test_without_a_time_a_frame_says_how_old_it_is_now(tmp_path: Path) -> None:
    clock = Clock()
    queue = queue_in(tmp_path, clock)
    queue.put({"co2": 600})
    clock.moment = 40
    outgoing = queue.take()
    assert outgoing is not None
    assert outgoing.aged
    clock.moment = 45
    assert sent(queue) == [{"boot": "aaaa", "seq": 0, "age": 45, "values": {"co2": 600}}]


def test_a_dated_frame_does_not_age(tmp_path: Path) -> None:
    queue = queue_in(tmp_path, Clock(1763700000))
    queue.put({"age": 3})
    outgoing = queue.take()
    assert outgoing is not None
    assert not outgoing.aged


def test_what_is_not_removed_is_sent_again_after_a_restart(tmp_path: Path) -> None:
    queue = queue_in(tmp_path, Clock(1763700000))
    queue.put({"co2": 600})
    assert queue.take() is not None
    again = queue_in(tmp_path, Clock(1763700000), boot="bbbb")
    assert [(frame["boot"], frame["seq"]) for frame in sent(again)] == [("aaaa", 0)]


async def test_whoever_waits_is_woken_by_the_first_frame(tmp_path: Path) -> None:
    queue = queue_in(tmp_path, Clock(1763700000))
    waiting = asyncio.create_task(queue.arrival())
    await asyncio.sleep(0)
    assert not waiting.done()
    queue.put({"co2": 600})
    await asyncio.wait_for(waiting, 5)
