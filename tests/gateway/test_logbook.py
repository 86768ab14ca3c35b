"""The logbooks of objects: what is kept, how much of it, and self-tests told twice."""

import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gateway.logbook import KEPT_OF_EACH_KIND, MAX_CONTENT, SAME_TEST_S, Kind, Logbook, outcome
from tests.gateway.frames import AIR, HEM, NOON


@pytest.fixture
def logbook(tmp_path: Path) -> Iterator[Logbook]:
    opened = Logbook(tmp_path / "logbook.sqlite")
    yield opened
    opened.close()


def result(*, passed: bool = True, **more: Any) -> dict[str, Any]:
    return {"passed": passed, "tests": [{"id": "sensor", "passed": passed}], **more}


def test_entries_come_the_newest_first_and_of_one_object_only(logbook: Logbook) -> None:
    logbook.write(AIR, Kind.REPAIR, {"note": "Nouveau câble"}, NOON)
    logbook.write(AIR, Kind.FLASH, {"chip": "esp32"}, NOON + 5)
    logbook.write(HEM, Kind.REPAIR, {"note": "another"}, NOON + 9)
    assert logbook.entries(AIR) == [
        (NOON + 5, Kind.FLASH, {"chip": "esp32"}),
        (NOON, Kind.REPAIR, {"note": "Nouveau câble"}),
    ]
    latest = logbook.latest(AIR, Kind.REPAIR)
    assert latest is not None
    assert latest.content == {"note": "Nouveau câble"}
    assert logbook.latest(HEM, Kind.FLASH) is None


def test_many_tests_push_out_no_repair(logbook: Logbook) -> None:
    logbook.write(AIR, Kind.REPAIR, {"note": "first"}, NOON)
    for number in range(KEPT_OF_EACH_KIND + 20):
        logbook.write(AIR, Kind.FLASH, {"n": number}, NOON + number)
    entries = logbook.entries(AIR)
    assert len(entries) == KEPT_OF_EACH_KIND + 1
    assert entries[0].content == {"n": KEPT_OF_EACH_KIND + 19}
    assert entries[-1].content == {"note": "first"}


@pytest.mark.parametrize("content", [{"x": "é" * MAX_CONTENT}, {"x": {1, 2}, "y": object()}])
def test_what_is_too_long_or_no_json_is_refused(logbook: Logbook, content: Any) -> None:
    with pytest.raises(ValueError, match="entry"):
        logbook.write(AIR, Kind.FLASH, content)
    logbook.write(AIR, Kind.FLASH, {})
    assert len(logbook.entries(AIR)) == 1


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_a_self_test_told_by_bench_and_board_is_one_and_the_longer_account_is_kept(
    logbook: Logbook, order: tuple[int, int]
) -> None:
    accounts = [result(), result(person="asked", chip="esp32")]
    for late, which in enumerate(order):
        logbook.write(AIR, Kind.SELFTEST, accounts[which], NOON + late * 20)
    (entry,) = logbook.entries(AIR)
    assert entry == (NOON, Kind.SELFTEST, accounts[1])


def test_a_board_without_network_tells_of_the_same_test_days_later(logbook: Logbook) -> None:
    logbook.write(AIR, Kind.SELFTEST, result(at=NOON, chip="esp32"), NOON)
    logbook.write(AIR, Kind.SELFTEST, result(at=NOON), NOON + 5 * 86_400)
    logbook.write(AIR, Kind.SELFTEST, result(at=NOON + 60), NOON + 60)
    assert [entry.content["at"] for entry in logbook.entries(AIR)] == [NOON + 60, NOON]


def test_another_outcome_or_a_later_day_is_another_test(logbook: Logbook) -> None:
    logbook.write(AIR, Kind.SELFTEST, result(passed=False), NOON)
    logbook.write(AIR, Kind.SELFTEST, result(), NOON + 10)
    logbook.write(AIR, Kind.SELFTEST, result(), NOON + 11 + SAME_TEST_S)
    logbook.write(HEM, Kind.SELFTEST, result(), NOON + 10)
    assert [entry.content["passed"] for entry in logbook.entries(AIR)] == [True, True, False]


@pytest.mark.parametrize(
    "said", [{}, {"tests": 5}, {"passed": 1, "tests": [None, 3, {"id": []}]}, {"tests": {"a": 1}}]
)
def test_whatever_a_board_says_of_a_test_has_an_outcome(said: dict[str, Any]) -> None:
    assert outcome(said)[0] is False


def test_two_threads_write_at_once(logbook: Logbook, tmp_path: Path) -> None:
    def write(name: str) -> None:
        for number in range(20):
            logbook.write(AIR, Kind.REPAIR, {"note": f"{name} {number}"})

    threads = [threading.Thread(target=write, args=(name,)) for name in "ab"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(logbook.entries(AIR)) == 40
    with sqlite3.connect(tmp_path / "logbook.sqlite") as other:
        assert other.execute("SELECT count(*) FROM entries").fetchone() == (40,)
