"""A virtual board with the firmware of a build on it, at a broker that really runs."""

import asyncio
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import aiomqtt

from device.twin.chip.profiles import PROFILES
from device.twin.host import AccessPoint
from device.twin.virtual import VirtualBench, VirtualBoard, virtual_image
from kit import firmware
from kit.catalogue import load_build
from provisioning import install, selftest
from provisioning.bench.model import Job, Kind, Question
from provisioning.board import Board
from tests.device.brokers import PASSWORD, USER, Mosquitto

WIFI = AccessPoint("atelier", "sesame-sesame", rssi=-58)
FLASH_BYTES = 4 << 20


class Hand:
    """Somebody at the bench who does what is asked: presses, breathes, and looks at the LEDs."""

    def __init__(self, board: VirtualBoard, build: str) -> None:
        self.board = board
        self.tests = {test.id: test for test in load_build(build).tests}
        self.asked: list[Question] = []
        self.skips = 0

    async def answer(self, job: Job, question: Question) -> bool | None:
        self.asked.append(question)
        if question.kind is Kind.YES_NO:
            return await asyncio.to_thread(self.sees_all_colours)
        if self.skips:
            self.skips -= 1
            return None
        await asyncio.to_thread(self.act, question.test)
        return None

    def act(self, test: str) -> None:
        kind = self.tests[test].kind
        if kind == "press":
            self.board.control(press=self.tests[test].part)
        else:
            self.board.control(room={"people": 1, "volume": 0.02})

    def sees_all_colours(self) -> bool:
        """Look at the LEDs for a while: are all of them red, then green, then blue?"""
        seen = set()
        end = time.monotonic() + 15
        while time.monotonic() < end and len(seen) < 3:
            lights = self.board.shows()
            if lights and len(set(lights)) == 1 and sum(map(bool, lights[0])) == 1:
                seen.add(lights[0])
            time.sleep(0.05)
        return len(seen) == 3


class Nobody:
    async def answer(self, job: Job, question: Question) -> bool | None:
        return False if question.kind is Kind.DO else None


class TestedBoard:
    """One board on the bench, and what stands around it."""

    __test__ = False

    def __init__(self, board: VirtualBoard, build: str, broker: Mosquitto) -> None:
        self.virtual = board
        self.build = build
        self.broker = broker
        self.bench = Board(str(board.port))
        self.hand = Hand(board, build)
        self.said: list[str] = []

    async def install(self) -> None:
        await install.install(self.bench, firmware.assemble(self.build).files, self.progress)

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
        certificate = authority or Path(self.broker.authority.authority_der).read_bytes()
        await install.put_identity(self.bench, firmware.identity(config, certificate))

    async def test(self, person: Any = None) -> dict[str, Any]:
        job = Job(port=str(self.virtual.port), name="objet", build=self.build)
        return await selftest.run(
            self.bench, load_build(self.build), person or self.hand, job, self.progress
        )

    def progress(self, _fraction: float, words: str) -> None:
        self.said.append(words)


@contextmanager
def installed(folder: Path, build: str, broker: Mosquitto) -> Iterator[TestedBoard]:
    """Yield a board of that build, with its firmware, and a configuration for that broker."""
    with VirtualBench(folder / "bench", 1, build=build, access_points=[WIFI]) as bench:
        (board,) = bench.boards
        board.unplug()
        write_micropython(board, folder / "image.bin")
        board.plug()
        tested = TestedBoard(board, build, broker)
        asyncio.run(tested.install())
        asyncio.run(tested.enrol())
        yield tested


def write_micropython(board: VirtualBoard, image: Path) -> None:
    """Have MicroPython in its flash, as after esptool."""
    virtual_image("esp32", image)
    flash = bytearray(b"\xff" * FLASH_BYTES)
    start = PROFILES["esp32"].loader_offset
    content = image.read_bytes()
    flash[start : start + len(content)] = content
    (board.folder / "flash.bin").write_bytes(flash)


async def tell_the_time(broker: Mosquitto) -> None:
    """Leave the time at the broker, where every board hears it at once."""
    context = aiomqtt.TLSParameters(ca_certs=str(broker.authority.authority_certificate))
    async with aiomqtt.Client(
        "localhost", broker.port, username=USER, password=PASSWORD, tls_params=context
    ) as client:
        await client.publish("fabnum/1/time", str(int(time.time())), retain=True)


def copy_flash(board: VirtualBoard, to: Path) -> None:
    shutil.copyfile(board.folder / "flash.bin", to)
