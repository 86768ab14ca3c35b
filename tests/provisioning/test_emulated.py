"""The same tools on an emulated ESP32 with the official MicroPython, where both are given."""

import subprocess
import sys
import time

import pytest

from tests.provisioning import emulated

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        emulated.program() is None or emulated.image() is None,
        reason="FABNUM_QEMU and FABNUM_ESP32_IMAGE name no emulator and no image",
    ),
]


@pytest.fixture
def board(tmp_path):
    with emulated.EmulatedBoard(tmp_path / "board") as board:
        yield board


def run(tool: str, *arguments: object, timeout: float) -> str:
    """Run a tool, again if it hangs: the emulator's line does so now and then."""
    for _ in range(3):
        try:
            done = subprocess.run(
                [sys.executable, "-m", tool, *map(str, arguments)],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                errors="replace",
                timeout=timeout,
                check=False,
            )
        except subprocess.TimeoutExpired:
            continue
        if done.returncode == 0:
            return done.stdout
        time.sleep(1)
    pytest.fail(f"{tool} {arguments} did not work in three attempts")


@pytest.mark.timeout(900)
def test_from_a_blank_flash_to_a_file_that_survives_a_reset(board, tmp_path):
    assert "ESP32" in run("esptool", "--port", board.port, "flash-id", timeout=60)
    said = run(
        "esptool",
        *("--port", board.port, "write-flash", hex(emulated.LOADER_OFFSET), emulated.image()),
        timeout=300,
    )
    assert "Hash of data verified." in said
    remote = ("mpremote", "connect", board.port)
    assert "esp32" in run(*remote, "exec", "import sys; print(sys.platform)", timeout=60)
    (tmp_path / "kept.txt").write_text("hello")
    run(*remote, "fs", "cp", tmp_path / "kept.txt", ":", timeout=60)
    run(*remote, "resume", "exec", "--no-follow", "import machine; machine.reset()", timeout=30)
    assert "hello" in run(*remote, "exec", "print(open('kept.txt').read())", timeout=60)
