"""A virtual board with a build installed on it by the bench itself."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from device.twin.host import AccessPoint
from device.twin.host.fleet import micropython
from device.twin.virtual import VirtualBench, VirtualBoard, virtual_image
from kit import firmware
from kit.errors import FabnumError
from provisioning import install
from provisioning.board import Board

CONFIG = {
    "town": "ville",
    "device": "objet-01",
    "build": "climate",
    "wifi": [{"ssid": "atelier", "password": "sesame-sesame"}],
    "broker": {"host": "127.0.0.1", "port": 1, "tls": False, "password": "top-secret"},
    "ntp": "",
}
WIFI = AccessPoint("atelier", "sesame-sesame")


class Installed:
    """The virtual board, and the bench's hand on it."""

    def __init__(self, virtual: VirtualBoard) -> None:
        self.virtual = virtual
        self.board = Board(virtual.port)

    def flash(self) -> str:
        """Return a digest of all bytes of its flash."""
        return hashlib.sha256((self.virtual.folder / "flash.bin").read_bytes()).hexdigest()

    async def install(self, main: bytes, config: dict[str, object] | None = None) -> None:
        """Install a program for the climate build, and its name."""
        build = firmware.assemble("climate", main)
        await install.install(self.board, build.files, quietly)
        if config is not None:
            await install.put_identity(self.board, firmware.identity(config))

    async def write(self, name: str, content: bytes) -> None:
        """Write one file, as a learner would."""
        code = f"with open({name!r}, 'wb') as file: file.write({content!r})"
        await self.board.ask(code)

    async def read(self, name: str) -> bytes:
        """Return the content of one file."""
        told = await self.board.ask(f"print(open({name!r}, 'rb').read().hex())")
        return bytes.fromhex(told.strip())

    async def says(self, words: str, since: int = 0) -> None:
        """Wait until its console has some words after what it had said before."""
        await until(lambda: words in self.virtual.console()[since:])


async def until(condition: Callable[[], object]) -> None:
    """Wait until something holds; fail after a minute."""
    for _ in range(1200):
        if condition():
            return
        await asyncio.sleep(0.05)
    raise AssertionError("it did not come to that in a minute")


def quietly(_fraction: float, _words: str) -> None:
    pass


@asynccontextmanager
async def virtual_board(folder: Path, build: str = "climate") -> AsyncIterator[Installed]:
    """Have a virtual board that came with MicroPython. Skips where there is none."""
    try:
        micropython()
    except FabnumError as error:
        pytest.skip(error.cause)
    image = virtual_image("esp32", folder / "esp32.bin")
    bench = VirtualBench(folder / "bench", 1, build=build, image=image, access_points=[WIFI])
    with bench:
        yield Installed(bench.boards[0])
