"""A virtual board with the firmware of a build on it, at a broker that really runs."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import aiomqtt
from msgspec.structs import replace

from device.twin.host import AccessPoint
from device.twin.virtual import VirtualBench, VirtualBoard, virtual_image
from kit import firmware
from kit.catalogue import load_build
from kit.cli.bench_virtual import Hand
from kit.cli.person import Nobody
from provisioning import install, selftest
from provisioning.bench.model import Job, Question
from provisioning.board import Board
from tests.device.brokers import PASSWORD, USER, Mosquitto

WIFI = AccessPoint("atelier", "sesame-sesame", rssi=-58)


class AttentiveHand(Hand):
    """Does what is asked, and remembers it; ``skips``: how often it first does nothing."""

    def __init__(self, board: VirtualBoard) -> None:
        super().__init__([board], Nobody())
        self.asked: list[Question] = []
        self.skips = 0

    async def answer(self, job: Job, question: Question) -> bool | None:
        self.asked.append(question)
        if self.skips:
            self.skips -= 1
            return None
        return await super().answer(job, question)


class TestedBoard:
    """One board on the bench, and what stands around it."""

    __test__ = False

    def __init__(self, board: VirtualBoard, build: str, broker: Mosquitto) -> None:
        self.virtual = board
        self.build = build
        self.broker = broker
        self.bench = Board(str(board.port))
        self.hand = AttentiveHand(board)
        self.said: list[str] = []

    async def install(self, main: bytes | None = None) -> None:
        files = firmware.assemble(self.build, main).files
        await install.install(self.bench, files, self.progress)

    async def enrol(self, authority: bytes | None = None, **changes: Any) -> None:
        """Give it its configuration, the broker's part of it changed by ``broker``."""
        to = {"host": "127.0.0.1", "port": self.broker.port, "user": USER, "password": PASSWORD}
        config = {
            "town": "ville",
            "device": "objet",
            "build": self.build,
            "wifi": [{"ssid": WIFI.ssid, "password": WIFI.password}],
            "ntp": "",
            "settings": {"window": 0},
            **changes,
            "broker": {**to, **changes.get("broker", {})},
        }
        certificate = authority or self.broker.authority.der()
        await install.put_identity(self.bench, firmware.identity(config, certificate))

    async def test(
        self, person: Any = None, *tests: str, seconds: int | None = None
    ) -> dict[str, Any]:
        """Test it, with these of its build's tests only if some are named, and in that time."""
        build = load_build(self.build)
        kept = [test for test in build.tests if not tests or test.id in tests]
        if seconds:
            kept = [replace(t, seconds=seconds) if t.seconds else t for t in kept]
        job = Job(port=str(self.virtual.port), name="objet", build=self.build)
        return await selftest.run(
            self.bench, replace(build, tests=tuple(kept)), person or self.hand, job, self.progress
        )

    def progress(self, _fraction: float, words: str) -> None:
        self.said.append(words)


@contextmanager
def installed(folder: Path, build: str, broker: Mosquitto) -> Iterator[TestedBoard]:
    """Yield a board of that build, with its firmware, and a configuration for that broker."""
    folder.mkdir()
    image = virtual_image("esp32", folder / "image.bin")
    with VirtualBench(folder / "bench", 1, build=build, access_points=[WIFI], image=image) as bench:
        tested = TestedBoard(bench.boards[0], build, broker)
        asyncio.run(tested.install())
        asyncio.run(tested.enrol())
        yield tested


def client(broker: Mosquitto) -> aiomqtt.Client:
    """Return a client of that broker that may do everything."""
    trusts = aiomqtt.TLSParameters(ca_certs=str(broker.authority.authority_certificate))
    return aiomqtt.Client(
        "localhost", broker.port, username=USER, password=PASSWORD, tls_params=trusts
    )


async def tell_the_time(broker: Mosquitto, known: bool = True) -> None:
    """Leave the time at the broker, where every board hears it at once; or take it away."""
    async with client(broker) as site:
        now = str(int(time.time())) if known else None
        await site.publish("fabnum/1/time", now, qos=1, retain=True)
