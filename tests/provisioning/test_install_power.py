"""The power fails in the middle of a write: the board starts with the old program or the new one.

Cuts lie all over the installation, also while the board puts things into place at a start, and a
second one may come while it recovers from the first. The seed is fixed: a failure can be repeated.
"""

import asyncio
import contextlib
import json
import random
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from kit import firmware
from provisioning import install
from tests.provisioning.bare_board import BareBoard, PowerCutError

pytestmark = pytest.mark.slow

AT_ONCE = 4
READINGS = {f"/queue/{n:08}.q1": b"a reading %d" % n for n in range(3)}
LEARNERS = {"/notes.txt": b"mes notes", "/lamp.json": b"{}"}

Files = dict[str, bytes]
Work = Callable[[BareBoard], Awaitable[object]]


def quietly(_fraction: float, _words: str) -> None:
    pass


def at_root(files: Files) -> Files:
    return {f"/{path}": content for path, content in files.items()}


async def update(board: BareBoard) -> None:
    await install.install(board, NEW.files, quietly)


async def configure(board: BareBoard) -> None:
    await install.put_identity(board, NEW_NAME)


OLD = firmware.assemble("lamp", b"# la premiere\n" * 40)
NEW = firmware.assemble("climate", b"# la deuxieme\n" * 40)
OLD_NAME = firmware.identity({"device": "un", "broker": {"password": "a" * 64}}, b"\x30" * 600)
NEW_NAME = firmware.identity({"device": "deux", "broker": {"password": "b" * 64}}, b"\x31" * 600)


async def old_board(tmp_path: Path) -> BareBoard:
    board = BareBoard(tmp_path / "old.bin")
    await install.install(board, OLD.files, quietly)
    await install.put_identity(board, OLD_NAME)
    await board.put({path[1:]: content for path, content in {**READINGS, **LEARNERS}.items()})
    return board


async def cut_and_look(
    board: BareBoard, work: Work, cut: tuple[int, int], old: Files, new: Files
) -> str:
    """Cut the power at a write, maybe once more at the start after it; say which program it has."""
    moment, again = cut
    board.cut_after = moment
    with pytest.raises(PowerCutError):
        await work(board)
    board.cut_after = again
    with contextlib.suppress(PowerCutError):
        await board.files()
    board.cut_after = 0
    files = await board.files()
    waiting = {path for path in files if path.startswith("/next/")}
    assert "/next/commit.json" not in waiting
    found = {path: content for path, content in files.items() if path not in waiting}
    if found == old:
        return "old"
    assert found == new, (moment, again, sorted(found.items() ^ new.items()))
    return "new"


async def cuts(tmp_path: Path, work: Work, count: int, seed: int) -> list[str]:
    template = await old_board(tmp_path)
    old = await template.files()
    whole = template.copy(tmp_path / "whole.bin")
    await work(whole)
    new = await whole.files()
    assert new != old
    kept = {**READINGS, **LEARNERS}
    assert kept.items() <= new.items()
    chance = random.Random(seed)
    turn = asyncio.Semaphore(AT_ONCE)

    async def once(n: int) -> str:
        # One in each stretch of equal length: all over the writes, and yet at random.
        moment = 1 + int((n + chance.random()) * whole.writes / count)
        again = chance.choice([0, 0, chance.randint(1, 40)])
        async with turn:
            board = template.copy(tmp_path / f"{n}.bin")
            state = await cut_and_look(board, work, (min(moment, whole.writes), again), old, new)
            await work(board)
            assert await board.files() == new, (moment, again)
            board.flash.unlink()
        return state

    ended = await asyncio.gather(*(once(n) for n in range(count)), return_exceptions=True)
    for outcome in ended:
        if isinstance(outcome, BaseException):
            raise outcome
    return ended


async def test_a_program_is_installed_whole_or_not_at_all(tmp_path):
    states = await cuts(tmp_path, update, 100, seed=3)
    assert set(states) == {"old", "new"}


async def test_a_configuration_is_written_whole_or_not_at_all(tmp_path):
    states = await cuts(tmp_path, configure, 100, seed=4)
    assert set(states) == {"old", "new"}


async def test_a_first_installation_can_be_cut_anywhere_too(tmp_path):
    lamp = NEW.files
    whole = BareBoard(tmp_path / "whole.bin")
    await install.install(whole, lamp, quietly)
    chance = random.Random(5)
    for n in range(12):
        board = BareBoard(tmp_path / f"{n}.bin")
        board.cut_after = chance.randint(1, whole.writes - 1)
        with pytest.raises(PowerCutError):
            await update(board)
        found = {p: c for p, c in (await board.files()).items() if not p.startswith("/next/")}
        assert found in ({}, {"/boot.py": b""}, {"/boot.py": lamp["boot.py"]}, at_root(lamp))
        await update(board)
        assert await board.files() == at_root(lamp)


async def test_a_file_that_waits_is_not_overwritten_while_others_are_put_into_place(tmp_path):
    """As many files as let littlefs split ``/next`` just while its third file is the next to go.

    See ``move`` in ``/boot.py``. That file was the last to be written, and little else is free:
    where the allocator starts is left to chance, but what it wrongly takes for free comes early.
    """
    modules = {f"fabnum+module{n:02}.mpy": b"%02d" % n * 100 for n in range(50)}
    decided = {"files": list(modules), "removed": []}
    for n in range(4):
        board = BareBoard(tmp_path / f"{n}.bin", blocks=59)
        waiting = {f"next/{name}": content for name, content in modules.items()}
        await board.put({"boot.py": firmware.boot_file(), "fabnum/old.py": b"", **waiting})
        await board.put({"next/fabnum+module02.mpy": modules["fabnum+module02.mpy"]})
        await board.put({"next/commit.json": json.dumps(decided).encode()})
        files = await board.files()
        for name, content in modules.items():
            assert files["/" + name.replace("+", "/")] == content, name
