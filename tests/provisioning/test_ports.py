import contextlib
import json
import plistlib
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from serial.tools import list_ports
from serial.tools.list_ports_common import ListPortInfo

from provisioning import adapters, ports, preflight, usb
from provisioning.ports import Port, SystemPorts, VirtualPorts
from provisioning.usb import UsbDevice
from tests.provisioning.reached import meets

CP2102 = (0x10C4, 0xEA60)
CH340 = (0x1A86, 0x7523)
NATIVE = (0x303A, 0x1001)


def plug(
    folder: Path,
    place: str,
    ids: tuple[int, int],
    *,
    tty: str = "",
    driver: str = "",
) -> None:
    """Lay a USB device into a folder as the kernel lays it below /sys/bus/usb/devices."""
    device = folder / "usb" / place
    interface = device / f"{place}:1.0"
    interface.mkdir(parents=True)
    (device / "idVendor").write_text(f"{ids[0]:04x}\n")
    (device / "idProduct").write_text(f"{ids[1]:04x}\n")
    (device / "serial").write_text("24:0A:C4:00:00:01\n")
    if driver:
        (folder / "drivers" / driver).mkdir(parents=True, exist_ok=True)
        (interface / "driver").symlink_to(folder / "drivers" / driver)
    if tty.startswith("ttyACM"):
        (interface / "tty" / tty).mkdir(parents=True)
    elif tty:
        (interface / tty).mkdir()


def test_a_board_is_listed_with_its_port_and_its_adapter_in_words(tmp_path: Path) -> None:
    plug(tmp_path, "1-2", CP2102, tty="ttyUSB0", driver="cp210x")
    plug(tmp_path, "1-3", NATIVE, tty="ttyACM0", driver="cdc_acm")
    assert VirtualPorts(tmp_path).list() == [
        Port(str(tmp_path / "dev/ttyACM0"), "USB (Espressif)", *NATIVE),
        Port(str(tmp_path / "dev/ttyUSB0"), "CP2102 (Silicon Labs)", *CP2102),
    ]


def test_twelve_boards_stand_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    for number in range(12):
        plug(tmp_path, f"1-{number}", CH340, tty=f"ttyUSB{number}")
    names = [Path(port.path).name for port in VirtualPorts(tmp_path).list()]
    assert names == [f"ttyUSB{number}" for number in range(12)]


def test_what_is_no_adapter_of_a_board_is_not_listed(tmp_path: Path) -> None:
    plug(tmp_path, "1-1", (0x0BDA, 0x8771), tty="ttyUSB0")  # Bluetooth
    plug(tmp_path, "1-2", (0x2C7C, 0x0125), tty="ttyUSB1")  # a modem
    assert VirtualPorts(tmp_path).list() == []
    assert VirtualPorts(tmp_path).without_port() == []


def test_no_port_keeps_a_serial_number(tmp_path: Path) -> None:
    plug(tmp_path, "1-2", NATIVE, tty="ttyACM0")
    assert "24:0A" not in repr(VirtualPorts(tmp_path).list())


def test_no_usb_tree_at_all_is_no_board(tmp_path: Path) -> None:
    assert VirtualPorts(tmp_path).list() == []


@pytest.mark.parametrize("content", ["", "zzzz", "\x00"])
def test_a_tree_with_unreadable_ids_is_read_past(tmp_path: Path, content: str) -> None:
    plug(tmp_path, "1-2", CH340, tty="ttyUSB0")
    plug(tmp_path, "1-3", CH340, tty="ttyUSB1")
    (tmp_path / "usb/1-2/idVendor").write_text(content)
    assert [Path(port.path).name for port in VirtualPorts(tmp_path).list()] == ["ttyUSB1"]


# Why no port is seen.


async def test_nothing_plugged_in_is_said(tmp_path: Path) -> None:
    with meets("no-port"):
        await preflight.present(str(tmp_path / "dev/ttyUSB0"), VirtualPorts(tmp_path))


async def test_a_cable_that_only_charges_is_said_when_somebody_has_plugged_in(
    tmp_path: Path,
) -> None:
    with meets("charge-only"):
        await preflight.wait_for_port(VirtualPorts(tmp_path), timeout_s=0.1, plugged=True)


