"""`fabnum flash` and `fabnum images`, as people call them."""

import sys

import pytest

from device.twin.virtual import VirtualBench, virtual_image
from kit.cli.flash import flash_boards
from kit.cli.images import add_images, export_images, show_images
from kit.cli.plugged import boards, only_board
from kit.errors import FabnumError
from provisioning.images import ImageFolder
from provisioning.ports import Port
from tests.provisioning import image_files
from tests.provisioning.reached import meets

pytestmark = pytest.mark.usefixtures("english")


class Plugged:
    """A port source with these ports."""

    def __init__(self, *paths):
        self.ports = [Port(path, "CP2102", 0x10C4, 0xEA60) for path in paths]

    def list(self):
        return self.ports

    def without_port(self):
        return []


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("FABNUM_IMAGES", str(tmp_path / "images"))
    return ImageFolder()


def test_the_only_board_needs_no_name():
    only = Plugged("/dev/ttyUSB0")
    assert boards([], every=False, source=only) == ["/dev/ttyUSB0"]
    assert only_board("", only) == "/dev/ttyUSB0"


def test_of_several_boards_one_is_named_or_all_are_taken():
    several = Plugged("/dev/ttyUSB0", "/dev/ttyUSB1")
    with pytest.raises(FabnumError, match="2 boards") as raised:
        boards([], every=False, source=several)
    assert "/dev/ttyUSB1" in raised.value.action
    assert boards([], every=True, source=several) == ["/dev/ttyUSB0", "/dev/ttyUSB1"]
    assert boards(["/dev/x", "/dev/x"], every=False, source=several) == ["/dev/x"]


def test_what_is_done_with_one_board_offers_no_way_to_take_all():
    several = Plugged("/dev/ttyUSB0", "/dev/ttyUSB1")
    with pytest.raises(FabnumError, match="2 boards") as raised:
        only_board("", several)
    assert "--port" in raised.value.action
    assert "--all" not in raised.value.action
    assert only_board("/dev/ttyUSB1", several) == "/dev/ttyUSB1"


def test_no_board_is_said():
    with meets("no-port"):
        boards([], every=True, source=Plugged())


def test_images_are_listed_added_and_copied(folder, tmp_path, capsys):
    show_images()
    assert "no image" in capsys.readouterr().out
    assert add_images(str(image_files.write(tmp_path / "stick", "esp32c3"))) == 0
    assert "Added: MicroPython 1.28.0 · ESP32-C3" in capsys.readouterr().out
    assert add_images(str(tmp_path / "stick")) == 0
    assert "There already: MicroPython 1.28.0 · ESP32-C3" in capsys.readouterr().out
    show_images()
    assert "ESP32-C3" in capsys.readouterr().out
    export_images(tmp_path / "other stick")
    assert "1 image" in capsys.readouterr().out
    assert ImageFolder(tmp_path / "other stick").find("esp32c3")


def test_a_damaged_image_is_marked_in_the_list(folder, tmp_path, capsys):
    folder.add(image_files.write(tmp_path / "stick")).path.write_bytes(b"half")
    show_images()
    assert "no longer what it was" in " ".join(capsys.readouterr().out.split())


def test_what_is_no_image_is_left_out_with_its_reason(folder, tmp_path, capsys):
    (tmp_path / "stick").mkdir()
    (tmp_path / "stick" / "film.bin").write_bytes(b"film")
    assert add_images(str(tmp_path / "stick")) == 2
    assert "Left out: film.bin" in capsys.readouterr().out
    with pytest.raises(FabnumError, match="nowhere"):
        add_images(str(tmp_path / "nowhere"))
    with meets("image-missing"):
        export_images(tmp_path / "stick")


@pytest.mark.e2e
@pytest.mark.skipif(sys.platform == "win32", reason="virtual boards need POSIX terminals")
def test_one_board_that_fails_does_not_keep_the_others_from_micropython(folder, tmp_path, capsys):
    folder.add(virtual_image("esp32", tmp_path / "x"))
    with VirtualBench(tmp_path / "bench", count=3) as bench:
        bench.boards[1].fault("charge-only")
        ports = Plugged(*(board.port for board in bench.boards))
        assert flash_boards(every=True, source=ports) == 2
        for board in (bench.boards[0], bench.boards[2]):
            board.wait_for("MicroPython v")
        said = capsys.readouterr().out
        assert said.count("✓") == 2
        assert said.count("→") == 1
        bench.boards[1].fault(None)
        assert flash_boards(every=True, source=ports) == 0
        assert capsys.readouterr().out.count("there already") == 2


@pytest.mark.e2e
@pytest.mark.skipif(sys.platform == "win32", reason="virtual boards need POSIX terminals")
def test_a_chip_named_wrongly_is_refused(folder, tmp_path, capsys):
    for chip in ("esp32", "esp32c3"):
        folder.add(virtual_image(chip, tmp_path / chip))
    with VirtualBench(tmp_path / "bench") as bench:
        before = bench.boards[0].flash_path.read_bytes()
        assert flash_boards([bench.boards[0].port], chip="esp32c3") == 2
        assert bench.boards[0].flash_path.read_bytes() == before
    assert "made for another chip" in capsys.readouterr().out
