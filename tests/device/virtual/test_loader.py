"""esptool, unmodified, on virtual boards: what it finds, writes, reads back and refuses."""

import hashlib

import pytest

from device.twin.chip.profiles import PROFILES
from device.twin.virtual import virtual_image
from tests.device.virtual.conftest import Tool


@pytest.mark.parametrize(
    ("chip", "found"),
    [
        ("esp32", "ESP32-D0WD-V3 (revision v3.1)"),
        ("esp32s3", "ESP32-S3 (QFN56) (revision v0.2)"),
        ("esp32c3", "ESP32-C3 (QFN32) (revision v0.4)"),
    ],
)
def test_esptool_finds_chip_address_crystal_and_flash(make_bench, chip, found):
    done = Tool(make_bench(chip=chip, flash_mb=8).boards[0]).esptool("flash-id")
    assert done.returncode == 0
    said = done.stdout
    assert f"Chip type:          {found}" in said
    assert "MAC:                02:00:00:00:00:01" in said
    assert "Crystal frequency:  40MHz" in said
    assert "Detected flash size: 8MB" in said


@pytest.mark.parametrize("chip", sorted(PROFILES))
def test_what_esptool_writes_boots_and_can_be_read_back(make_bench, tmp_path, chip):
    tool = Tool(make_bench(chip=chip).boards[0])
    image = virtual_image(chip, tmp_path / "image.bin")
    offset = PROFILES[chip].loader_offset
    done = tool.esptool("--chip", chip, "--baud", "921600", "write-flash", hex(offset), image)
    assert done.returncode == 0
    assert "Hash of data verified." in done.stdout
    assert tool.ask("import sys; print(sys.platform)") == "esp32"
    done = tool.esptool("read-flash", hex(offset), image.stat().st_size, tmp_path / "read.bin")
    assert done.returncode == 0
    assert (tmp_path / "read.bin").read_bytes() == image.read_bytes()


@pytest.mark.parametrize(("asked", "chip"), [("esp32s3", "esp32"), ("esp32", "esp32c3")])
def test_a_wrong_chip_is_refused_before_anything_is_written(make_bench, image, asked, chip):
    board = make_bench(chip=chip).boards[0]
    done = Tool(board).esptool("--chip", asked, "write-flash", "0x1000", image)
    assert done.returncode == 2
    assert "Wrong chip argument?" in done.stdout + done.stderr
    assert set(board.flash_path.read_bytes()) == {0xFF}


def test_flash_that_is_written_plainly_is_verified_by_the_rom_itself(blank, tmp_path):
    (tmp_path / "data.bin").write_bytes(hashlib.sha256(b"x").digest() * 300)
    done = blank.esptool("--no-stub", "write-flash", "-u", "0x10000", tmp_path / "data.bin")
    assert done.returncode == 0
    assert "Hash of data verified." in done.stdout
    done = blank.esptool("verify-flash", "0x10000", tmp_path / "data.bin")
    assert done.returncode == 0
    (tmp_path / "data.bin").write_bytes(b"other")
    assert blank.esptool("verify-flash", "0x10000", tmp_path / "data.bin").returncode != 0


def test_erasing_takes_everything(tool):
    assert tool.esptool("erase-flash").returncode == 0
    assert set(tool.board.flash_path.read_bytes()) == {0xFF}
    tool.board.wait_for("invalid header: 0xffffffff")


def test_what_is_written_twice_without_erasing_is_both(blank, tmp_path):
    for content in (b"\xf0" * 16, b"\x3c" * 16):
        (tmp_path / "data.bin").write_bytes(content)
        done = blank.esptool("write-flash", "0x3000", tmp_path / "data.bin")
        assert done.returncode == 0
    assert blank.board.flash_path.read_bytes()[0x3000:0x3010] == b"\x3c" * 16


def test_flashing_anew_keeps_the_files(tool, image):
    tool.write("kept.txt", "hello")
    assert tool.flash(image).returncode == 0
    assert tool.ask("print(open('kept.txt').read())") == "hello"
