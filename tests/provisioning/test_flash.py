"""Real esptool writes MicroPython onto virtual boards: what is there then, and what is not."""

import asyncio
import sys
from pathlib import Path

import pytest

from device.twin.virtual import VirtualBench, virtual_image
from provisioning import tools
from provisioning.board import Board
from provisioning.flash import SAFE_BAUD, flash
from provisioning.images import CHIPS, Claim, ImageFolder
from tests.provisioning.noisy_line import noisy_line

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.skipif(sys.platform == "win32", reason="virtual boards need POSIX terminals"),
]


@pytest.fixture(scope="module")
def images(tmp_path_factory):
    """One image for each chip, of a real image's size."""
    folder = tmp_path_factory.mktemp("images")
    for chip in CHIPS:
        ImageFolder(folder).add(virtual_image(chip, folder / "new.image"))
    return ImageFolder(folder)


def written(board, image) -> bool:
    """Whether that image is in the board's flash, byte for byte."""
    content = board.flash_path.read_bytes()
    return content[image.offset :].startswith(image.path.read_bytes())


@pytest.mark.parametrize("chip", CHIPS)
async def test_a_blank_chip_boots_into_micropython_afterwards(tmp_path, images, chip):
    image = images.find(chip)
    with VirtualBench(tmp_path, chip=chip) as bench:
        board = bench.boards[0]
        flashed = await flash(board.port, image, chip=chip)
        board.wait_for("MicroPython v" + image.version)
        assert await Board(board.port).ask("print(6 * 7)") == "42\n"
    assert written(board, image)
    assert not flashed.unchanged
    assert flashed.bytes == image.path.stat().st_size
    assert 0 < flashed.bytes_on_line < flashed.bytes


async def test_what_is_there_already_is_not_written_again(tmp_path, images):
    image = images.find("esp32")
    with VirtualBench(tmp_path) as bench:
        board = bench.boards[0]
        await flash(board.port, image, chip="esp32")
        before = board.flash_path.stat().st_mtime_ns, board.flash_path.read_bytes()
        again = await flash(board.port, image, chip="esp32")
        assert again.unchanged
        assert again.bytes_on_line == 0
        assert board.flash_path.read_bytes() == before[1]
        assert await Board(board.port).ask("print(6 * 7)") == "42\n"


async def test_the_files_of_a_board_survive_a_newer_micropython_unless_all_is_erased(
    tmp_path, images
):
    newer = ImageFolder(tmp_path / "newer").add(
        virtual_image("esp32", tmp_path / "newer.image", version="1.30.0")
    )
    with VirtualBench(tmp_path / "bench") as bench:
        port = bench.boards[0].port
        await flash(port, images.find("esp32"), chip="esp32")
        await Board(port).ask("with open('/readings', 'w') as f: f.write('21.5')")
        await flash(port, newer, chip="esp32")
        assert await Board(port).ask("print(open('/readings').read())") == "21.5\n"
        bench.boards[0].wait_for("MicroPython v1.30.0")
        await flash(port, newer, chip="esp32", erase=True)
        assert "readings" not in await Board(port).ask("import os; print(os.listdir('/'))")


async def test_progress_rises_from_nothing_to_all_and_is_said_in_words(tmp_path, images):
    heard = []
    with VirtualBench(tmp_path) as bench:
        await flash(
            bench.boards[0].port,
            images.find("esp32"),
            chip="esp32",
            on_progress=lambda part, words: heard.append((part, words)),
        )
    parts = [part for part, _words in heard]
    assert parts == sorted(parts)
    assert (parts[0], parts[-1]) == (0.0, 1.0)
    assert len({part for part in parts if 0.1 < part < 0.9}) > 20
    assert all(words for _part, words in heard)


async def test_several_boards_are_flashed_at_once(tmp_path, images):
    image = images.find("esp32c3")
    running = []
    most = []

    def note(port):
        def heard(part, _words):
            if 0 < part < 1 and port not in running:
                running.append(port)
            if part == 1:
                running.remove(port)
            most.append(len(running))

        return heard

    with VirtualBench(tmp_path, count=4, chip="esp32c3") as bench:
        await asyncio.gather(
            *(
                flash(board.port, image, chip="esp32c3", on_progress=note(board.port))
                for board in bench.boards
            )
        )
        assert all(written(board, image) for board in bench.boards)
    assert max(most) == 4


async def test_a_line_that_garbles_fast_bytes_is_used_slowly(tmp_path, images):
    image = images.find("esp32")
    heard = []
    with (
        VirtualBench(tmp_path) as bench,
        noisy_line(bench.boards[0].port, tmp_path / "line", good_up_to=SAFE_BAUD) as line,
    ):
        flashed = await flash(
            line, image, chip="esp32", on_progress=lambda _part, words: heard.append(words)
        )
        assert written(bench.boards[0], image)
    assert flashed.baud == SAFE_BAUD
    assert any("115200" in words or "lent" in words or "slower" in words for words in heard)


async def test_a_cancelled_flash_ends_esptool_and_can_be_repeated(tmp_path, images):
    image = images.find("esp32")
    half = asyncio.Event()

    def heard(part, _words):
        if part > 0.4:
            half.set()

    with VirtualBench(tmp_path) as bench:
        board = bench.boards[0]
        work = asyncio.create_task(flash(board.port, image, chip="esp32", on_progress=heard))
        await half.wait()
        work.cancel()
        with pytest.raises(asyncio.CancelledError):
            await work
        assert not written(board, image)
        await flash(board.port, image, chip="esp32")
        assert written(board, image)


async def test_an_image_added_under_any_name_is_flashed_too(tmp_path):
    folder = ImageFolder(tmp_path / "images")
    image = folder.add(virtual_image("esp32s3", tmp_path / "x"), Claim(chip="esp32s3"))
    with VirtualBench(tmp_path / "bench", chip="esp32s3") as bench:
        await flash(bench.boards[0].port, image, chip="esp32s3")
        command = tools.esptool(
            bench.boards[0].port, "--chip", "esp32s3", "verify-flash", "0x0", str(image.path)
        )
        verified = await tools.run(command, timeout_s=60)
    assert verified.code == 0, verified.output


def test_nothing_of_esptool_is_imported():
    folder = Path(__file__).parents[2] / "provisioning"
    for file in folder.rglob("*.py"):
        lines = file.read_text(encoding="utf-8").splitlines()
        assert not [
            line for line in lines if line.strip().startswith(("import esptool", "from esptool"))
        ]
