"""A board that sleeps between two readings: the real firmware on a twin, with a real broker."""

import asyncio
import dataclasses
import itertools
import json
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import aiomqtt
import pytest

from device.twin.host import AccessPoint, Twin, World
from kit import firmware
from tests.device.open_broker import open_broker
from tests.twins import new_fleet

pytestmark = [pytest.mark.e2e, pytest.mark.servers]

LAB = AccessPoint("lab", "sesame")
PERIOD = 8
PROGRAM = b"""
from fabnum import station

climate = station.part("sht31")

@station.every(8)
async def measure():
    station.send(**await climate.read())

station.run()
"""
Heard = tuple[str, dict[str, Any], float]
"""Leaf, content, and when it came (Unix seconds)."""


class Listener:
    """Hears everything that the object says; tells the time as the gateway does, when asked to."""

    def __init__(self, port: int) -> None:
        self.heard: list[Heard] = []
        self.tells_time = True
        self._port = port
        self._loop = asyncio.new_event_loop()
        self._task: asyncio.Task[None] | None = None
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def frames(self) -> list[dict[str, Any]]:
        """Return the frames in the order in which they came, repeated ones too."""
        found: list[dict[str, Any]] = []
        for leaf, content, _ in list(self.heard):
            if leaf == "telemetry":
                found += content if isinstance(content, list) else [content]
        return found

    def statuses(self) -> list[dict[str, Any]]:
        return [content for leaf, content, _ in list(self.heard) if leaf == "status"]

    def states(self) -> list[str]:
        return [status["state"] for status in self.statuses()]

    def tell(self, **command: Any) -> None:
        """Send a command, at the moment that the object hears it."""
        future = asyncio.run_coroutine_threadsafe(self._tell(command), self._loop)
        future.result(10)

    async def _tell(self, command: dict[str, Any]) -> None:
        await self._client.publish("fabnum/1/ville/objet/command", json.dumps(command), qos=1)

    def close(self) -> None:
        assert self._task is not None
        self._loop.call_soon_threadsafe(self._task.cancel)
        self._thread.join()

    def _run(self) -> None:
        self._task = self._loop.create_task(self._listen())
        try:
            self._loop.run_until_complete(self._task)
        except asyncio.CancelledError:
            self._loop.close()

    async def _listen(self) -> None:
        async with aiomqtt.Client("127.0.0.1", self._port) as self._client:
            await self._client.subscribe("fabnum/1/ville/objet/#", qos=1)
            telling = asyncio.create_task(self._tell_time())
            try:
                async for message in self._client.messages:
                    leaf = str(message.topic).rsplit("/", 1)[1]
                    if leaf != "command":
                        assert isinstance(message.payload, bytes)
                        self.heard.append((leaf, json.loads(message.payload), time.time()))
            finally:
                telling.cancel()

    async def _tell_time(self) -> None:
        while True:
            if self.tells_time:
                await self._client.publish("fabnum/1/time", str(int(time.time())))
            await asyncio.sleep(0.2)


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[tuple[int, Listener]]:
    with open_broker(tmp_path) as port:
        listener = Listener(port)
        yield port, listener
        listener.close()


Make = Callable[..., Twin]


@pytest.fixture
def make(broker: tuple[int, Listener], tmp_path: Path) -> Iterator[Make]:
    fleet = new_fleet()

    def make(main: bytes = PROGRAM, *, sleeps: bool = True, **changes: Any) -> Twin:
        settings = {"window": 0, "awake": 0, **changes.pop("settings", {})}
        config = {
            "town": "ville",
            "device": "objet",
            "build": "climate",
            "wifi": [{"ssid": LAB.ssid, "password": LAB.password}],
            "broker": {"host": "127.0.0.1", "port": broker[0], "tls": False},
            "ntp": "",
            "deployed": True,
            "settings": settings,
            **changes,
        }
        built = sleeping(main) if sleeps else firmware.assemble("climate", main)
        world = World(access_points=[LAB])
        return fleet.add(tmp_path / "objet", built, firmware.identity(config), world)

    with fleet:
        yield make


