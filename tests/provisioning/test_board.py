"""Real mpremote on virtual boards: what is asked comes back, and the board is left as it should."""

import asyncio
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from device.twin.virtual import VirtualBench, VirtualBoard, virtual_image
from kit import firmware
from provisioning import install
from provisioning.board import Board, BoardError
from tests.provisioning.reached import meets

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.skipif(sys.platform == "win32", reason="virtual boards need POSIX terminals"),
]


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return virtual_image("esp32", tmp_path_factory.mktemp("image") / "esp32.bin")


@pytest.fixture
def virtual(tmp_path: Path, image: Path) -> Iterator[VirtualBoard]:
    with VirtualBench(tmp_path, image=image) as bench:
        yield bench.boards[0]


@pytest.fixture
def board(virtual: VirtualBoard) -> Board:
    return Board(virtual.port)


async def test_what_the_code_prints_comes_back_and_nothing_else(board: Board) -> None:
    assert await board.ask("print('été')\nprint(6 * 7)") == "été\n42\n"


async def test_what_boot_py_prints_is_no_answer(board: Board) -> None:
    await board.ask("with open('boot.py', 'w') as f: f.write('print(\"I boot\")')")
    assert await board.ask("print('asked')", fresh=True) == "asked\n"


async def test_each_line_is_heard_as_it_comes(board: Board) -> None:
    lines: list[str] = []
    await board.ask("for n in range(3): print(n)", on_line=lines.append)
    assert lines == ["0", "1", "2"]


async def test_a_failure_there_brings_the_traceback_of_the_board(board: Board) -> None:
    with pytest.raises(BoardError, match=r"line 2[^$]*ZeroDivisionError"):
        await board.ask("print('before')\n1 / 0")


async def test_code_beside_the_program_sees_what_it_left_and_fresh_code_does_not(
    board: Board,
) -> None:
    await board.ask("left = 5")
    assert await board.ask("print(left)") == "5\n"
    assert await board.ask("print('left' in globals())", fresh=True) == "False\n"


async def test_scripts_in_turn_see_what_those_before_defined(board: Board) -> None:
    assert await board.run([b"a = 6", b"print(a * 7)"], timeout_s=60) == "42\n"


async def test_what_is_asked_stands_on_no_command_line(board: Board) -> None:
    seen: list[str] = []

    def look(line: str) -> None:
        seen.extend(" ".join(p.cmdline()) for p in psutil.Process().children(recursive=True))

    await board.ask("print('go')\npassword = 'moon-and-stars'", on_line=look)
    assert any("mpremote" in line for line in seen)
    assert not any("moon-and-stars" in line for line in seen)


async def test_files_are_copied_and_a_folder_that_is_missing_is_said(
    board: Board, tmp_path: Path
) -> None:
    source = tmp_path / "source"
    (source / "inner").mkdir(parents=True)
    (source / "inner" / "a.txt").write_bytes(b"\x00\xff")
    await board.copy(source, "/")
    assert await board.ask("print(open('/inner/a.txt', 'rb').read())") == "b'\\x00\\xff'\n"
    with pytest.raises(BoardError, match="mpremote: cp"):
        await board.copy(source, "/nowhere/at/all")


async def test_a_board_is_asked_at_once_after_its_restart(
    board: Board, virtual: VirtualBoard
) -> None:
    await board.ask("with open('main.py', 'w') as f: f.write('print(\"I run\")')")
    await board.restart()
    assert await board.ask("print(1)") == "1\n"


async def test_a_run_that_falls_silent_is_ended(board: Board) -> None:
    code = "import time\nfor n in range(3):\n    print(n)\n    time.sleep(0.2)\ntime.sleep(60)"
    lines: list[str] = []
    with meets("no-answer"):
        await board.ask(code, timeout_s=None, idle_s=5, on_line=lines.append)
    assert lines == ["0", "1", "2"]


async def test_cancelling_leaves_no_tool_on_the_port(board: Board) -> None:
    begun = asyncio.Event()
    asking = asyncio.create_task(
        board.ask("print()\nprint(1)\nimport time\ntime.sleep(60)", on_line=lambda _: begun.set())
    )
    await begun.wait()
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    assert not [p for p in psutil.Process().children() if "mpremote" in " ".join(p.cmdline())]


async def test_a_cable_that_comes_out_while_the_board_is_asked(
    board: Board, virtual: VirtualBoard
) -> None:
    begun = asyncio.Event()
    asking = asyncio.create_task(
        board.ask("print(1)\nimport time\ntime.sleep(60)", on_line=lambda _: begun.set())
    )
    await begun.wait()
    await asyncio.to_thread(virtual.unplug)
    with meets("cable-pulled"):
        await asking


async def test_a_board_without_micropython_is_told_apart(tmp_path: Path) -> None:
    with VirtualBench(tmp_path) as bench, meets("no-micropython"):
        await Board(bench.boards[0].port).ask("print(1)")


async def test_a_program_that_keeps_the_prompt_closed_ends_in_a_card(
    board: Board, virtual: VirtualBoard
) -> None:
    virtual.fault("stuck")
    with meets("raw-repl-refused"):
        await board.ask("print(1)")


async def test_our_firmware_holds_still_for_the_bench_and_goes_on_after_the_restart(
    board: Board, virtual: VirtualBoard
) -> None:
    await install.install(board, firmware.assemble("lamp").files, lambda *_: None)
    held = "from fabnum.kept import HELD, Kept\nprint(Kept().has(HELD))"
    assert await board.ask(held, fresh=True) == "True\n"
    await board.ask("with open('main.py', 'w') as f: f.write('print(\"I run\")')")
    assert "I run\r\n" not in virtual.console()
    await board.restart()
    await asyncio.to_thread(virtual.wait_for, "I run\r\n")
