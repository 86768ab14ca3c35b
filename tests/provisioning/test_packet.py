"""Packets: who boards become at a bench that cannot reach the site."""

import stat
import sys
from pathlib import Path

import pytest

from kit.enrolment import LabelFacts, Wish
from kit.errors import FabnumError
from kit.names import DeviceKey
from provisioning.bench import packet
from provisioning.bench.packet import Contents, Packet, Parcel

AUTHORITY = b"\x30\x82certificate"


def parcel(device: str, build: str = "lamp", place: str = "Fablab") -> Parcel:
    key = DeviceKey("gonesse", device)
    label = LabelFacts(key, "Une lampe", "Lampe", "Gonesse", place, "http://x/o/lamp/passport")
    return Parcel(label, build, {"device": device, "broker": {"password": f"secret-of-{device}"}})


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "objets.json"
    packet.check_new(path)
    objects = [parcel("lamp-1"), parcel("air-1", "air"), parcel("lamp-2", place="École")]
    packet.write(path, Contents(packet.FORM, AUTHORITY, objects))
    return path


def test_boards_become_the_objects_of_their_build_one_after_the_other(path: Path) -> None:
    office = Packet(path)
    first, second = (office.enrol(Wish(build="lamp")) for _ in range(2))
    assert [first.key.device, second.key.device] == ["lamp-1", "lamp-2"]
    assert first.configuration["broker"]["password"] == "secret-of-lamp-1"
    assert first.authority_der == AUTHORITY
    with pytest.raises(FabnumError, match=r"lamp"):
        office.enrol(Wish(build="lamp"))
    assert [wish.device for wish in office.awaited()] == ["air-1"]


def test_a_bench_that_starts_again_goes_on_where_it_stopped(path: Path) -> None:
    Packet(path).enrol(Wish(build="lamp"))
    again = Packet(path)
    assert again.enrol(Wish(build="lamp")).key.device == "lamp-2"


def test_a_board_that_comes_again_stays_the_same_object(path: Path) -> None:
    office = Packet(path)
    key = office.enrol(Wish(build="lamp")).key
    again = office.enrol(Wish(build="lamp", again=key))
    assert again.key == key


def test_a_wish_for_a_place_takes_the_object_that_stands_there(path: Path) -> None:
    assert Packet(path).enrol(Wish(build="lamp", place="École")).key.device == "lamp-2"


def test_a_password_leaves_the_packet_once_its_board_has_passed(path: Path) -> None:
    office = Packet(path)
    key = office.enrol(Wish(build="lamp")).key
    office.record(key, "selftest", {"passed": False})
    assert b"secret-of-lamp-1" in path.read_bytes()
    office.record(key, "selftest", {"passed": True})
    assert b"secret-of-lamp-1" not in path.read_bytes()
    assert b"secret-of-lamp-2" in path.read_bytes()
    assert office.enrol(Wish(build="lamp", again=key)).configuration == {}


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps rights in another way")
def test_nobody_else_may_read_a_packet(path: Path) -> None:
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_packet_is_never_overwritten(path: Path) -> None:
    before = path.read_bytes()
    with pytest.raises(FabnumError):
        packet.check_new(path)
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    "content", [b"", b"{}", b"\xff\xfe", b'{"form":2,"authority":"","objects":[]}']
)
def test_another_file_is_refused_in_a_sentence(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "other.json"
    path.write_bytes(content)
    with pytest.raises(FabnumError, match=r"other\.json"):
        Packet(path)


def test_a_missing_stick_is_said(tmp_path: Path) -> None:
    with pytest.raises(FabnumError, match=r"gone"):
        Packet(tmp_path / "gone" / "objets.json")
