"""The folder of images: what goes in, what a chip gets out of it, and what nobody gets."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.errors import FabnumError
from provisioning.images import CHIPS, Claim, ImageFolder, default_folder, manifest
from provisioning.images.model import Image
from tests.provisioning import image_files
from tests.provisioning.reached import assert_card, meets

ENTRY = f"""
[[images]]
file = "{{file}}"
chip = "esp32"
version = "1.28.0"
offset = {{offset}}
flash_bytes = 4194304
sha256 = "{"0" * 64}"
"""


@pytest.fixture
def stick(tmp_path):
    return tmp_path / "stick"


@pytest.fixture
def folder(tmp_path):
    return ImageFolder(tmp_path / "site" / "images")


def test_the_folder_lies_with_the_site_or_where_the_environment_says(monkeypatch, tmp_path):
    monkeypatch.delenv("FABNUM_IMAGES", raising=False)
    monkeypatch.setenv("FABNUM_DATA", str(tmp_path))
    assert default_folder() == tmp_path / "images"
    monkeypatch.setenv("FABNUM_IMAGES", str(tmp_path / "elsewhere"))
    assert ImageFolder().path == tmp_path / "elsewhere"


@pytest.mark.parametrize("chip", CHIPS)
def test_what_was_added_is_found_for_its_chip_with_all_that_flashing_needs(folder, stick, chip):
    file = image_files.write(stick, chip, "1.28.0")
    folder.add(file)
    image = folder.find(chip, 4 << 20)
    assert image.path.read_bytes() == file.read_bytes()
    assert (image.chip, image.version, image.board) == (chip, "1.28.0", CHIPS[chip].board)
    assert image.offset == {"esp32": 0x1000, "esp32s3": 0, "esp32c3": 0}[chip]
    assert image.flash_bytes == 4 << 20


def test_the_newest_that_fits_the_flash_is_taken(folder, stick):
    for version, flash_bytes, variant in (
        ("1.9.4", 4 << 20, ""),
        ("1.27.0", 4 << 20, "FLASH_4M"),
        ("1.28.0", 8 << 20, ""),
    ):
        folder.add(
            image_files.write(stick, "esp32s3", version, flash_bytes=flash_bytes, variant=variant)
        )
    assert folder.find("esp32s3").version == "1.28.0"
    assert folder.find("esp32s3", 8 << 20).version == "1.28.0"
    assert folder.find("esp32s3", 4 << 20).version == "1.9.4"  # rather than a variant


def test_a_chip_without_an_image_is_told_so(folder, stick):
    with meets("image-missing"):
        folder.find("esp32")
    folder.add(image_files.write(stick, "esp32"))
    with meets("image-missing") as met:
        folder.find("esp32c3")
    assert met.error.seen == "ESP32-C3"


def test_a_board_with_too_little_flash_is_told_so(folder, stick):
    folder.add(image_files.write(stick, "esp32s3", flash_bytes=8 << 20))
    with meets("image-too-large") as met:
        folder.find("esp32s3", 4 << 20)
    assert met.error.seen == "4 MB"


def test_an_image_that_was_changed_since_is_refused(folder, stick):
    image = folder.add(image_files.write(stick))
    content = bytearray(image.path.read_bytes())
    content[-1] ^= 1
    image.path.write_bytes(content)
    with meets("image-damaged"):
        folder.find("esp32")
    image.path.unlink()
    with meets("image-damaged"):
        folder.find("esp32")


def test_adding_the_same_image_again_repairs_it_and_lists_it_once(folder, stick):
    file = image_files.write(stick)
    folder.add(file).path.write_bytes(b"half")
    folder.add(file)
    assert folder.find("esp32").path.read_bytes() == file.read_bytes()
    assert len(folder.images()) == 1


def test_an_image_under_any_name_gets_one_that_says_what_it_is(folder, stick):
    file = image_files.write(stick, "esp32c3", "1.28.0", name="neu (1).bin")
    assert folder.add(file).file == "esp32c3-v1.28.0.bin"
    assert folder.find("esp32c3").source == "neu (1).bin"


def test_no_path_of_the_computer_gets_into_the_list(folder, stick):
    folder.add(image_files.write(stick))
    assert str(stick) not in folder.manifest.read_text()


@pytest.mark.parametrize(
    "content",
    [b"", b"#!/bin/sh\n", b"\xe9", bytes(100), image_files.make("esp32")[:2000]],
)
def test_what_is_no_image_is_refused_and_leaves_nothing_behind(folder, stick, content):
    stick.mkdir()
    file = stick / "ESP32_GENERIC-20260406-v1.28.0.bin"
    file.write_bytes(content)
    with pytest.raises(Exception, match=r".") as raised:
        folder.add(file)
    if len(content) < 2000:
        assert_card(raised.value, "image-unknown")
    else:
        assert_card(raised.value, "image-incomplete")
    assert folder.images() == []
    assert not list(folder.path.glob("*"))


def test_a_file_too_large_for_any_board_is_not_even_read(folder, stick):
    stick.mkdir()
    with (stick / "film.bin").open("wb") as file:
        file.truncate(5 << 30)
    with meets("image-unknown"):
        folder.add(stick / "film.bin")


def test_a_name_that_says_another_chip_or_version_than_the_content_is_not_believed(folder, stick):
    file = image_files.write(stick, "esp32", name="ESP32_GENERIC_S3-20260406-v1.28.0.bin")
    with meets("image-differs") as met:
        folder.add(file)
    assert "ESP32-S3 ≠ ESP32" in met.error.seen
    file = image_files.write(stick, "esp32", "1.28.0", name="ESP32_GENERIC-20241129-v1.24.1.bin")
    with meets("image-differs"):
        folder.add(file)
    file = image_files.write(stick, "esp32")
    with meets("image-differs"):
        folder.add(file, Claim(chip="esp32c3"))
    with meets("image-differs"):
        folder.add(file, Claim(version="v1.20.0"))
    assert folder.add(file, Claim(chip="esp32", version="v1.28.0")).version == "1.28.0"


def test_an_image_that_is_not_what_its_list_says_is_refused(folder, stick):
    file = image_files.write(stick)
    with meets("image-damaged"):
        folder.add(file, Claim(sha256="0" * 64))
    assert not folder.path.exists()


def test_a_stick_without_a_list_is_taken_whole_and_what_is_no_image_is_named(folder, stick):
    for chip in CHIPS:
        image_files.write(stick / "micropython", chip)
    (stick / "notes.bin").write_bytes(b"hello")
    added = folder.add_folder(stick)
    assert {image.chip for image in added.images} == set(CHIPS)
    [(name, error)] = added.left_out
    assert name == "notes.bin"
    assert_card(error, "image-unknown")


def test_a_folder_without_images_is_said(folder, tmp_path):
    with pytest.raises(FabnumError, match="nothing here"):
        folder.add_folder(tmp_path / "nothing here")


def test_images_go_through_a_stick_to_another_site(folder, stick, tmp_path):
    for chip in CHIPS:
        folder.add(image_files.write(tmp_path / "net", chip), Claim(source="https://example.org/x"))
    folder.export(stick)
    other = ImageFolder(tmp_path / "other site")
    assert other.add_folder(stick).left_out == []
    assert other.manifest.read_bytes() == folder.manifest.read_bytes()


def test_a_stick_whose_file_is_damaged_gives_the_others(folder, stick, tmp_path):
    for chip in CHIPS:
        folder.add(image_files.write(tmp_path / "net", chip))
    folder.export(stick)
    hurt = next(stick.glob("ESP32_GENERIC_S3*"))
    hurt.write_bytes(image_files.make("esp32s3", body=b"another"))
    added = ImageFolder(tmp_path / "other").add_folder(stick)
    assert {image.chip for image in added.images} == {"esp32", "esp32c3"}
    [(_name, error)] = added.left_out
    assert_card(error, "image-damaged")


@pytest.mark.parametrize(
    "mistake",
    [
        "[[images",
        "[[images]]\nfile = 'x.bin'\n",
        "images = 3",
        "\x00",
        ENTRY.format(file="../../etc/x.bin", offset="0x1000"),
        ENTRY.format(file="x.bin", offset="0"),
    ],
    ids=["syntax", "fields", "kind", "byte", "path", "offset"],
)
def test_a_list_with_a_mistake_is_said_and_the_next_add_makes_it_anew(folder, stick, mistake):
    folder.add(image_files.write(stick, "esp32"))
    folder.manifest.write_text(mistake)
    with meets("image-manifest"):
        folder.find("esp32")
    folder.add(image_files.write(stick, "esp32c3"))
    assert {image.chip for image in folder.images()} == {"esp32", "esp32c3"}
    assert folder.manifest.with_suffix(".unreadable").read_text() == mistake


def test_a_folder_that_cannot_be_written_is_said(stick, tmp_path):
    (tmp_path / "file").write_text("in the way")
    with meets("image-folder"):
        ImageFolder(tmp_path / "file" / "images").add(image_files.write(stick))
    with meets("image-folder"):
        ImageFolder(tmp_path / "file" / "images").add_folder(stick)


words = st.text(max_size=30)


@given(
    st.builds(
        Image,
        path=st.from_regex(r"[A-Za-z0-9][A-Za-z0-9_.+-]{0,20}\.bin", fullmatch=True).map(
            manifest.Path
        ),
        chip=st.just("esp32s3"),
        board=words,
        variant=words,
        version=words.filter(bool),
        offset=st.just(0),
        flash_bytes=st.integers(1, 1 << 30),
        sha256=st.from_regex(r"[0-9a-f]{64}", fullmatch=True),
        source=words,
    )
)
def test_a_list_is_read_as_it_was_written(tmp_path_factory, image):
    folder = tmp_path_factory.mktemp("list")
    (folder / manifest.NAME).write_text(manifest.text([image]), encoding="utf-8", newline="")
    [read] = manifest.read(folder)
    assert (read.board, read.variant, read.version, read.source, read.file) == (
        image.board,
        image.variant,
        image.version,
        image.source,
        image.file,
    )