def sleeping(main: bytes) -> firmware.Firmware:
    """Return the firmware of a build that sleeps: the room's climate, on a battery."""
    built = firmware.assemble("climate", main)
    description = {**json.loads(built.program["build.json"]), "sleeps": True}
    program = {**built.program, "build.json": json.dumps(description).encode()}
    return dataclasses.replace(built, program=program)


def wakings(count: int) -> Callable[[Twin], bool]:
    """Hold once it has woken so often."""
    return lambda twin: twin.causes.count("sleep") >= count


def asleep(count: int) -> Callable[[Twin], bool]:
    """Hold once it has fallen asleep so often."""
    return lambda twin: twin.ends.count("sleep") >= count


def test_it_measures_once_at_each_waking_and_says_until_when_it_sleeps(
    make: Make, broker: tuple[int, Listener]
) -> None:
    listener = broker[1]
    twin = make()
    twin.start()
    twin.wait_for(asleep(4), timeout=90)
    assert set(twin.causes) == {"power", "sleep"}
    frames = listener.frames()
    assert numbers(listener) == twin.ledger()
    # A boot goes on through sleep: what is missing between two wakings would show as a gap.
    assert [frame["seq"] for frame in frames] == [0, 1, 2, 3]
    times = [frame["t"] for frame in frames]
    steps = [after - before for before, after in itertools.pairwise(times)]
    assert all(PERIOD - 3 <= step < 2 * PERIOD for step in steps), steps  # none is left out
    assert listener.states() == ["ready", "sleeping"] * 4
    for leaf, content, when in listener.heard:
        if leaf == "status" and content["state"] == "sleeping":
            assert when < content["wakes"] <= when + PERIOD + 1
    assert twin.dropped() == 0


def test_a_command_keeps_it_awake_so_that_more_can_be_said(
    make: Make, broker: tuple[int, Listener]
) -> None:
    listener = broker[1]
    twin = make(settings={"awake": 5})
    twin.start()
    twin.wait_for(asleep(1), timeout=60)
    told = len(listener.heard)
    twin.wait_for(lambda _: "ready" in [c.get("state") for _, c, _ in listener.heard[told:]])
    listener.tell(id="one", name="report")
    twin.wait_for(lambda _: any(leaf == "ack" for leaf, _, _ in listener.heard[told:]))
    answered = time.time()
    twin.wait_for(asleep(2), timeout=60)
    slept = [when for _, content, when in listener.heard if content.get("state") == "sleeping"]
    assert slept[-1] >= answered + 4


@pytest.mark.parametrize(
    "changes",
    [{"deployed": False}, {"settings": {"sleep": False}}, {"sleeps": False}],
    ids=["on the bench", "told not to", "a build that does not"],
)
def test_it_stays_awake(make: Make, broker: tuple[int, Listener], changes: dict[str, Any]) -> None:
    listener = broker[1]
    twin = make(period=1, **changes)
    twin.start()
    twin.wait_for(lambda _: len(listener.frames()) > 5)
    assert twin.ends == []
    assert "sleeping" not in listener.states()


def test_a_power_cut_while_it_sleeps_or_is_awake_loses_nothing(
    make: Make, broker: tuple[int, Listener]
) -> None:
    listener = broker[1]
    twin = make()
    for awake in (False, True, False):
        twin.start()
        twin.wait_for(asleep(twin.ends.count("sleep") + 1), timeout=60)
        if awake:
            wanted = twin.causes.count("sleep") + 1
            twin.wait_for(wakings(wanted), timeout=60)
            ready = listener.states().count("ready")
            twin.wait_for(lambda _, ready=ready: listener.states().count("ready") > ready)
        twin.cut_power()
    assert twin.ledger() <= numbers(listener)
    assert twin.dropped() == 0
    # With the power went the memory of the sleep: each start is a boot of its own.
    assert len({boot for boot, _ in numbers(listener)}) == 3


