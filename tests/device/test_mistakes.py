"""A mistake in a learner's program is said in French with its line, and all the rest goes on.

On a twin with a broker: Wi-Fi, status and commands go on whatever the program does.
"""

from pathlib import Path

import pytest

from tests.device.living_board import living_board

pytestmark = [pytest.mark.e2e, pytest.mark.servers]

WORKING = """\
from fabnum import station
import asyncio, time
climat = station.part("sht31")
@station.every(0.5)
async def mesurer():
    station.send(**await climat.read())
"""
EVERY = "@station.every(1)\n"  # line 7
F = "Erreur dans « f », main.py ligne 9 : "
PRUDENT = "il manque « await » : écrivez par exemple mesure = await air.read()."


@pytest.mark.parametrize(
    ("function", "sentence"),
    [
        (
            "def f():\n    statoin.send(temperature=1)",
            F + "ce nom n’existe pas : « statoin ». Vouliez-vous dire « station » ?",
        ),
        (
            "def f():\n    station.sned(temperature=1)",
            F + "cet objet ne sait pas faire cela : « sned ». Vouliez-vous dire « send » ?",
        ),
        (
            "async def f():\n    await climat.raed()",
            F + "cet objet ne sait pas faire cela : « raed ». Vouliez-vous dire « read » ?",
        ),
        (
            "def f():\n    time.slep(1)",
            F + "cet objet ne sait pas faire cela : « slep ». Vouliez-vous dire « sleep » ?",
        ),
        (
            "async def f():\n    (await climat.read())['temprature']",
            F
            + "cette clé n’est pas dans le dictionnaire : « temprature ». "
            + "Vouliez-vous dire « temperature » ?",
        ),
        (
            "def f():\n    station.send(co2=1)",
            F + "« co2 » n’est pas une mesure de cet objet : humidity, temperature.",
        ),
        ("def f():\n    lire = climat.read; station.send(**lire())", F + PRUDENT),
        ("def f():\n    lire = climat.read; lire()['temperature']", F + PRUDENT),
        (
            "def f():\n    from machine import Pin; Pin(34, Pin.OUT)",
            F + "cette broche ne sait que lire : choisissez-en une autre.",
        ),
        (
            "def f():\n    from machine import Pin; Pin(99)",
            F + "cette broche n’existe pas sur cette carte : choisissez-en une autre.",
        ),
    ],
)
async def test_a_broken_function_is_explained_and_the_others_go_on(
    tmp_path: Path, function: str, sentence: str
) -> None:
    program = f"{WORKING}{EVERY}{function}\nstation.run()\n"
    async with living_board(tmp_path, program) as board:
        assert await board.fault("program:f") == sentence
        await board.goes_on()


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        (
            "async def f(): pass\n@station.every(1)\ndef g():\n    f()",
            "main.py ligne 10 : il manque « await » devant f(). Sans lui, rien ne se passe.",
        ),
        (
            "@station.every(1)\ndef g():\n    climat.read()",
            (
                "main.py ligne 9 : il manque « await » devant climat.read(). "
                "Sans lui, rien ne se passe."
            ),
        ),
        (
            "@station.every(9)\ndef g():\n    time.sleep(1)",
            (
                "main.py ligne 9 : time.sleep arrête tout : le Wi-Fi, les boutons, "
                "les autres fonctions. Écrivez « await asyncio.sleep(…) » dans une fonction async."
            ),
        ),
    ],
)
async def test_what_raises_nothing_is_seen_in_the_text_of_the_program(
    tmp_path: Path, lines: str, sentence: str
) -> None:
    async with living_board(tmp_path, f"{WORKING}{lines}\nstation.run()\n") as board:
        assert await board.fault("program:main.py") == sentence
        await board.goes_on()


