"""One virtual board, as a person at the bench handles it."""

import json
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from device.twin.chip.faults import Fault
from device.twin.chip.profiles import BOOT_BUTTON, PROFILES
from device.twin.host.twin import FAULTS
from device.twin.host.world import KeptWorld, World
from kit.errors import FabnumError
from kit.firmware import DEVICE
from kit.i18n import _

_HOLD_S = 4.0
_POLL_S = 0.02

_PROGRAM = """\
import sys
sys.path.insert(0, sys.argv.pop(1))
from device.twin.chip.process import main
main()
"""


@dataclass(frozen=True)
class Hardware:
    """What all boards of a bench have in common: chip, flash, line, and the MicroPython to run."""

    chip: str
    flash_mb: int
    baud_true: bool
    heap_kib: int
    micropython: str
    modules: str


class VirtualBoard:
    """A board on a serial port. Made by ``VirtualBench``.

    ``port``: the path to give to esptool and mpremote. ``flash_path``: the file that is its flash.
    All calls may come from any thread, and what they ask for has happened when they return.
    """

    def __init__(  # noqa: PLR0913 - each says another thing
        self,
        *,
        number: int,
        folder: Path,
        port: Path,
        hardware: Hardware,
        build: Mapping[str, Any],
        world: World,
        image: Path | None,
    ) -> None:
        self.port = str(port)
        self.folder = folder / "boards" / str(number)
        self.flash_path = self.folder / "flash.bin"
        self._usb = folder / "usb" / str(number + 1)
        self._hardware = hardware
        self._process: subprocess.Popen[bytes] | None = None
        self._asking = threading.Lock()
        self._state: dict[str, Any] = {}
        self.folder.mkdir(parents=True, exist_ok=True)
        if image is not None and not self.flash_path.exists():
            self._flash_at_the_factory(image)
        self._world = KeptWorld(self.folder / "world.json", world)
        wired = self._with_boot_button(build)
        self._parts = [part["id"] for part in wired["parts"]]
        (self.folder / "build.json").write_text(json.dumps(wired), encoding="utf-8")

    def _with_boot_button(self, build: Mapping[str, Any]) -> dict[str, Any]:
        button: dict[str, Any] = {
            "id": BOOT_BUTTON,
            "driver": "button",
            "bus": "gpio",
            "pins": {"pin": PROFILES[self._hardware.chip].boot_pin},
            "addresses": [],
            "instead_of": None,
            "settings": {},
            "channels": [],
        }
        return {**build, "parts": [*build["parts"], button]}

    def _flash_at_the_factory(self, image: Path) -> None:
        offset = PROFILES[self._hardware.chip].loader_offset
        content = b"\xff" * offset + image.read_bytes()
        self.flash_path.write_bytes(content.ljust(self._hardware.flash_mb << 20, b"\xff"))

    def start(self) -> None:
        """Begin to be there, plugged in (called by the bench)."""
        settings = {
            **asdict(self._hardware),
            "folder": str(self.folder),
            "port": self.port,
            "mac": self._world.state["mac"],
        }
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-S", "-c", _PROGRAM, str(DEVICE.parent), json.dumps(settings)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        self._hear()
        self._appear()

    def stop(self) -> None:
        """Unplug it, and end its process (called by the bench)."""
        if self._process is None or self._process.stdin is None:
            return
        self._process.stdin.close()
        self._process.wait()
        self._process = None
        self._disappear()

    # Cable, power, buttons.

    def plug(self) -> None:
        """Plug the cable in: the port appears, the board starts."""
        self._ask("plug")

    def unplug(self) -> None:
        """Pull the cable out: the port vanishes, and with it the power."""
        self._ask("unplug")

    def cut_after_writes(self, writes: int) -> None:
        """Let the cable come out in the middle of the ``writes``-th write to the flash from now.

        The board is then off until ``plug()``. 0 takes it back.
        """
        self._ask("cut-after", writes=writes)

    def press_reset(self, *, with_boot: bool = False) -> None:
        """Press the button EN (or RST); ``with_boot``: with BOOT held, for the boot loader."""
        self._ask("press-reset", with_boot=with_boot)

    @property
    def powered(self) -> bool:
        """Whether it has power."""
        return bool(self._ask("look")["powered"])

    # What is wrong with it, what is around it.

    def fault(self, name: str | None) -> None:
        """Replace it by a board with that fault; ``None``: by a sound one. It is plugged in anew.

        The names stand in ``device/twin/chip/faults.py``. Raises ValueError for another one.
        """
        self._ask("fault", fault=None if name is None else Fault(name).value)

    def control(self, **changes: Any) -> None:
        """Change its world, now and for good, as ``Twin.control`` does.

        ``wifi=False``; ``access_points=[…]``; ``parts={"scd41": {"plugged": False}}`` (or
        ``corrupt``, ``stuck``, ``out_of_range``); ``room={"people": 20}``; ``pace=60``. For a
        moment only: ``press="button"``, ``hold="button"`` (for four seconds, also through a reset);
        ``"boot"`` is the button BOOT. Raises FabnumError if it has no such part or fault.
        """
        self._check(changes)
        if "hold" in changes:
            self._ask("hold", part=changes.pop("hold"), seconds=_HOLD_S)
        told = self._world.change(changes)
        self._ask("tell", line=json.dumps(told))

    def _check(self, changes: Mapping[str, Any]) -> None:
        faults = changes.get("parts", {})
        named = {*faults, *(changes[key] for key in ("press", "hold") if key in changes)}
        for part in sorted(named - set(self._parts)):
            raise FabnumError(
                _("The board on {port} has no part “{part}”.", port=self.port, part=part),
                _("Take one of: {known}.", known=", ".join(sorted(self._parts))),
            )
        for fault in sorted({fault for part in faults.values() for fault in part} - FAULTS):
            raise FabnumError(
                _("A part has no fault “{fault}”.", fault=fault),
                _("Take one of: {known}.", known=", ".join(sorted(FAULTS))),
            )

    # What it does.

    def shows(self) -> list[tuple[int, int, int]]:
        """Return the colours (red, green, blue) that its LEDs were last given; none yet: ``[]``."""
        strips = self._ask("look")["shows"].values()
        sent = b"".join(bytes.fromhex(colours) for colours in strips)
        return [(sent[i + 1], sent[i], sent[i + 2]) for i in range(0, len(sent) - 2, 3)]

    def console(self) -> str:
        """Return all that it has sent over its line as text, since the bench first had it."""
        try:
            return (self.folder / "console.log").read_bytes().decode(errors="replace")
        except FileNotFoundError:
            return ""

    def says(self) -> list[str]:
        """Return what its fakes have said, beside the line."""
        said: list[str] = self._ask("look")["says"]
        return said

    def wait_for(self, words: str, timeout: float = 30) -> None:
        """Wait until its console has those words. Raises FabnumError if it has not in time."""
        end = time.monotonic() + timeout
        while words not in self.console():
            if time.monotonic() > end:
                raise FabnumError(
                    _("The board on {port} did not answer in time.", port=self.port),
                    _("It last printed: {words}", words=self.console()[-500:]),
                )
            time.sleep(_POLL_S)

    # How it is seen on USB.

    def _appear(self) -> None:
        """Be in the tree of USB devices as in Linux's sysfs, with the name of the port if any."""
        self._disappear()
        if not self._state["powered"]:
            return
        vendor, product, name = PROFILES[self._state["chip"]].usb
        self._usb.mkdir(parents=True, exist_ok=True)
        (self._usb / "idVendor").write_text(f"{vendor:04x}\n", encoding="ascii")
        (self._usb / "idProduct").write_text(f"{product:04x}\n", encoding="ascii")
        (self._usb / "product").write_text(f"{name}\n", encoding="ascii")
        if Path(self.port).is_symlink():
            (self._usb / "tty" / Path(self.port).name).mkdir(parents=True, exist_ok=True)

    def _disappear(self) -> None:
        tty = self._usb / "tty" / Path(self.port).name
        for folder in (tty, tty.parent):
            if folder.is_dir():
                folder.rmdir()
        if self._usb.is_dir():
            for file in self._usb.iterdir():
                file.unlink()
            self._usb.rmdir()

    # Its process.

    def _ask(self, wish: str, **more: Any) -> dict[str, Any]:
        with self._asking:
            if self._process is None or self._process.stdin is None:
                raise RuntimeError("the bench is not running")
            self._process.stdin.write(json.dumps({"do": wish, **more}).encode() + b"\n")
            self._process.stdin.flush()
            before = self._state.get("powered"), self._state.get("chip")
            self._hear()
            if before != (self._state["powered"], self._state["chip"]) or wish == "fault":
                self._appear()
            return self._state

    def _hear(self) -> None:
        assert self._process is not None
        assert self._process.stdout is not None
        answer = self._process.stdout.readline()
        if not answer:
            raise RuntimeError(f"the process of the board on {self.port} has ended")
        self._state = json.loads(answer)
