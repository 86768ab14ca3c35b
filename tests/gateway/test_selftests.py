"""Self-tests that objects tell of over MQTT."""

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gateway.logbook import MAX_CONTENT, Kind, Logbook
from gateway.noted_events import WAITING
from gateway.selftests import SelfTests
from tests.gateway.frames import AIR, NOON

RESULT = {"passed": True, "tests": [{"id": "sensor", "passed": True}]}


@pytest.fixture
def logbook(tmp_path: Path) -> Iterator[Logbook]:
    opened = Logbook(tmp_path / "logbook.sqlite")
    yield opened
    opened.close()


async def test_a_self_test_is_noted(logbook: Logbook) -> None:
    selftests = SelfTests(logbook)
    running = asyncio.create_task(selftests.run())
    selftests.on_leaf(AIR, "event", {"name": "self-test", "data": RESULT})
    async with asyncio.timeout(20):
        while not logbook.entries(AIR):  # noqa: ASYNC110 - another thread writes it
            await asyncio.sleep(0.005)
    running.cancel()
    (entry,) = logbook.entries(AIR)
    assert (entry.kind, entry.content) == (Kind.SELFTEST, RESULT)


@pytest.mark.parametrize("at", [5, -1, 1e300, "yesterday", None, True])
def test_a_test_is_dated_by_the_board_only_where_it_knows_the_time(
    logbook: Logbook, at: object
) -> None:
    selftests = SelfTests(logbook)
    before = time.time()
    for said in (at, NOON):
        data = {**RESULT, "at": said}
        selftests.on_leaf(AIR, "event", {"name": "self-test", "data": data})
    selftests.write_down()
    times = [entry.time for entry in logbook.entries(AIR)]
    assert times[1] == NOON
    assert before <= times[0] <= time.time()


@pytest.mark.parametrize(
    ("leaf", "payload"),
    [
        ("event", {"name": "button", "data": {"presses": 1}}),
        ("event", {"name": "self-test"}),
        ("event", {"name": "self-test", "data": "good"}),
        ("event", {"name": ["self-test"], "data": {}}),
        ("status", {"name": "self-test", "data": RESULT}),
    ],
)
def test_nothing_else_is(logbook: Logbook, leaf: str, payload: dict[str, Any]) -> None:
    selftests = SelfTests(logbook)
    selftests.on_leaf(AIR, leaf, payload)
    selftests.write_down()
    assert logbook.entries(AIR) == []


def test_what_cannot_be_noted_keeps_nothing_else_waiting(logbook: Logbook) -> None:
    selftests = SelfTests(logbook)
    for data in ({"x": "y" * MAX_CONTENT}, RESULT):
        selftests.on_leaf(AIR, "event", {"name": "self-test", "data": data})
    selftests.write_down()
    assert [entry.content for entry in logbook.entries(AIR)] == [RESULT]


def test_an_object_gone_wild_fills_no_memory(logbook: Logbook) -> None:
    selftests = SelfTests(logbook)
    for number in range(WAITING * 2):
        selftests.on_leaf(AIR, "event", {"name": "self-test", "data": {"n": number}})
    assert len(selftests._heard) == WAITING