@pytest.mark.parametrize(
    ("program", "sentence"),
    [
        (
            "from fabnum import station\nif True\n    pass\n",
            (
                "Erreur dans main.py ligne 2 : MicroPython ne comprend pas cette ligne "
                "(invalid syntax)."
            ),
        ),
        (
            "from fabnum import station\n\nprint(nom)\nstation.run()\n",
            "Erreur dans main.py ligne 3 : ce nom n’existe pas : « nom ».",
        ),
        (
            "from fabnum import station\nprint(1)\n",
            "main.py se termine sans station.run() : ajoutez cette ligne à la fin du programme.",
        ),
        (
            "from fabnum import station\nstation.evry(5)\n",
            (
                "Erreur dans main.py ligne 2 : cet objet ne sait pas faire cela : « evry ». "
                "Vouliez-vous dire « every » ?"
            ),
        ),
        (
            "from fabnum import station\nair = station.part('scd41')\n",
            "Erreur dans main.py ligne 2 : Cet objet n’a pas de « scd41 ». Il a : sht31, dht22.",
        ),
        (
            "from fabnum import station\n@station.above('co2', 5)\ndef f(): pass\n",
            (
                "Erreur dans main.py ligne 2 : @station.above : « co2 » n’est pas une mesure "
                "de cet objet : humidity, temperature."
            ),
        ),
        (
            "from fabnum import station\nfrom machine import Pin\nled = Pin(21, Pin.OUT)\n",
            (
                "Erreur dans main.py ligne 3 : La broche 21 est à la pièce « sht31 » : "
                "choisissez-en une autre."
            ),
        ),
        (
            "import machine\nfrom fabnum import station\nled = machine.Pin(6, machine.Pin.OUT)\n",
            (
                "Erreur dans main.py ligne 3 : La broche 6 sert à la mémoire de la carte : "
                "choisissez-en une autre."
            ),
        ),
        (
            "from fabnum import station\ndonnees = bytearray(10_000_000)\nstation.run()\n",
            (
                "Erreur dans main.py ligne 2 : la mémoire de la carte est pleine : "
                "les longues listes du programme sont vidées."
            ),
        ),
        (
            "from fabnum import station\nstation.send(temperature=1)\nstation.run()\n",
            (
                "Erreur dans main.py ligne 2 : Appelez station.run() à la fin : avant, rien "
                "ne peut être envoyé."
            ),
        ),
    ],
)
async def test_a_program_that_does_not_start_is_explained_and_the_board_is_there(
    tmp_path: Path, program: str, sentence: str
) -> None:
    async with living_board(tmp_path, program) as board:
        assert await board.fault("program:main.py") == sentence
        await board.goes_on(measures=False)


async def test_a_program_that_fills_the_memory_loses_its_data_and_nothing_else(
    tmp_path: Path,
) -> None:
    growing = (
        "tout = []\n@station.every(0.01)\n"
        "def f():\n    for i in range(100): tout.append(str(i) * 9)\n"
    )
    async with living_board(tmp_path, f"{WORKING}{growing}station.run()\n") as board:
        text = await board.fault("program:f")
        assert text == (
            "Erreur dans « f », main.py ligne 10 : la mémoire de la carte est pleine : "
            "les longues listes du programme sont vidées."
        )
        await board.goes_on()


@pytest.mark.slow
@pytest.mark.parametrize(
    "line", ["while True: pass", "time.sleep(1000)", "for i in range(10**9): i"]
)
async def test_a_function_that_holds_everything_up_is_ended_with_its_line(
    tmp_path: Path, line: str
) -> None:
    program = f"{WORKING}{EVERY}def f():\n    print('called')\n    {line}\nstation.run()\n"
    async with living_board(tmp_path, program) as board:
        # time.sleep was seen in the text already.
        text = await board.fault("program:f", "program:main.py" if "sleep" in line else None)
        assert text.startswith("Erreur dans « f », main.py ligne 10 : cette ligne garde la carte")
        await board.goes_on()
        await board.goes_on()
        assert board.twin.console().count("called") == 1


@pytest.mark.slow
@pytest.mark.parametrize(
    ("lines", "name", "number"),
    [
        ("async def f():\n    while True: pass\nstation.task(f)", "f", 8),
        ("@station.on_command('colour')\ndef f(): pass\nwhile True:\n    time.sleep(1)", "", 10),
    ],
)
async def test_so_is_a_task_and_a_loop_before_the_start(
    tmp_path: Path, lines: str, name: str, number: int
) -> None:
    async with living_board(tmp_path, f"{WORKING}{lines}\nstation.run()\n") as board:
        text = await board.fault("program:" + (name or "main.py"))
        assert f"main.py ligne {number} : cette ligne garde la carte" in text
        await board.goes_on(measures=bool(name))
