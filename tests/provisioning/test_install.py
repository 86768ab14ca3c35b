"""Installing: changed files only, all or none, and nothing of a learner's lost."""

from functools import cache
from pathlib import Path

import pytest

from kit import firmware
from provisioning import install
from provisioning.install import Installed
from tests.provisioning.bare_board import BareBoard
from tests.provisioning.reached import meets

IDENTITY = firmware.identity(
    {"town": "ville", "device": "lampe-01", "broker": {"password": "top-secret"}}, b"\x30\x82"
)


@pytest.fixture
def board(tmp_path: Path) -> BareBoard:
    return BareBoard(tmp_path / "flash.bin")


assemble = cache(firmware.assemble)


def quietly(_fraction: float, _words: str) -> None:
    pass


async def put(board: BareBoard, build: firmware.Firmware) -> Installed:
    return await install.install(board, build.files, quietly)


def on_board(files: dict[str, bytes]) -> dict[str, bytes]:
    return {f"/{path}": content for path, content in files.items()}


async def test_a_blank_board_gets_all_and_nothing_else(board):
    lamp = assemble("lamp")
    done = await put(board, lamp)
    assert await board.files() == on_board(lamp.files)
    assert set(done.written) == set(on_board(lamp.files))
    assert done.bytes == sum(map(len, lamp.files.values()))


async def test_what_is_there_already_is_neither_sent_nor_written(board):
    lamp = assemble("lamp")
    await put(board, lamp)
    board.writes = 0
    done = await put(board, lamp)
    assert (done.written, done.bytes, board.writes) == ((), 0, 0)
    assert set(done.unchanged) == set(on_board(lamp.files))


async def test_a_changed_line_sends_the_program_and_its_description_alone(board):
    lamp = assemble("lamp")
    await put(board, lamp)
    changed = assemble("lamp", lamp.files["main.py"] + b"# encore\n")
    done = await put(board, changed)
    assert set(done.written) == {"/main.py", "/build.json"}
    assert done.kept == ()
    assert await board.files() == on_board(changed.files)


async def test_another_build_removes_the_drivers_that_it_does_not_need(board):
    await put(board, assemble("lamp"))
    air = assemble("air")
    done = await put(board, air)
    assert "/drivers/button.mpy" in done.removed
    assert await board.files() == on_board(air.files)


async def test_what_a_learner_wrote_stays_and_the_changed_program_is_kept_beside(board):
    await put(board, assemble("lamp"))
    theirs = {
        "main.py": b"print('mon programme')\n",
        "notes.txt": b"mes notes",
        "drivers/mine.py": b"x = 1\n",
        "fabnum/app.py": b"raise SystemExit\n",
        "queue/00000001.q1": b"a reading",
    }
    await board.put(theirs)
    lamp = assemble("lamp", b"# nouveau\n")
    done = await put(board, lamp)
    files = await board.files()
    assert done.kept == ("/main.before.py", "/fabnum/app.before.py")
    assert files.pop("/main.before.py") == theirs["main.py"]
    assert files.pop("/fabnum/app.before.py") == theirs["fabnum/app.py"]
    for name in ("notes.txt", "drivers/mine.py", "queue/00000001.q1"):
        assert files.pop("/" + name) == theirs[name]
    assert files == on_board(lamp.files)


async def test_a_second_program_that_is_kept_does_not_replace_the_first(board):
    for n in (1, 2, 2):
        await put(board, assemble("lamp", b"# kit %d\n" % board.starts))
        await board.put({"main.py": b"print(%d)\n" % n})
    await put(board, assemble("lamp"))
    files = await board.files()
    kept = {path: content for path, content in files.items() if ".before." in path}
    assert kept == {"/main.before.py": b"print(1)\n", "/main.before.2.py": b"print(2)\n"}


async def test_a_folder_that_a_module_replaces_is_gone(board):
    await board.put({"fabnum/wifi/__init__.mpy": b"M\x06"})
    lamp = assemble("lamp")
    await put(board, lamp)
    there = await board.run([b"import os\nprint(sorted(os.listdir('/fabnum')))"])
    assert "'wifi.mpy'" in there
    assert "'wifi'" not in there


