"""A board that does not know the time is told at once; a whole town is not told once each."""

import asyncio

import pytest

from gateway import time_teller
from gateway.time_teller import TimeTeller
from kit.errors import FabnumError
from kit.names import DeviceKey

LAMP = DeviceKey("ville", "lampe-1")
STATUS = {"state": "starting", "why": "", "boot": "5f3a", "period": 60}


class Broker:
    def __init__(self, away: bool = False) -> None:
        self.published: list[tuple[str, bytes, int]] = []
        self.away = away

    async def publish(self, topic: str, payload: bytes, qos: int) -> None:
        self.published.append((topic, payload, qos))
        if self.away:
            raise FabnumError("away")


async def settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_a_status_without_time_is_answered_with_the_time() -> None:
    broker = Broker()
    TimeTeller(broker.publish, clock=lambda: 1763700000.7).on_leaf(LAMP, "status", STATUS)
    await settle()
    assert broker.published == [("fabnum/1/time", b"1763700000", 0)]


async def test_who_knows_the_time_or_is_lost_is_not_told() -> None:
    broker = Broker()
    teller = TimeTeller(broker.publish, clock=lambda: 1763700001.7)
    teller.on_leaf(LAMP, "status", {**STATUS, "t": 1763700000})
    teller.on_leaf(LAMP, "status", {"state": "lost", "why": "connection"})
    teller.on_leaf(LAMP, "status", {"state": "sleeping", "wakes": 1763700600})
    teller.on_leaf(LAMP, "about", {"build": "lamp"})
    await settle()
    assert broker.published == []


@pytest.mark.parametrize("wrong_by", [-30, 30])
async def test_a_board_whose_clock_went_wrong_while_it_slept_is_told(wrong_by: float) -> None:
    broker = Broker()
    teller = TimeTeller(broker.publish, clock=lambda: 1763700000.7)
    teller.on_leaf(LAMP, "status", {**STATUS, "state": "ready", "t": 1763700000 + wrong_by})
    await settle()
    assert broker.published == [("fabnum/1/time", b"1763700000", 0)]


async def test_many_boards_at_once_are_told_together(monkeypatch) -> None:
    monkeypatch.setattr(time_teller, "AT_MOST_EVERY_S", 3600.0)
    broker = Broker()
    teller = TimeTeller(broker.publish)
    for _ in range(3):
        teller.on_leaf(LAMP, "status", STATUS)
        await settle()
    assert len(broker.published) == 1
    await teller.close()


async def test_a_broker_that_is_away_does_no_harm() -> None:
    broker = Broker(away=True)
    teller = TimeTeller(broker.publish)
    teller.on_leaf(LAMP, "status", STATUS)
    await settle()
    assert len(broker.published) == 1
    await teller.close()