def test_what_the_broker_says_in_its_place_is_that_it_sleeps(
    make: Make, broker: tuple[int, Listener]
) -> None:
    listener = broker[1]
    twin = make()
    twin.start()
    twin.wait_for(wakings(1), timeout=60)
    twin.wait_for(lambda _: listener.states().count("ready") == 2)
    twin.cut_power()  # it dies awake, without a word
    twin.wait_for(lambda _: listener.statuses()[-1].get("why") == "connection")
    said = listener.statuses()[-1]
    assert said["state"] == "sleeping"
    assert time.time() < said["wakes"] <= time.time() + PERIOD + 1


OVER_A_THRESHOLD = b"""
from fabnum import station

climate = station.part("sht31")

@station.every(8)
async def measure():
    station.send(**await climate.read())

@station.above("temperature", 1)
def warm():
    station.event("warm")

station.run()
"""


def test_a_threshold_that_was_reached_calls_nobody_again_at_each_waking(
    make: Make, broker: tuple[int, Listener]
) -> None:
    listener = broker[1]
    twin = make(OVER_A_THRESHOLD)
    twin.start()
    twin.wait_for(asleep(3), timeout=90)
    events = [content["name"] for leaf, content, _ in listener.heard if leaf == "event"]
    assert events == ["warm"]


CRASHING = b"""
from fabnum import app, station

async def crash(self):
    print("it breaks")
    raise OSError(5)

app.App._main = crash
station.run()
"""


def test_safe_mode_stays_awake_for_a_while_and_the_next_waking_tries_the_program_again(
    make: Make, broker: tuple[int, Listener]
) -> None:
    listener = broker[1]
    twin = make(CRASHING, period=PERIOD, settings={"awake": 3})
    twin.start()
    twin.wait_for(asleep(1), timeout=90)
    assert twin.ends == ["reset"] * 3 + ["sleep"]
    assert listener.statuses()[-1]["why"] == "safe-mode"
    breaks = twin.console().count("it breaks\n")
    twin.wait_for(lambda twin: twin.console().count("it breaks\n") > breaks, timeout=60)


CRASHING_NOW_AND_THEN = b"""
from fabnum import station
import machine, os

climate = station.part("sht31")

@station.every(8)
async def measure():
    station.send(**await climate.read())
    if "crash" in os.listdir("/"):
        os.remove("/crash")
        station.current.app.health.crashed()
        machine.reset()
    open("/crash", "w").close()

station.run()
"""


def test_a_crash_now_and_then_is_forgotten_and_no_number_is_used_twice(
    make: Make, broker: tuple[int, Listener]
) -> None:
    """Between two crashes lies a whole waking each time: that is as good as a healthy minute."""
    listener = broker[1]
    twin = make(CRASHING_NOW_AND_THEN)
    twin.start()
    twin.wait_for(lambda twin: twin.ends.count("reset") == 4, timeout=120)
    twin.wait_for(asleep(5), timeout=60)
    assert "Mode sans échec" not in twin.console()
    assert twin.ledger() == numbers(listener)
    assert len(numbers(listener)) >= 8


@pytest.mark.slow
def test_without_network_it_goes_on_measuring_and_tries_less_and_less_often(
    make: Make, broker: tuple[int, Listener]
) -> None:
    """Also before anybody has told it the time: what it measured is dated when somebody does."""
    listener = broker[1]
    twin = make()
    twin.control(wifi=False)
    began = time.time()
    twin.start()
    twin.wait_for(asleep(5), timeout=240)
    assert listener.heard == []
    measured = len(twin.ledger())
    assert measured >= 5
    twin.control(wifi=True)
    twin.wait_for(lambda twin: twin.ledger() <= numbers(listener), timeout=240)
    assert twin.dropped() == 0
    frames = listener.frames()
    assert len(frames) == len(numbers(listener)) > measured
    assert len({frame["boot"] for frame in frames}) == 1
    assert [frame["seq"] for frame in frames] == sorted(frame["seq"] for frame in frames)
    times = [frame["t"] for frame in frames]
    assert times == sorted(times)
    assert began - 2 <= times[0] <= began + 10
    assert times[-1] <= time.time() + 2


def numbers(listener: Listener) -> set[tuple[str, int]]:
    return {(frame["boot"], frame["seq"]) for frame in listener.frames()}
