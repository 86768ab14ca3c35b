"""A learner's program is checked on its way to a board; who knows better says --anyway."""

import asyncio

import pytest

from kit import cli
from tests.provisioning.installed_board import CONFIG, virtual_board
from tests.provisioning.reached import speaking

pytestmark = pytest.mark.slow

FORGOTTEN = "print('me voici')\nimport numpi\n"


@pytest.fixture(autouse=True)
def in_french():
    with speaking("fr"):
        yield


async def fabnum(*words):
    """Run a command; return its exit code."""
    return await asyncio.to_thread(cli.run, [str(word) for word in words])


async def test_a_program_with_a_mistake_stays_off_the_board_which_goes_on(tmp_path, capsys):
    async with virtual_board(tmp_path) as installed:
        await installed.install(b"print('ancien programme')\n", CONFIG)
        there = ("--port", installed.virtual.port)
        main = tmp_path / "main.py"
        main.write_text(FORGOTTEN)
        assert await fabnum("install", *there, "--main", main) == 2
        said = capsys.readouterr().err
        assert "La carte n’a pas de module «\u00a0numpi\u00a0»." in said
        assert "--anyway" in said
        assert await installed.read("/main.py") == b"print('ancien programme')\n"
        assert await fabnum("try", main, *there) == 2
        assert "me voici" not in capsys.readouterr().out
        assert await fabnum("try", main, *there, "--anyway", "--seconds", 30) == 0
        assert "me voici" in capsys.readouterr().out
        assert await fabnum("install", *there, "--main", main, "--anyway") == 0
        assert await installed.read("/main.py") == FORGOTTEN.encode()


async def test_the_boards_own_chip_and_build_count(tmp_path, capsys):
    async with virtual_board(tmp_path) as installed:
        await installed.install(b"print('ancien programme')\n", CONFIG)
        main = tmp_path / "main.py"
        main.write_text("# objet : vote\nfrom fabnum import station\nstation.part('button1')\n")
        assert await fabnum("install", "--port", installed.virtual.port, "--main", main) == 2
        assert "«\u00a0button1\u00a0»" in capsys.readouterr().err


async def test_on_a_twin_a_program_is_checked_too(tmp_path, capsys):
    main = tmp_path / "main.py"
    main.write_text(FORGOTTEN)
    assert await fabnum("try", main, "--twin", "--build", "lamp") == 2
    assert "numpi" in capsys.readouterr().err