async def test_a_board_without_a_driver_is_said_with_the_name_of_its_adapter(
    tmp_path: Path,
) -> None:
    plug(tmp_path, "1-2", CH340)
    with meets("driver") as met:
        await preflight.wait_for_port(VirtualPorts(tmp_path), timeout_s=0.1)
    assert met.error.seen == "CH340 (WCH)"


async def test_a_board_that_a_braille_driver_has_taken_is_said(tmp_path: Path) -> None:
    plug(tmp_path, "1-2", CH340, driver="usbfs")
    with meets("claimed") as met:
        await preflight.wait_for_port(VirtualPorts(tmp_path), timeout_s=0.1)
    assert "brltty" in met.error.card.action_on("linux")


async def test_a_board_is_seen_as_it_is_plugged_in(tmp_path: Path) -> None:
    plug(tmp_path, "1-2", CP2102, tty="ttyUSB0")
    source = VirtualPorts(tmp_path)
    arriving = preflight.arrivals(source)
    first = await anext(arriving)
    plug(tmp_path, "1-3", CH340, tty="ttyUSB1")
    second = await anext(arriving)
    assert [Path(port.path).name for port in (first, second)] == ["ttyUSB0", "ttyUSB1"]


async def test_known_boards_do_not_arrive_again(tmp_path: Path) -> None:
    plug(tmp_path, "1-2", CP2102, tty="ttyUSB0")
    plug(tmp_path, "1-3", CH340, tty="ttyUSB1")
    known = {str(tmp_path / "dev/ttyUSB0")}
    port = await preflight.wait_for_port(VirtualPorts(tmp_path), known=known, timeout_s=30)
    assert port.label == "CH340 (WCH)"


# macOS.


def mac_port(path: str, ids: tuple[int, int]) -> Port:
    return Port(path, adapters.words(*ids) or "", *ids)


def test_a_mac_lists_a_board_once_where_apples_and_the_makers_driver_both_have_it() -> None:
    both = [
        mac_port("/dev/cu.usbserial-0001", CP2102),
        mac_port("/dev/cu.SLAB_USBtoUART", CP2102),
        mac_port("/dev/cu.usbserial-1410", CH340),
        mac_port("/dev/cu.wchusbserial1410", CH340),
        mac_port("/dev/cu.usbmodem101", NATIVE),
    ]
    assert [port.path for port in ports.one_port_a_board(both)] == [
        "/dev/cu.SLAB_USBtoUART",
        "/dev/cu.wchusbserial1410",
        "/dev/cu.usbmodem101",
    ]


def test_a_mac_keeps_all_boards_where_drivers_are_mixed() -> None:
    mixed = [
        mac_port("/dev/cu.usbserial-0001", CP2102),
        mac_port("/dev/cu.usbserial-0002", CP2102),
        mac_port("/dev/cu.SLAB_USBtoUART", CP2102),
    ]
    assert ports.one_port_a_board(mixed) == mixed


def test_a_mac_never_lists_the_twin_that_waits_for_a_modem() -> None:
    found = [
        mac_port("/dev/tty.usbserial-0001", CP2102),
        mac_port("/dev/cu.usbserial-0001", CP2102),
    ]
    assert [port.path for port in ports.one_port_a_board(found)] == ["/dev/cu.usbserial-0001"]


def mac_tree(*devices: dict[str, object]) -> bytes:
    """What `ioreg -p IOUSB -l -a` prints, shortened: the root, a bus, a hub, the devices."""
    hub = {"idVendor": 0x05E3, "idProduct": 0x0610, "IORegistryEntryChildren": list(devices)}
    bus = {"IOObjectClass": "AppleT8103USBXHCI", "IORegistryEntryChildren": [hub]}
    return plistlib.dumps({"IORegistryEntryName": "Root", "IORegistryEntryChildren": [bus]})


def test_a_macs_devices_are_found_behind_a_hub() -> None:
    board = {
        "idVendor": CP2102[0],
        "idProduct": CP2102[1],
        "USB Product Name": "CP2102 USB to UART Bridge Controller",
        "kUSBSerialNumberString": "0001",
        "locationID": 0x14100000,
    }
    keyboard = {"idVendor": 0x05AC, "idProduct": 0x024F}
    assert usb.read_ioreg(mac_tree(keyboard, board)) == [UsbDevice(*CP2102)]


