"""The serial ports behind which a board may be, real or virtual.

Only adapters that sit on ESP32 boards are listed: no Bluetooth, no modem, no built-in port. A port
carries no serial number: some chips make it from their MAC address.
"""

import re
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import serial.tools.list_ports

from provisioning import adapters, usb
from provisioning.usb import UsbDevice


@dataclass(frozen=True)
class Port:
    """A port as people know it (``COM5``, ``/dev/ttyUSB0``) and its adapter, in words and ids."""

    path: str
    label: str
    vid: int
    pid: int

    @property
    def sleeps_with_chip(self) -> bool:
        """Whether the port goes away while the chip sleeps: the chip is its own USB device."""
        return self.vid == adapters.ESPRESSIF


class PortSource(Protocol):
    """Where boards are plugged in. Calls may block."""

    def list(self) -> list[Port]:
        """Return the ports of boards that are there now."""

    def without_port(self) -> Sequence[UsbDevice]:
        """Return the boards that are there and have no port."""


class SystemPorts:
    """The ports of this computer: Linux, macOS or Windows."""

    def list(self) -> list[Port]:
        """Return the ports of boards that are there now, in the order of their names."""
        found = [
            Port(entry.device, label, entry.vid, entry.pid)
            for entry in serial.tools.list_ports.comports()
            if (label := adapters.words(entry.vid, entry.pid)) is not None
        ]
        return sorted(one_port_a_board(found) if sys.platform == "darwin" else found, key=_in_order)

    def without_port(self) -> Sequence[UsbDevice]:
        """Return the boards that are there and have no port.

        Where the system does not say which port belongs to which device, the kind decides: a
        driver that is there is there for all adapters of a kind.
        """
        kinds = {(port.vid, port.pid) for port in self.list()}
        return [
            device
            for device in usb.boards()
            if not device.ports
            and (sys.platform == "linux" or (device.vid, device.pid) not in kinds)
        ]


class VirtualPorts:
    """The ports of virtual boards: ``usb`` and ``dev`` of a folder, laid out as Linux does."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def list(self) -> list[Port]:
        """Return the ports of the virtual boards that are plugged in."""
        return sorted(
            (
                Port(str(self.folder / "dev" / name), device.label, device.vid, device.pid)
                for device in self._devices()
                for name in device.ports
            ),
            key=_in_order,
        )

    def without_port(self) -> Sequence[UsbDevice]:
        """Return the virtual boards that are plugged in and have no port."""
        return [device for device in self._devices() if not device.ports]

    def _devices(self) -> Sequence[UsbDevice]:
        return usb.read_sysfs(self.folder / "usb")


def one_port_a_board(ports: Iterable[Port]) -> list[Port]:
    """Return the ports of a Mac so that each board has one.

    ``/dev/tty.*`` is left out, for it waits for a modem's carrier. Where the maker of an adapter
    has put a driver beside Apple's, its boards show up twice; the maker's ports are taken.
    """
    callout = [port for port in ports if not Path(port.path).name.startswith("tty.")]
    kept = []
    for kind in dict.fromkeys((port.vid, port.pid) for port in callout):
        alike = [port for port in callout if (port.vid, port.pid) == kind]
        of_maker = [port for port in alike if re.search(r"cu\.(SLAB_|wch)", port.path)]
        kept += of_maker if 2 * len(of_maker) == len(alike) else alike
    return kept


def _in_order(port: Port) -> list[tuple[int, str]]:
    """``ttyUSB2`` stands before ``ttyUSB10``."""
    return [(int(number or 0), text) for text, number in re.findall(r"(\D+)(\d*)", port.path)]
