"""An ESP32 in Espressif's emulator, behind the same kind of port as a virtual board.

``FABNUM_QEMU`` names the program ``qemu-system-xtensa``, ``FABNUM_ESP32_IMAGE`` an official image
of MicroPython for the ESP32. The chip, its ROM and MicroPython are real; so is the time they take.
"""

import contextlib
import os
import select
import socket
import subprocess
import threading
import time
from pathlib import Path

from device.twin.chip.loader import SYNC
from device.twin.chip.serial_port import SerialPort

FLASH_SIZE = 4 << 20
LOADER_OFFSET = 0x1000

_DOWNLOAD_STRAPS = 0x0F
_SECOND = 1.0


def program() -> Path | None:
    """Return the emulator, ``None`` if the environment names none."""
    return _named("FABNUM_QEMU")


def image() -> Path | None:
    """Return the image of MicroPython, ``None`` if the environment names none."""
    return _named("FABNUM_ESP32_IMAGE")


def _named(variable: str) -> Path | None:
    value = os.environ.get(variable)
    return Path(value) if value else None


class EmulatedBoard:
    """One emulated ESP32 with blank flash. A context manager; ``port`` is for esptool and mpremote.

    As with a virtual board, SYNC on the line brings the boot loader, and the closing of the port a
    reset: the emulator's pins are set by starting it anew.
    """

    def __init__(self, folder: Path) -> None:
        self.port = str(folder / "dev" / "ttyUSB0")
        self.flash_path = folder / "flash.bin"
        self._socket_path = folder / "uart"
        self._serial = SerialPort(Path(self.port))
        self._emulator: subprocess.Popen[bytes] | None = None
        self._line: socket.socket | None = None
        self._downloading = False
        self._recent = b""
        self._ended = threading.Event()
        self._relay = threading.Thread(target=self._run, name="emulated board")
        folder.mkdir(parents=True, exist_ok=True)
        if not self.flash_path.exists():
            self.flash_path.write_bytes(b"\xff" * FLASH_SIZE)

    def __enter__(self) -> "EmulatedBoard":
        self._serial.plug()
        self._start(download=False)
        self._relay.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._relay.join()
        self._stop()
        self._serial.unplug()

    def _start(self, *, download: bool) -> None:
        self._stop()
        self._downloading = download
        qemu = program()
        assert qemu is not None
        straps = ["-global", f"driver=esp32.gpio,property=strap_mode,value={_DOWNLOAD_STRAPS}"]
        self._emulator = subprocess.Popen(
            [
                str(qemu),
                *("-M", "esp32", "-m", "4M", "-display", "none", "-monitor", "none"),
                *("-L", str(qemu.parent.parent / "pc-bios")),
                *("-drive", f"file={self.flash_path},if=mtd,format=raw"),
                *("-serial", f"unix:{self._socket_path},server=on,wait=on"),
                *(straps if download else ()),
            ],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        end = time.monotonic() + 10 * _SECOND
        self._line = socket.socket(socket.AF_UNIX)
        while True:
            try:
                self._line.connect(str(self._socket_path))
                break
            except OSError:
                if time.monotonic() > end or self._emulator.poll() is not None:
                    raise
                time.sleep(0.02)
        self._line.setblocking(False)

    def _stop(self) -> None:
        if self._line is not None:
            self._line.close()
        if self._emulator is not None:
            self._emulator.kill()
            self._emulator.wait()
        self._socket_path.unlink(missing_ok=True)

    def _run(self) -> None:
        while not self._ended.is_set():
            assert self._line is not None
            select.select([self._serial, self._line], [], [], 0.05)
            self._serial.clear()
            self._serial.flush()
            self._from_pc()
            with contextlib.suppress(BlockingIOError):
                self._serial.send(self._line.recv(65536))

    def _from_pc(self) -> None:
        while True:
            data = self._serial.receive()
            if data is None and self._downloading:
                self._start(download=False)
            if not data:
                return
            if not self._downloading:
                data = self._look_for_tool(data)
            assert self._line is not None
            self._line.setblocking(True)
            self._line.sendall(data)
            self._line.setblocking(False)

    def _look_for_tool(self, data: bytes) -> bytes:
        recent = self._recent + data
        self._recent = recent[-len(SYNC) + 1 :]
        begin = recent.find(SYNC)
        if begin < 0:
            return data
        self._start(download=True)
        return recent[begin:]
