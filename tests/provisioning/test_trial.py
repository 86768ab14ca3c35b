"""A trial runs a learner's program from RAM: readings are seen, and the board stays as it was."""

import asyncio

import pytest

from kit import firmware
from provisioning import install, trial
from tests.provisioning.installed_board import CONFIG, virtual_board
from tests.provisioning.reached import meets

pytestmark = pytest.mark.slow

QUIET = b"print('the installed program')\n"
READING = """\
from fabnum import station
capteur = station.part("sht31")

@station.every(0.2)
async def mesurer():
    station.send(**await capteur.read())

@station.every(0.2)
def se_tromper():
    return inconnu

@station.every(0.2)
def ecrire():
    with open("traces.txt", "w") as file:
        file.write("x")

station.run()
"""


async def attempt(board, source: str, *until: str) -> list[str]:
    """Try a program until it has printed some words; return all its lines."""
    lines: list[str] = []
    enough = asyncio.Event()

    def hear(line: str) -> None:
        lines.append(line)
        if all(any(words in line for line in lines) for words in until):
            enough.set()

    running = asyncio.create_task(trial.run(board, source, hear))
    waiting = asyncio.create_task(enough.wait())
    try:
        await asyncio.wait({running, waiting}, timeout=60, return_when=asyncio.FIRST_COMPLETED)
    finally:
        waiting.cancel()
        if not running.done():
            running.cancel()
        await asyncio.gather(running, return_exceptions=True)
    if not running.cancelled():
        running.result()
    return lines


async def test_readings_and_errors_are_live_and_not_a_byte_of_the_flash_changes(tmp_path):
    async with virtual_board(tmp_path) as installed:
        await installed.install(QUIET, CONFIG)
        before = installed.flash()
        since = len(installed.virtual.console())
        lines = await attempt(
            installed.board, READING, "ecrire", "se_tromper", "humidity =", "temperature ="
        )
        assert any(line.startswith("temperature = ") and line.endswith(" °C") for line in lines)
        assert any("humidity = " in line and "," in line for line in lines)
        assert any("« se_tromper », main.py ligne 10" in line for line in lines)
        assert any("« ecrire », main.py ligne 14" in line for line in lines)
        assert not any("Serveur" in line or "Wi-Fi" in line for line in lines)
        # Afterwards the board goes on with what is installed.
        await installed.says("the installed program", since)
        assert installed.flash() == before


async def test_a_program_that_does_not_even_start_is_explained_with_its_line(tmp_path):
    async with virtual_board(tmp_path) as installed:
        await installed.install(QUIET, CONFIG)
        lines = await attempt(installed.board, "x = 1\nif x\n    pass\n", "Erreur")
        assert any("main.py ligne 2" in line and "ne comprend pas" in line for line in lines)
        lines = await attempt(installed.board, "\n\nprint(nom)\n", "Erreur")
        assert any("main.py ligne 3" in line and "nom n’existe pas" in line for line in lines)


async def test_a_loop_without_end_is_ended_with_its_line_in_a_trial_too(tmp_path):
    endless = READING.replace("    return inconnu", "    while True: pass")
    async with virtual_board(tmp_path) as installed:
        await installed.install(QUIET, CONFIG)
        lines = await attempt(installed.board, endless, "cette ligne garde la carte", "humidity =")
        assert any("« se_tromper », main.py ligne 10 : cette ligne" in line for line in lines)


async def test_a_trial_ends_after_its_time(tmp_path):
    async with virtual_board(tmp_path) as installed:
        await installed.install(QUIET, CONFIG)
        lines: list[str] = []
        await trial.run(installed.board, READING, lines.append, seconds=20)
        assert any(line.startswith("temperature = ") for line in lines)


async def test_a_cable_pulled_in_the_middle_is_what_is_said(tmp_path):
    async with virtual_board(tmp_path) as installed:
        await installed.install(QUIET, CONFIG)
        begun = asyncio.Event()
        endless = "import time\nprint('begun')\ntime.sleep(600)\n"
        running = asyncio.create_task(
            trial.run(installed.board, endless, lambda line: line == "begun" and begun.set())
        )
        await begun.wait()
        await asyncio.to_thread(installed.virtual.unplug)
        with meets("cable-pulled"):
            await running


async def test_without_the_firmware_the_card_says_to_install_it(tmp_path):
    async with virtual_board(tmp_path) as blank:
        with meets("no-program"):
            await attempt(blank.board, READING, "Erreur")


COUNTING = """\
from fabnum import station
porte = station.part("gate")

@station.every(0.2)
async def regarder():
    print("seen", (await porte.read())["entries"])

station.run()
"""


async def test_counts_wait_until_they_are_sent_as_on_the_object_itself(tmp_path):
    async with virtual_board(tmp_path, "passage") as installed:
        image = firmware.assemble("passage", QUIET)
        await install.install(installed.board, image.files, lambda _fraction, _words: None)
        before = installed.flash()
        trying = asyncio.create_task(attempt(installed.board, COUNTING, "seen 2"))
        await installed.says("seen 0")
        installed.virtual.control(room={"people": 0, "walks": "in"})
        await installed.says("seen 1")
        installed.virtual.control(room={"walks": "in"})
        lines = await trying
        seen = [int(line.split()[1]) for line in lines if line.startswith("seen ")]
        assert seen == sorted(seen)
        assert seen[-1] == 2
        assert installed.flash() == before
