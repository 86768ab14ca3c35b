"""A lamp that follows a reading is told of it: soon, seldom enough, and again when it returns."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from gateway import follow
from gateway.commands import Commander
from gateway.follow import TOO_OLD_S, Follower
from gateway.model import Frame
from gateway.registry import Registry
from kit.errors import FabnumError
from kit.names import DeviceKey
from tests.gateway.resident_site import Lamps, device

AIR = DeviceKey("gonesse", "air")
LAMP = DeviceKey("gonesse", "lampe")
NOON = 1_800_000_000.0


class Place:
    """A lamp that follows an air sensor, and what it was told."""

    def __init__(self, registry: Registry, follower: Follower, lamps: Lamps) -> None:
        self.registry = registry
        self.follower = follower
        self.lamps = lamps
        self.now = NOON
        self._seq = 0

    def measure(self, co2: float, at: float = NOON, key: DeviceKey = AIR) -> None:
        self._seq += 1
        self.follower.on_frame(Frame(key, "5f3a", self._seq, at, {"co2": co2}))

    def told(self) -> list[float]:
        return [message["args"]["value"] for _topic, message in self.lamps.published]


@pytest.fixture
async def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Place]:
    monkeypatch.setattr(follow, "AT_MOST_EVERY_S", 0.2)
    monkeypatch.setattr(follow, "LOOK_AGAIN_S", 0.0)
    registry = Registry(tmp_path / "registry.sqlite")
    registry.add(device(AIR, "air", "Salle 1", "Air"))
    registry.add(device(LAMP, "lamp", "Salle 1", "Lampe", "air/co2"))
    lamps = Lamps()
    follower = Follower(registry, Commander(registry, lamps.publish), lambda: NOON)
    yield Place(registry, follower, lamps)
    await follower.close()
    registry.close()


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(30):
        while not true():  # noqa: ASYNC110 - a list has no event
            await asyncio.sleep(0.01)


async def test_a_reading_reaches_the_lamp_as_a_follow_command(place: Place) -> None:
    place.measure(1640)
    await until(lambda: len(place.lamps.published) == 1)
    topic, message = place.lamps.published[0]
    assert topic == "fabnum/1/gonesse/lampe/command"
    assert (message["name"], message["args"]) == ("follow", {"channel": "co2", "value": 1640})


async def test_of_many_readings_the_first_and_then_the_newest_is_told(place: Place) -> None:
    for n in range(50):
        place.measure(600 + n, NOON + n)
    await until(lambda: len(place.told()) == 2)
    assert place.told() == [600, 649]


async def test_the_same_value_is_told_once(place: Place) -> None:
    place.measure(600)
    place.measure(600, NOON + 60)
    await until(lambda: place.told() == [600])
    assert all(lamp.timer is None for lamp in place.follower._lamps.values())


async def test_readings_of_a_backlog_are_not_told(place: Place) -> None:
    place.measure(1900, NOON - TOO_OLD_S - 1)
    place.measure(700, NOON)
    place.measure(1800, NOON - 60)
    await until(lambda: place.told() == [700])


async def test_a_lamp_that_comes_back_is_told_again(place: Place) -> None:
    place.measure(900)
    await until(lambda: place.told() == [900])
    about: dict[str, Any] = {"build": "lamp"}
    place.follower.on_leaf(LAMP, "about", about)
    await until(lambda: place.told() == [900, 900])


async def test_who_follows_what_may_change_while_it_runs(place: Place) -> None:
    other = DeviceKey("gonesse", "air-2")
    place.registry.add(device(other, "air", "Salle 2", "Air 2"))
    place.registry.set_follow(LAMP, "air-2/co2")
    place.measure(1000)
    place.measure(500, key=other)
    await until(lambda: place.told() == [500])
    place.registry.set_follow(LAMP, "")
    place.measure(501, NOON + 1, key=other)
    assert place.follower._lamps == {}


async def test_a_broker_that_is_away_loses_only_that_message(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish = place.lamps.publish

    def away(*_arguments: object, **_options: object) -> None:
        raise FabnumError("The broker is away.")

    monkeypatch.setattr(place.follower._commander, "_publish", away)
    place.measure(900)
    await until(lambda: place.follower._lamps[LAMP].told is None)
    monkeypatch.setattr(place.follower._commander, "_publish", publish)
    place.measure(900, NOON + 60)
    await until(lambda: place.told() == [900])


async def test_an_unchanged_reading_is_told_again_after_a_while(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    place.measure(700)
    await until(lambda: place.told() == [700])
    place.measure(700)
    assert place.told() == [700]
    monkeypatch.setattr(follow, "TELL_AGAIN_AFTER_S", 0.0)
    place.measure(700)
    await until(lambda: place.told() == [700, 700])
