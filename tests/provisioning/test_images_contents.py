"""What an image says of itself: read right from good bytes, refused from all others."""

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device.twin.virtual.images import VERSION, virtual_image
from provisioning.images import CHIPS, contents, names
from provisioning.images.model import Image, rank
from tests.provisioning import image_files

WHOLE = image_files.make("esp32")


@pytest.mark.parametrize("chip", CHIPS)
def test_an_image_tells_its_chip_its_version_and_the_flash_it_needs(chip):
    held = contents.read(image_files.make(chip, "1.27.1", flash_bytes=8 << 20))
    assert held.chip is CHIPS[chip]
    assert held.version == "1.27.1"
    assert held.flash_bytes == 8 << 20


@pytest.mark.parametrize("chip", CHIPS)
def test_an_image_for_virtual_boards_is_read_as_a_real_one(chip, tmp_path):
    file = virtual_image(chip, tmp_path / "image.bin")
    assert contents.read(file.read_bytes()) == contents.Contents(CHIPS[chip], VERSION, 4 << 20)


@pytest.mark.parametrize("chip", CHIPS)
def test_esptool_reads_the_same_in_an_image(chip, tmp_path):
    file = tmp_path / "image.bin"
    file.write_bytes(image_files.make(chip))
    said = subprocess.run(
        [sys.executable, "-m", "esptool", "image-info", file],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert f"Detected image type: {CHIPS[chip].words}" in said
    assert said.count("(valid)") == 2  # checksum and hash


@given(st.integers(0, len(WHOLE) - 1))
def test_an_image_cut_short_anywhere_is_refused(length):
    with pytest.raises(contents.NoImageError):
        contents.read(WHOLE[:length])


@given(st.data())
def test_an_image_with_one_wrong_byte_in_a_program_is_refused(data):
    boot_end, app_at = 24 + 8 + 16, image_files.APP_AT - CHIPS["esp32"].offset
    at = data.draw(st.one_of(st.integers(4, boot_end), st.integers(app_at + 24, len(WHOLE) - 1)))
    wrong = bytearray(WHOLE)
    wrong[at] ^= data.draw(st.integers(1, 255))
    with pytest.raises(contents.NoImageError):
        contents.read(bytes(wrong))


@given(st.binary(max_size=300))
def test_no_bytes_whatever_make_it_fail_otherwise(junk):
    for data in (junk, b"\xe9" + junk, WHOLE[:0x7000] + junk, WHOLE[:24] + junk * 200):
        with pytest.raises(contents.NoImageError):
            contents.read(data)


def test_a_wrong_partition_table_is_seen_by_its_md5():
    at = contents.TABLE_AT - CHIPS["esp32"].offset
    table = bytearray(WHOLE)
    table[at + 8] ^= 0x10
    with pytest.raises(contents.IncompleteError, match="table"):
        contents.read(bytes(table))


def test_an_image_for_a_chip_that_the_kit_does_not_know_is_named_as_such():
    other = bytearray(WHOLE)
    other[12] = 13  # ESP32-C6
    with pytest.raises(contents.NoImageError, match="13"):
        contents.read(bytes(other))


def test_an_update_over_the_air_is_no_image_for_a_blank_chip():
    app = WHOLE[image_files.APP_AT - CHIPS["esp32"].offset :]
    with pytest.raises(contents.NoImageError):
        contents.read(app)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("ESP32_GENERIC-20241129-v1.24.1.bin", ("ESP32_GENERIC", "", "20241129", "1.24.1")),
        (
            "ESP32_GENERIC_S3-SPIRAM_OCT-20251209-v1.27.0.bin",
            ("ESP32_GENERIC_S3", "SPIRAM_OCT", "20251209", "1.27.0"),
        ),
        (
            "ESP32_GENERIC_C3-20250115-v1.25.0-preview.254.gd9d3a2f.bin",
            ("ESP32_GENERIC_C3", "", "20250115", "1.25.0-preview.254.gd9d3a2f"),
        ),
        ("M5STACK_ATOM-20240602-v1.23.0.bin", ("M5STACK_ATOM", "", "20240602", "1.23.0")),
        ("firmware.bin", None),
        ("ESP32_GENERIC-20241129-v1.24.1.uf2", None),
        ("../ESP32_GENERIC-20241129-v1.24.1.bin", None),
    ],
)
def test_the_names_that_micropython_org_gives(name, expected):
    assert names.parse(name) == expected


@given(st.text(max_size=60))
def test_any_name_can_be_asked(name):
    names.parse(name + ".bin")


def listed(board: str, variant: str, version: str) -> Image:
    return Image(Path("x.bin"), "esp32", board, variant, version, 0x1000, 4 << 20, "0" * 64)


def test_the_newest_release_for_any_maker_comes_first():
    plain = "ESP32_GENERIC"
    in_order = [
        listed(plain, "", "1.10.1"),
        listed(plain, "", "1.9.4"),
        listed(plain, "", "1.30.0-preview.3.g1234567"),
        listed(plain, "SPIRAM", "1.29.0"),
        listed("LOLIN_D32", "", "1.29.0"),
    ]
    assert sorted([*in_order[2:], *in_order[:2]], key=rank, reverse=True) == in_order
