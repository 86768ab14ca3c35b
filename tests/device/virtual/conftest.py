"""Virtual boards for the tests, and the real tools as processes."""

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from device.twin.chip.profiles import PROFILES
from device.twin.host.fleet import micropython
from device.twin.virtual import VirtualBench, VirtualBoard, virtual_image
from kit.errors import FabnumError

if TYPE_CHECKING:
    from collections.abc import Callable


class Tool:
    """esptool and mpremote, unmodified, on one board."""

    def __init__(self, board: VirtualBoard) -> None:
        self.board = board

    def esptool(self, *arguments: object, timeout: float = 60) -> subprocess.CompletedProcess[str]:
        return _run("esptool", "--port", self.board.port, *arguments, timeout=timeout)

    def mpremote(self, *arguments: object, timeout: float = 60) -> subprocess.CompletedProcess[str]:
        return _run("mpremote", "connect", self.board.port, *arguments, timeout=timeout)

    def flash(self, image: Path, *before: str) -> subprocess.CompletedProcess[str]:
        offset = hex(PROFILES["esp32"].loader_offset)
        return self.esptool(*before, "--baud", "460800", "write-flash", offset, image)

    def ask(self, code: str, *before: str) -> str:
        """Return what some code prints on the board, run in what is there already."""
        done = self.mpremote("resume", *before, "exec", code)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout.replace("\r\n", "\n").strip()

    def write(self, name: str, content: str) -> None:
        """Put a file onto the board."""
        self.ask(f"with open({name!r}, 'w') as file: file.write({content!r})")


def _run(tool: str, *arguments: object, timeout: float) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", tool, *map(str, arguments)],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        timeout=timeout,
        check=False,
    )


@pytest.fixture(scope="session")
def image(tmp_path_factory) -> Path:
    """An image of MicroPython for an ESP32."""
    return virtual_image("esp32", tmp_path_factory.mktemp("image") / "esp32.bin")


@pytest.fixture
def make_bench(tmp_path) -> "Callable[..., VirtualBench]":
    """Make a bench in a folder of the test; it ends with the test."""
    made: list[VirtualBench] = []

    def make(*arguments, folder="bench", **settings) -> VirtualBench:
        try:
            micropython()
        except FabnumError as error:
            pytest.skip(error.cause)
        bench = VirtualBench(tmp_path / folder, *arguments, **settings)
        made.append(bench)
        return bench.__enter__()

    yield make
    for bench in made:
        bench.stop()


@pytest.fixture
def tool(make_bench, image) -> Tool:
    """A board that came with MicroPython, and the tools on it."""
    return Tool(make_bench(image=image).boards[0])


@pytest.fixture
def blank(make_bench) -> Tool:
    """A board as it comes from the factory, and the tools on it."""
    return Tool(make_bench().boards[0])
