"""Every card of flashing, caused for real on a virtual board; and the board afterwards.

The cards of images stand in test_images.py and test_images_download.py.
"""

import hashlib
import re
import sys
from dataclasses import replace

import pytest

from device.twin.virtual import VirtualBench, virtual_image
from provisioning.flash import SAFE_BAUD, flash
from provisioning.images import CHIPS, ImageFolder
from tests.provisioning.noisy_line import noisy_line
from tests.provisioning.reached import meets

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.skipif(sys.platform == "win32", reason="virtual boards need POSIX terminals"),
]


ADDRESS = re.compile(r"(?:[0-9a-f]{2}:){5}")


@pytest.fixture(scope="module")
def images(tmp_path_factory):
    folder = tmp_path_factory.mktemp("images")
    for chip in CHIPS:
        ImageFolder(folder).add(virtual_image(chip, folder / "new.image"))
    return ImageFolder(folder)


@pytest.fixture
def image(images):
    return images.find("esp32")


@pytest.fixture
async def flashed(tmp_path, image):
    """A bench of one board with MicroPython on it."""
    with VirtualBench(tmp_path / "bench") as bench:
        await flash(bench.boards[0].port, image, chip="esp32")
        yield bench.boards[0]


async def test_an_image_for_another_chip_is_refused_before_anything_is_erased(flashed, images):
    before = flashed.flash_path.read_bytes()
    with meets("image-chip"):  # told by preflight
        await flash(flashed.port, images.find("esp32c3"), chip="esp32")
    with meets("image-chip") as met:  # found by esptool
        await flash(flashed.port, images.find("esp32c3"), chip="esp32c3")
    assert met.error.seen == "ESP32 ≠ ESP32-C3"
    assert flashed.flash_path.read_bytes() == before


async def test_a_damaged_image_is_refused_before_anything_is_erased(flashed, tmp_path):
    image = ImageFolder(tmp_path / "own").add(
        virtual_image("esp32", tmp_path / "x", version="1.30.0")
    )
    content = bytearray(image.path.read_bytes())
    content[100_000] ^= 1
    image.path.write_bytes(content)
    before = flashed.flash_path.read_bytes()
    with meets("image-damaged"):
        await flash(flashed.port, image, chip="esp32", erase=True)
    assert flashed.flash_path.read_bytes() == before


async def test_an_image_that_a_board_is_too_old_for_is_refused_before_anything_is_erased(
    flashed, tmp_path, image
):
    demanding = bytearray(image.path.read_bytes())
    demanding[15:17] = (400).to_bytes(2, "little")  # “runs from revision 4.0 on”
    demanding[17:19] = (0xFFFF).to_bytes(2, "little")
    at = 24 + 8 + 4892 + 8 + 14896
    end = at + 16 - at % 16
    demanding[end : end + 32] = hashlib.sha256(demanding[:end]).digest()
    file = tmp_path / "demanding.bin"
    file.write_bytes(demanding)
    own = ImageFolder(tmp_path / "own").add(file)
    before = flashed.flash_path.read_bytes()
    with meets("flash-refused") as met:
        await flash(flashed.port, own, chip="esp32")
    assert "revision" in met.error.seen
    assert flashed.flash_path.read_bytes() == before


@pytest.mark.slow
async def test_a_board_that_dies_half_way_is_plugged_in_again_and_repeated(tmp_path, image):
    with VirtualBench(tmp_path) as bench:
        board = bench.boards[0]
        board.fault("dies-while-flashing")
        with meets("flash-interrupted") as met:
            await flash(board.port, image, chip="esp32")
        assert not ADDRESS.search(met.error.seen)
        board.fault(None)
        board.unplug()
        board.plug()
        await flash(board.port, image, chip="esp32")
        board.wait_for("MicroPython v")


@pytest.mark.slow
async def test_a_cable_pulled_half_way_is_said(tmp_path, image):
    with VirtualBench(tmp_path) as bench:
        board = bench.boards[0]
        board.cut_after_writes(60)
        with meets("flash-interrupted"):
            await flash(board.port, image, chip="esp32")
        board.plug()
        await flash(board.port, image, chip="esp32")
        board.wait_for("MicroPython v")


async def test_a_line_that_garbles_at_any_speed_is_said(tmp_path, image):
    with (
        VirtualBench(tmp_path) as bench,
        noisy_line(bench.boards[0].port, tmp_path / "line", good_up_to=0) as line,
        meets("flash-line"),
    ):
        await flash(line, image, chip="esp32", baud=SAFE_BAUD)


async def test_a_flash_that_forgets_is_said(tmp_path, image):
    with VirtualBench(tmp_path) as bench:
        board = bench.boards[0]

        def wear(part, _words):
            if part > 0.5:
                with board.flash_path.open("r+b") as file:
                    file.seek(image.offset + 0x2000)
                    file.write(b"\0" * 64)

        with meets("flash-verify"):
            await flash(board.port, image, chip="esp32", on_progress=wear)
        await flash(board.port, image, chip="esp32")


async def test_a_file_longer_than_the_flash_is_refused(tmp_path, images):
    image = images.find("esp32")
    grown = replace(image, path=tmp_path / "grown.bin")
    content = image.path.read_bytes().ljust(4 << 20, b"\xff")
    grown.path.write_bytes(content)
    grown = replace(grown, sha256=hashlib.sha256(content).hexdigest())
    with VirtualBench(tmp_path / "bench") as bench:
        before = bench.boards[0].flash_path.read_bytes()
        with meets("image-too-large"):
            await flash(bench.boards[0].port, grown, chip="esp32")
        assert bench.boards[0].flash_path.read_bytes() == before


async def test_a_port_without_a_board_is_said(tmp_path, image):
    with meets("no-port"):
        await flash(str(tmp_path / "ttyUSB0"), image, chip="esp32")


async def test_a_cable_that_only_charges_is_said(tmp_path, image):
    with VirtualBench(tmp_path) as bench:
        bench.boards[0].fault("charge-only")
        with meets("no-answer"):
            await flash(bench.boards[0].port, image, chip="esp32")
