"""The ring keeps order, bounds itself, counts what it drops, and bears power loss and bad flash."""

from collections.abc import Callable
from pathlib import Path

import pytest
from fabnum.ring import Ring

SCRIPTS = Path(__file__).parent / "micropython"


def ring_in(folder: Path, **limits: int) -> Ring:
    return Ring(str(folder / "queue"), **{"segments": 4, "segment_bytes": 100, **limits})


def drain(ring: Ring) -> list[int]:
    found = []
    while (batch := ring.take()) is not None:
        found += [int(record.split()[0]) for record in batch.records]
        ring.remove(batch)
    return found


def fill(ring: Ring, numbers: range) -> None:
    for number in numbers:
        ring.append(b"%d %s" % (number, b"x" * 20))


def test_records_come_back_in_order_after_a_restart(tmp_path: Path) -> None:
    fill(ring_in(tmp_path), range(8))
    fill(ring_in(tmp_path), range(8, 10))
    ring = ring_in(tmp_path)
    assert len(ring) == 10
    assert drain(ring) == list(range(10))
    assert drain(ring_in(tmp_path)) == []


def test_many_restarts_do_not_use_up_the_segments(tmp_path: Path) -> None:
    for number in range(9):
        fill(ring_in(tmp_path), range(number, number + 1))
    ring = ring_in(tmp_path)
    assert ring.dropped == 0
    assert drain(ring) == list(range(9))


def test_the_oldest_are_dropped_and_the_number_survives_restarts(tmp_path: Path) -> None:
    fill(ring_in(tmp_path), range(30))
    ring = ring_in(tmp_path)
    kept = drain(ring)
    assert kept == list(range(30 - len(kept), 30))
    assert ring.dropped == 30 - len(kept) > 0
    fill(ring, range(30, 32))
    assert ring_in(tmp_path).dropped == ring.dropped


def test_what_is_on_its_way_out_is_not_dropped(tmp_path: Path) -> None:
    ring = ring_in(tmp_path)
    fill(ring, range(3))
    batch = ring.take()
    assert batch is not None
    fill(ring, range(3, 40))
    assert ring.take().records == batch.records  # type: ignore[union-attr]
    ring.remove(batch)
    assert len(batch.records) + ring.dropped + len(drain(ring)) == 40


def test_a_batch_is_taken_again_until_it_is_removed(tmp_path: Path) -> None:
    ring = ring_in(tmp_path)
    fill(ring, range(2))
    assert ring.take().records == ring.take().records  # type: ignore[union-attr]
    assert drain(ring_in(tmp_path)) == [0, 1]


def test_a_record_that_does_not_fit_is_refused(tmp_path: Path) -> None:
    for record in (b"", b"x" * 95):
        with pytest.raises(ValueError, match="bytes"):
            ring_in(tmp_path).append(record)


def test_a_torn_end_and_foreign_files_do_no_harm(tmp_path: Path) -> None:
    fill(ring_in(tmp_path), range(2))
    (segment,) = (tmp_path / "queue").glob("*.q1")
    segment.write_bytes(segment.read_bytes() + b"\x20\x00torn")
    (tmp_path / "queue" / "readme.txt").write_text("not ours")
    (tmp_path / "queue" / "dropped.new").write_bytes(b"half")
    ring = ring_in(tmp_path)
    fill(ring, range(2, 4))
    assert drain(ring) == [0, 1, 2, 3]
    assert ring.dropped == 0


def test_a_spoilt_record_counts_as_dropped_once(tmp_path: Path) -> None:
    fill(ring_in(tmp_path), range(3))
    (segment,) = (tmp_path / "queue").glob("*.q1")
    image = bytearray(segment.read_bytes())
    image[8] ^= 0xFF
    segment.write_bytes(image)
    assert ring_in(tmp_path).dropped == 0  # not before it would have gone out
    ring = ring_in(tmp_path)
    assert drain(ring) == [1, 2]
    assert ring.dropped == ring_in(tmp_path).dropped == 1


def test_without_flash_records_wait_in_memory(tmp_path: Path) -> None:
    (tmp_path / "queue").write_text("a file where the folder should be")
    ring = ring_in(tmp_path, spare=5)
    fill(ring, range(7))
    assert ring.spare
    assert ring.dropped == 2
    (tmp_path / "queue").unlink()
    fill(ring, range(7, 8))
    assert not ring.spare
    assert drain(ring) == [2, 3, 4, 5, 6, 7]
    fill(ring, range(8, 9))
    assert ring_in(tmp_path).dropped == 2


def test_what_waits_in_memory_can_go_out(tmp_path: Path) -> None:
    (tmp_path / "queue").write_text("a file where the folder should be")
    ring = ring_in(tmp_path)
    fill(ring, range(3))
    assert drain(ring) == [0, 1, 2]


@pytest.mark.parametrize("step", [97, pytest.param(3, marks=pytest.mark.slow)])
def test_power_may_fail_at_any_byte(run_micropython: Callable[..., str], step: int) -> None:
    script = SCRIPTS / "power_cut.py"
    output = run_micropython(script, 0, 1_000_000, step, heap="8m", timeout=280)
    lines = output.splitlines()
    assert lines[-1] == "kept"
    assert int(lines[-2].split()[1]) > 100


def test_a_full_or_failing_flash_is_no_error(run_micropython: Callable[..., str]) -> None:
    assert run_micropython(SCRIPTS / "bad_flash.py", heap="2m").splitlines()[-1] == "kept"
