"""The real firmware on a twin, with a real broker, while things go wrong around it."""

import asyncio
import json
import random
import threading
import time

import aiomqtt
import pytest

from device.twin.host import AccessPoint, World
from kit import firmware
from tests.device.open_broker import open_broker
from tests.twins import new_fleet

pytestmark = [pytest.mark.e2e, pytest.mark.servers]

LAB = AccessPoint("lab", "sesame")


class Listener:
    """Hears everything that devices say, and tells them the time as the gateway does."""

    def __init__(self, port):
        self.frames: list[tuple[str, int]] = []
        self.states: list[str] = []
        self.about: list[dict[str, object]] = []
        self._port = port
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def close(self):
        self._loop.call_soon_threadsafe(self._task.cancel)
        self._thread.join()

    def _run(self):
        self._task = self._loop.create_task(self._listen())
        try:
            self._loop.run_until_complete(self._task)
        except asyncio.CancelledError:
            self._loop.close()

    async def _listen(self):
        async with aiomqtt.Client("127.0.0.1", self._port) as client:
            await client.subscribe("fabnum/1/ville/#", qos=1)
            telling = asyncio.create_task(self._tell_time(client))
            try:
                async for message in client.messages:
                    self._take(str(message.topic).rsplit("/", 1)[1], json.loads(message.payload))
            finally:
                telling.cancel()

    async def _tell_time(self, client):
        while True:
            await client.publish("fabnum/1/time", str(int(time.time())))
            await asyncio.sleep(0.2)

    def _take(self, leaf, content):
        if leaf == "telemetry":
            frames = content if isinstance(content, list) else [content]
            self.frames += [(frame["boot"], frame["seq"]) for frame in frames]
        elif leaf == "status":
            self.states.append(content["state"])
        elif leaf == "about":
            self.about.append(content)


@pytest.fixture
def broker(tmp_path):
    with open_broker(tmp_path) as port:
        listener = Listener(port)
        yield port, listener
        listener.close()


@pytest.fixture
def make(broker, tmp_path):
    fleet = new_fleet()

    def make(build, **changes):
        config = {
            "town": "ville",
            "device": "objet",
            "build": build,
            "wifi": [{"ssid": LAB.ssid, "password": LAB.password}],
            "broker": {"host": "127.0.0.1", "port": broker[0], "tls": False},
            "ntp": "",
            "settings": {"window": 0},
            "period": 1,
            **changes,
        }
        folder = tmp_path / "objet"
        world = World(access_points=[LAB])
        return fleet.add(folder, firmware.assemble(build), firmware.identity(config), world)

    with fleet:
        yield make


def arrived(listener):
    """Everything measured has arrived, but for what the board says it has dropped."""
    return lambda twin: len(twin.ledger() - set(listener.frames)) <= twin.dropped()


@pytest.mark.slow
def test_nothing_that_was_measured_is_lost_by_power_cuts(make, broker):
    listener = broker[1]
    twin = make("climate")
    chance = random.Random(3)
    for cycle in range(15):
        measured = len(twin.ledger())
        twin.start()
        wanted = measured + (cycle % 3)
        twin.wait_for(lambda twin, wanted=wanted: len(twin.ledger()) >= wanted)
        time.sleep(chance.random() * 0.4)  # at a random moment of the way
        twin.cut_power()
    twin.start()
    twin.wait_for(lambda twin: len(twin.ledger()) > 15, timeout=60)
    twin.wait_for(arrived(listener), timeout=60)
    assert len(set(listener.frames)) > 10
    assert not any(about["safe_mode"] for about in listener.about)


def test_what_is_measured_without_network_arrives_when_it_is_back(make, broker):
    listener = broker[1]
    twin = make("climate")
    twin.start()
    twin.wait_for(lambda _: listener.frames)
    twin.control(wifi=False)
    before = len(listener.frames)
    measured = len(twin.ledger())
    twin.wait_for(lambda twin: len(twin.ledger()) >= measured + 4)
    assert len(listener.frames) <= before + 1
    twin.control(wifi=True)
    twin.wait_for(lambda _: len(listener.frames) >= before + 4, timeout=60)
    twin.wait_for(arrived(listener))
    assert twin.dropped() == 0
    in_order = list(dict.fromkeys(listener.frames))
    assert in_order == sorted(in_order, key=lambda frame: frame[1])


def test_an_unplugged_sensor_makes_the_object_degraded_until_it_is_back(make, broker):
    listener = broker[1]
    twin = make("climate")
    twin.start()
    twin.wait_for(lambda _: "ready" in listener.states)
    twin.control(parts={"sht31": {"plugged": False}})
    twin.wait_for(lambda _: listener.states[-1] == "degraded")
    twin.control(parts={"sht31": {"plugged": True}})
    twin.wait_for(lambda _: listener.states[-1] == "ready")


def test_the_other_sensor_steps_in(make, broker):
    listener = broker[1]
    twin = make("climate")
    twin.control(parts={"sht31": {"plugged": False}, "dht22": {"plugged": True}})
    twin.start()
    twin.wait_for(lambda _: listener.frames)


def test_a_wrong_wifi_password_is_told_apart(make, broker):
    twin = make("climate", wifi=[{"ssid": "lab", "password": "simsalabim"}])
    twin.start()
    twin.wait_for(lambda twin: "mot de passe est refusé" in twin.console())


@pytest.mark.slow
def test_fifty_fast_power_cycles_do_not_lead_to_safe_mode(make, broker):
    listener = broker[1]
    twin = make("lamp")
    for _ in range(50):
        starts = twin.console().count("Fab’Num")
        twin.start()
        twin.wait_for(lambda twin, starts=starts: twin.console().count("Fab’Num") > starts)
        twin.cut_power()
    twin.start()
    twin.wait_for(lambda _: listener.about and listener.frames)
    assert listener.about[-1]["safe_mode"] is False
    assert listener.about[-1]["hash"] == twin.firmware.hash
