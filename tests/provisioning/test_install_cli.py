"""`fabnum install`, `rescue` and `try`, as people see them, on virtual boards and on a twin."""

import asyncio
import hashlib

import pytest

from device.twin.host import Fleet, World
from device.twin.virtual import VirtualBench, virtual_image
from kit import cli, firmware
from kit.cli import trial as trial_cli
from kit.cli.install import install_program
from kit.cli.rescue import rescue_board
from kit.cli.trial import try_program
from kit.errors import FabnumError
from provisioning import rescue
from provisioning.board import Board
from tests.provisioning.installed_board import CONFIG, virtual_board
from tests.provisioning.reached import meets, speaking

pytestmark = pytest.mark.slow

SENDING = """\
from fabnum import station

@station.every(0.2)
def mesurer():
    station.send(brightness=41.5, on=1)
    station.event("vote", option=2)
    with open("trace.txt", "w") as file:
        file.write("x")

station.run()
"""


@pytest.fixture(autouse=True)
def in_english():
    with speaking("en"):
        yield


async def fabnum(*words):
    """Run a command; return its exit code."""
    return await asyncio.to_thread(cli.run, [str(word) for word in words])


async def test_a_board_is_installed_then_up_to_date_then_rescued(tmp_path, capsys):
    async with virtual_board(tmp_path) as installed:
        there = ("--port", installed.virtual.port)
        assert await fabnum("install", *there) == 2
        assert "does not say what it is" in capsys.readouterr().err
        main = tmp_path / "main.py"
        main.write_bytes(b"print('bonjour')\n")
        assert await fabnum("install", *there, "--build", "climate", "--main", main) == 0
        assert "files written" in capsys.readouterr().out
        await installed.says("bonjour")
        assert await fabnum("install", *there, "--main", main) == 0
        assert "up to date" in capsys.readouterr().out
        await installed.write("/main.py", b"if x\n")
        await installed.write("/config.json", b"{")
        await installed.write("/log.txt", b"3 something happened\n")
        assert await fabnum("rescue", *there, "--log") == 0
        said = capsys.readouterr().out
        assert "3 something happened" in said
        assert "main.py cannot be used" in said
        assert "The configuration: config.json" in said
        assert "0 readings wait" in said
        assert await fabnum("rescue", *there, "--config", "--program", "--yes") == 0
        assert "/main.before.py" in capsys.readouterr().out
        assert await fabnum("rescue", *there) == 0
        assert "in order" not in capsys.readouterr().out  # it has no configuration now
        assert await installed.read("/main.py") == firmware.assemble("climate").files["main.py"]


async def test_a_micropython_too_old_for_the_program_is_said_before_anything_is_written(tmp_path):
    image = virtual_image("esp32", tmp_path / "image.bin", version="1.20.0")
    with VirtualBench(tmp_path / "bench", image=image) as bench:
        board = Board(bench.boards[0].port)
        with meets("micropython-old"):
            await asyncio.to_thread(install_program, board.port, build="lamp")
        assert await board.ask("import os; print(os.listdir())") == "['boot.py']\n"


async def test_nothing_is_reset_without_a_yes(tmp_path, capsys, monkeypatch):
    async with virtual_board(tmp_path) as installed:
        await installed.install(b"print('bonjour')\n", CONFIG)
        monkeypatch.setattr("builtins.input", lambda *_: "n")
        there = ("--port", installed.virtual.port)
        assert await fabnum("rescue", *there, "--config", "--program") == 0
        assert await installed.read("/main.py") == b"print('bonjour')\n"
        assert (await rescue.examine(installed.board)).configuration == ""


async def test_a_trial_on_a_board_prints_its_readings(tmp_path, capsys):
    async with virtual_board(tmp_path) as installed:
        await installed.install(b"print('bonjour')\n", CONFIG)
        main = tmp_path / "essai.py"
        main.write_text("print('mon essai')\n")
        assert await fabnum("try", main, "--port", installed.virtual.port, "--seconds", 30) == 0
        said = capsys.readouterr().out
        assert "mon essai" in said
        assert "goes on with its installed program" in said


async def test_a_trial_on_a_twin_needs_no_site_and_leaves_its_flash_alone(tmp_path, capsys):
    main = tmp_path / "main.py"
    main.write_text(SENDING)
    assert await fabnum("try", main, "--twin", "--build", "lamp", "--seconds", 15) == 0
    said = capsys.readouterr().out
    assert "brightness = 41,5 %" in said
    assert "événement « vote »" in said
    assert "main.py ligne 7" in said  # the flash takes no write, and that is explained


def test_not_a_byte_of_a_twins_flash_changes_during_a_trial(tmp_path):
    build = firmware.assemble("lamp", trial_cli._ON_A_TWIN)
    identity = firmware.identity({**trial_cli._TWIN, "build": "lamp"})
    with Fleet() as fleet:
        twin = fleet.add(
            tmp_path / "twin", build, {**identity, "trial.txt": SENDING.encode()}, World()
        )
        twin.start()
        twin.wait_for(lambda twin: "Essai" in twin.console())
        flash = tmp_path / "twin" / "flash.bin"
        before = hashlib.sha256(flash.read_bytes()).hexdigest()
        twin.wait_for(lambda twin: twin.console().count("brightness = ") > 5)
        assert hashlib.sha256(flash.read_bytes()).hexdigest() == before


def test_a_twin_has_to_be_told_what_it_is(tmp_path):
    main = tmp_path / "main.py"
    main.write_text("")
    with pytest.raises(FabnumError, match="told what it is"):
        try_program(main, twin=True)


@pytest.mark.parametrize("content", [None, b"\xff\xfe\x00"])
def test_a_program_that_cannot_be_read_is_a_sentence(tmp_path, content):
    main = tmp_path / "main.py"
    if content is not None:
        main.write_bytes(content)
    with pytest.raises(FabnumError, match=r"main\.py"):
        try_program(main, twin=True, build="lamp")


def test_without_a_board_the_card_says_so(tmp_path):
    class Nothing:
        def list(self):
            return []

    with meets("no-port"):
        rescue_board(source=Nothing())