@pytest.mark.parametrize("answer", [b"", b"+-o Root", b"<plist>", b"\xff\xfe", b"bplist00\0\0"])
def test_an_answer_that_is_no_property_list_is_refused(answer: bytes) -> None:
    with pytest.raises(ValueError, match="property list"):
        usb.read_ioreg(answer)


# Windows.


def windows_answer(*instances: str) -> bytes:
    """What the kit's question to PowerShell answers; one device comes without a list."""
    devices = [{"InstanceId": instance} for instance in instances]
    return json.dumps(devices if len(devices) != 1 else devices[0]).encode() + b"\r\n"


def test_windows_devices_are_found_and_interfaces_are_not_counted_again() -> None:
    answer = windows_answer(
        r"USB\VID_303A&PID_1001\7&1A2B3C4D&0&2",
        r"USB\VID_303A&PID_1001&MI_00\8&2B3C4D5E&0&0000",
        r"USB\VID_303A&PID_1001&MI_02\8&2B3C4D5E&0&0002",
        r"USB\VID_1A86&PID_7523\6&2F7B1A4&0&3",
        r"USB\VID_046D&PID_C52B\5&1F0E2D3&0&1",
    )
    assert usb.read_pnp(answer) == [UsbDevice(*NATIVE), UsbDevice(*CH340)]


def test_a_single_windows_device_is_found() -> None:
    assert usb.read_pnp(windows_answer(r"USB\VID_10C4&PID_EA60\0001")) == [UsbDevice(*CP2102)]


@pytest.mark.parametrize(
    "answer", [b"", b"\r\n", b"[]", b"null", b'[{"InstanceId": null}]', b"\xef\xbb\xbf[]"]
)
def test_windows_without_a_board_is_no_board(answer: bytes) -> None:
    assert usb.read_pnp(answer) == []


@given(st.binary())
def test_whatever_a_system_answers_is_read_or_refused(answer: bytes) -> None:
    for read in (usb.read_pnp, usb.read_ioreg):
        with contextlib.suppress(ValueError):
            read(answer)


# What this computer says.


def com(path: str, ids: tuple[int, int] | None) -> ListPortInfo:
    info = ListPortInfo(path)
    if ids:
        info.vid, info.pid = ids
    return info


def test_the_ports_of_a_windows_pc_are_named_as_people_know_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    entries = [com("COM12", CH340), com("COM1", None), com("COM5", CP2102)]
    monkeypatch.setattr(list_ports, "comports", lambda: entries)
    assert [port.path for port in SystemPorts().list()] == ["COM5", "COM12"]


@pytest.mark.parametrize("platform", ["win32", "darwin"])
def test_a_board_whose_kind_has_no_port_has_no_driver(
    monkeypatch: pytest.MonkeyPatch, platform: str
) -> None:
    answers = {
        "powershell": windows_answer(
            r"USB\VID_10C4&PID_EA60\0001", r"USB\VID_1A86&PID_7523\6&2F7B1A4&0&3"
        ),
        "ioreg": mac_tree(
            {"idVendor": CP2102[0], "idProduct": CP2102[1]},
            {"idVendor": CH340[0], "idProduct": CH340[1]},
        ),
    }
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setattr(usb, "_ask", lambda program, *_: answers[program])
    monkeypatch.setattr(list_ports, "comports", lambda: [com("COM5", CP2102)])
    assert SystemPorts().without_port() == [UsbDevice(*CH340)]


@pytest.mark.parametrize("platform", ["win32", "darwin"])
def test_a_system_that_cannot_be_asked_has_no_opinion(
    monkeypatch: pytest.MonkeyPatch, platform: str
) -> None:
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setenv("PATH", "")  # neither powershell nor ioreg is found
    assert usb.boards() == []


def test_this_computers_own_ports_can_be_listed() -> None:
    listed = SystemPorts().list()
    assert all(adapters.words(port.vid, port.pid) for port in listed)
    assert isinstance(SystemPorts().without_port(), list)
