"""The USB devices that this computer sees, with a serial port or without: for want of a driver.

Each system is asked in its own way; what it answers is read by a function of its own, which works
on any system. Serial numbers, which some chips make from their MAC address, are not kept.
"""

import json
import plistlib
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from provisioning import adapters

_TIMEOUT_S = 15


@dataclass(frozen=True)
class UsbDevice:
    """One adapter of a board.

    ``ports`` names its serial ports, where the system tells (Linux). ``claimed``: a program has
    taken the adapter for itself, past the driver.
    """

    vid: int
    pid: int
    ports: tuple[str, ...] = ()
    claimed: bool = False

    @property
    def label(self) -> str:
        """Return what it is, in words."""
        return adapters.words(self.vid, self.pid) or f"{self.vid:04x}:{self.pid:04x}"


def boards() -> list[UsbDevice]:
    """Return the adapters of boards at this computer; none where the system cannot be asked."""
    try:
        if sys.platform == "darwin":
            return read_ioreg(_ask("ioreg", "-p", "IOUSB", "-l", "-a"))
        if sys.platform == "win32":
            return read_pnp(_ask("powershell", "-NoProfile", "-Command", _PNP))
    except (OSError, subprocess.SubprocessError, ValueError):
        return []
    return read_sysfs(Path("/sys/bus/usb/devices"))


def _ask(*command: str) -> bytes:
    return subprocess.run(
        command, stdin=subprocess.DEVNULL, capture_output=True, timeout=_TIMEOUT_S, check=True
    ).stdout


def read_sysfs(devices: Path) -> list[UsbDevice]:
    """Return the boards' adapters below Linux’ ``/sys/bus/usb/devices``, or a folder laid out so.

    ``1-2`` is a device with ``idVendor`` and ``idProduct``; below it are its interfaces
    (``1-2:1.0``), and below those its ports: ``ttyUSB0`` or ``tty/ttyACM0``. A virtual board's
    ports are right below the device.
    """
    found = []
    for folder in sorted(devices.glob("*")):
        vid, pid = _hexadecimal(folder / "idVendor"), _hexadecimal(folder / "idProduct")
        if vid is None or pid is None or adapters.words(vid, pid) is None:
            continue
        interfaces = [folder, *sorted(folder.glob("*:*"))]
        found.append(
            UsbDevice(
                vid,
                pid,
                tuple(port for interface in interfaces for port in _ports_of(interface)),
                any(_driver_of(interface) == "usbfs" for interface in interfaces[1:]),
            )
        )
    return found


def _ports_of(interface: Path) -> Iterator[str]:
    for entry in sorted(interface.glob("tty*")):
        if entry.name != "tty":
            yield entry.name
        else:
            yield from sorted(port.name for port in entry.iterdir())


def _driver_of(interface: Path) -> str:
    """``usbfs`` stands for a program that drives the device from outside the kernel."""
    return (interface / "driver").resolve().name


def _hexadecimal(file: Path) -> int | None:
    try:
        return int(file.read_text(), 16)
    except (OSError, ValueError):
        return None


def read_ioreg(answer: bytes) -> list[UsbDevice]:
    """Return the boards' adapters in what macOS’ ``ioreg -p IOUSB -l -a`` prints: a property list.

    Raises ValueError if it is none.
    """
    try:
        tree = plistlib.loads(answer)
    except Exception as error:  # the parser beneath raises what it likes
        raise ValueError("not a property list") from error
    return [
        UsbDevice(vid, pid)
        for node in _nodes(tree)
        if isinstance(vid := node.get("idVendor"), int)
        and isinstance(pid := node.get("idProduct"), int)
        and adapters.words(vid, pid) is not None
    ]


def _nodes(tree: Any) -> Iterator[dict[str, Any]]:
    if isinstance(tree, list):
        for branch in tree:
            yield from _nodes(branch)
    elif isinstance(tree, dict):
        yield tree
        yield from _nodes(tree.get("IORegistryEntryChildren", []))


_PNP = (
    "[Console]::OutputEncoding = [Text.Encoding]::UTF8;"
    "Get-PnpDevice -PresentOnly | Where-Object InstanceId -Like 'USB\\VID_*' |"
    " Select-Object InstanceId | ConvertTo-Json -Compress"
)

_INSTANCE = re.compile(r"USB\\VID_([0-9A-F]{4})&PID_([0-9A-F]{4})\\", re.IGNORECASE)
"""A whole device: the interfaces of one have ``&MI_00`` before the backslash."""


def read_pnp(answer: bytes) -> list[UsbDevice]:
    """Return the boards' adapters in what Windows’ ``Get-PnpDevice`` answers: JSON, one or a list.

    Raises ValueError if it is no JSON.
    """
    devices = json.loads(answer.decode("utf-8-sig").strip() or "[]")
    found = []
    for device in devices if isinstance(devices, list) else [devices]:
        instance = device.get("InstanceId") if isinstance(device, dict) else None
        ids = _INSTANCE.match(instance) if isinstance(instance, str) else None
        if ids is None:
            continue
        vid, pid = int(ids[1], 16), int(ids[2], 16)
        if adapters.words(vid, pid) is not None:
            found.append(UsbDevice(vid, pid))
    return found