async def test_a_boot_file_of_somebody_else_is_kept_but_not_that_of_a_new_micropython(board):
    factory = b"""\
# This file is executed on every boot (including wake-boot from deepsleep)
#import esp
#esp.osdebug(None)
#import webrepl
#webrepl.start()
"""
    await board.put({"boot.py": factory})
    done = await put(board, assemble("lamp"))
    assert done.kept == ()
    await board.put({"boot.py": b"import webrepl\n"})
    done = await put(board, assemble("lamp"))
    assert done.kept == ("/boot.before.py",)
    assert (await board.files())["/boot.before.py"] == b"import webrepl\n"


async def test_a_boot_file_that_renames_what_waits_is_replaced_before_anything_is_decided(board):
    earlier = b"""\
import os
if "next" in os.listdir("/"):
    os.rename("/next/commit.json", "/renamed")
"""
    await board.put({"boot.py": earlier})
    lamp = assemble("lamp")
    await put(board, lamp)
    files = await board.files()
    assert files == on_board(lamp.files) | {"/boot.before.py": earlier}


async def test_the_identity_is_written_apart_and_the_program_leaves_it_alone(board):
    lamp, air = assemble("lamp"), assemble("air")
    await put(board, lamp)
    done = await install.put_identity(board, IDENTITY)
    assert set(done.written) == {"/config.json", "/ca.der"}
    await put(board, air)
    assert await board.files() == on_board({**air.files, **IDENTITY})
    assert (await install.put_identity(board, IDENTITY)).written == ()


async def test_an_identity_on_a_blank_board_brings_what_puts_it_into_place(board):
    await install.put_identity(board, IDENTITY)
    assert (await board.files()).keys() == {"/boot.py", "/config.json", "/ca.der"}


async def test_no_password_is_printed(board, monkeypatch):
    said = []
    run = board.run

    async def hear(*arguments, **named):
        said.append(await run(*arguments, **named))
        return said[-1]

    monkeypatch.setattr(board, "run", hear)
    await install.put_identity(board, IDENTITY)
    assert said
    assert not any("top-secret" in words for words in said)


async def test_a_full_board_is_refused_before_anything_has_changed(tmp_path):
    board = BareBoard(tmp_path / "flash.bin", blocks=40)
    await board.put({"main.py": b"print(1)\n", "photos.bin": b"x" * 20_000})
    before = await board.files()
    with meets("board-full"):
        await put(board, assemble("lamp"))
    assert await board.files() == before


async def test_a_board_that_fills_up_meanwhile_gets_its_room_back(tmp_path, monkeypatch):
    board = BareBoard(tmp_path / "flash.bin", blocks=40)
    await board.put({"main.py": b"print(1)\n", "photos.bin": b"x" * 20_000})
    before = await board.files()
    monkeypatch.setattr(install, "_refuse_if_full", lambda *_: None)
    with meets("board-full"):
        await put(board, assemble("lamp"))
    assert await board.files() == before


async def test_what_the_flash_has_spoilt_never_counts(board, monkeypatch):
    lamp = assemble("lamp")
    await put(board, lamp)
    run = board.run

    async def spoil_before_the_end(scripts, **named):
        if any(script.startswith(b"commit(") for script in scripts):
            spoil = b"with open('/next/main.py', 'r+b') as file:\n    file.write(b'!')"
            scripts = [*scripts[:-1], spoil, scripts[-1]]
        return await run(scripts, **named)

    monkeypatch.setattr(board, "run", spoil_before_the_end)
    with meets("write-failed"):
        await put(board, assemble("lamp", b"# nouveau\n"))
    files = await board.files()
    assert files["/main.py"] == lamp.files["main.py"]
    monkeypatch.setattr(board, "run", run)
    await put(board, assemble("lamp", b"# nouveau\n"))
    assert (await board.files())["/main.py"] == b"# nouveau\n"


@pytest.mark.parametrize(
    "damage",
    [
        {},
        {"fabnum/boot.mpy": b"M\x06\x00"},
        {"fabnum/__init__.mpy": b"no byte code"},
        {"fabnum/health.mpy": b""},
    ],
)
async def test_without_a_whole_firmware_a_board_says_so_in_one_sentence(board, damage):
    boot = assemble("lamp").files["boot.py"]
    await board.put({"boot.py": boot, "main.py": b"print('prompt')\n", **damage})
    said = await board.start()
    assert said.count("Fab’Num : le programme de cet objet manque ou est abîmé.") == 1
    assert said.rstrip().endswith("prompt")
