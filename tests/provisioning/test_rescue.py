"""There is always a way back in, and readings that wait are still there afterwards."""

import asyncio
from pathlib import Path

import pytest

from kit import firmware
from provisioning import install, rescue
from provisioning.rescue import Reset
from tests.provisioning.installed_board import CONFIG, Installed, quietly, virtual_board
from tests.provisioning.reached import meets

pytestmark = pytest.mark.slow

READING = b"a reading that waits"
SEGMENT = len(READING).to_bytes(2, "little") + bytes(4) + READING
DEPLOYED = {**CONFIG, "deployed": True}
PLAIN = b"print('the program runs')\n"

CLOSED = {
    "an endless loop": b"print('the program runs')\nwhile True:\n    pass\n",
    "a loop that swallows everything": b"""
print('the program runs')
while True:
    try:
        while True:
            pass
    except:
        pass
""",
    "no keyboard interrupt": b"""
import micropython, time
micropython.kbd_intr(-1)
print('the program runs')
while True:
    time.sleep_ms(100)
""",
    "deep sleep at once": b"""
import machine
print('the program runs')
machine.deepsleep(600_000)
""",
    "a reset at once": b"""
import machine
print('the program runs')
machine.reset()
""",
    "a program that does not end to print": b"""
print('the program runs')
while True:
    try:
        while True:
            print('x' * 100)
    except:
        pass
""",
}


async def deploy(installed: Installed, main: bytes, config: dict[str, object]) -> None:
    """Install a program, with readings that wait, and let it run."""
    await installed.install(PLAIN, config)
    await installed.board.ask("import os\ntry: os.mkdir('/queue')\nexcept OSError: pass")
    await installed.write("/queue/00000001.q1", SEGMENT * 2)
    await installed.write("/main.py", main)
    since = len(installed.virtual.console())
    await installed.board.restart()
    if b"the program runs" in main:
        await installed.says("the program runs", since)


async def get_in(installed: Installed) -> bool:
    """Get in; press the reset button where that is asked for. Return whether it was."""
    pressed = False

    def press() -> None:
        nonlocal pressed
        pressed = True
        asyncio.get_running_loop().call_later(0.5, installed.virtual.press_reset)

    await rescue.get_in(installed.board, press)
    return pressed


@pytest.mark.parametrize("program", CLOSED)
async def test_no_program_locks_anybody_out(tmp_path: Path, program: str) -> None:
    async with virtual_board(tmp_path) as installed:
        await deploy(installed, CLOSED[program], CONFIG)
        await get_in(installed)
        condition = await rescue.examine(installed.board)
        assert (condition.waiting, condition.configuration) == (2, "")
        done = await rescue.reset_program(installed.board, "climate", quietly)
        assert done.kept == ("/main.before.py",)
        assert await installed.read("/main.before.py") == CLOSED[program]
        assert await installed.read("/queue/00000001.q1") == SEGMENT * 2
        kit_own = firmware.assemble("climate").files["main.py"]
        assert await installed.read("/main.py") == kit_own


async def test_a_mistake_in_the_program_of_a_deployed_board_is_found_past_its_watchdog(tmp_path):
    async with virtual_board(tmp_path) as installed:
        await deploy(installed, b"if x\n", DEPLOYED)
        await get_in(installed)
        condition = await rescue.examine(installed.board)
        assert "main.py ligne 1" in condition.program
        assert condition.waiting == 2


async def test_a_damaged_boot_file_is_named_and_replaced(tmp_path):
    async with virtual_board(tmp_path) as installed:
        await deploy(installed, PLAIN, CONFIG)
        await installed.write("/boot.py", b"def start(:\n")
        await installed.board.restart()
        await get_in(installed)
        condition = await rescue.examine(installed.board)
        assert "boot.py ligne 1" in condition.boot
        await rescue.reset_program(installed.board, "climate", quietly)
        assert await installed.read("/boot.py") == firmware.boot_file()
        assert (await rescue.examine(installed.board)).boot == ""


async def test_a_boot_file_that_lets_nobody_in_leads_to_the_last_resort(tmp_path, monkeypatch):
    monkeypatch.setattr(rescue, "WAIT_S", 8)
    async with virtual_board(tmp_path) as installed:
        await installed.write("/boot.py", CLOSED["no keyboard interrupt"])
        await installed.board.restart()
        await installed.says("the program runs")
        with meets("no-way-in"):
            await get_in(installed)


async def test_without_micropython_it_says_which_step_to_repeat(tmp_path, monkeypatch):
    monkeypatch.setattr(rescue, "WAIT_S", 8)
    async with virtual_board(tmp_path) as installed:
        await asyncio.to_thread(installed.virtual.fault, "boot-loop")
        with meets("boot-loop") as met:
            await get_in(installed)
        assert "fabnum flash" in met.error.action


async def test_a_full_board_can_be_entered_and_says_what_fills_it(tmp_path):
    async with virtual_board(tmp_path) as installed:
        await deploy(installed, PLAIN, CONFIG)
        await asyncio.to_thread(installed.virtual.fault, "full")
        await get_in(installed)
        condition = await rescue.examine(installed.board)
        assert condition.free < 3 * 4096
        assert next(iter(condition.large)) == "plein.bin"
        with meets("board-full"):
            await install.install(
                installed.board, firmware.assemble("lamp", b"# autre\n" * 999).files, quietly
            )
        assert await installed.read("/main.py") == PLAIN
        assert (await rescue.examine(installed.board)).waiting == 2


async def test_the_configuration_forgets_networks_and_keeps_who_the_board_is(tmp_path):
    async with virtual_board(tmp_path) as installed:
        await deploy(installed, PLAIN, {**CONFIG, "settings": {"led": 99}, "period": 5})
        await get_in(installed)
        assert await rescue.reset_configuration(installed.board) is Reset.RESET
        kept = await installed.read("/config.json")
        assert b"top-secret" in kept
        assert b"objet-01" in kept
        assert b"sesame" not in kept
        assert b"99" not in kept
        assert (await rescue.examine(installed.board)).configuration == ""
        assert "top-secret" not in installed.virtual.console()


@pytest.mark.parametrize("content", [b"{broken", b"[1]", b'{"town": "ville"}'])
async def test_a_configuration_that_cannot_be_used_is_laid_aside(tmp_path, content):
    async with virtual_board(tmp_path) as installed:
        await deploy(installed, PLAIN, CONFIG)
        await installed.write("/config.json", content)
        assert (await rescue.examine(installed.board)).configuration
        assert await rescue.reset_configuration(installed.board) is Reset.ASIDE
        assert await installed.read("/config.before.json") == content
        assert await rescue.reset_configuration(installed.board) is Reset.NONE


async def test_the_log_is_read_oldest_first_and_the_build_is_known(tmp_path):
    async with virtual_board(tmp_path) as installed:
        await deploy(installed, PLAIN, CONFIG)
        await installed.write("/log.old", "1 première\n".encode())
        await installed.write("/log.txt", b"2 seconde\n")
        assert (await rescue.examine(installed.board)).log[:2] == ["1 première", "2 seconde"]
        assert await rescue.build_of(installed.board) == "climate"
