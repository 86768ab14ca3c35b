"""A learner's program on the real MicroPython: one broken function, and the rest goes on."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).parent / "micropython"
BUILD = {"id": "air", "period": 60, "parts": [], "commands": {}}
CHANNELS = {"co2": {"unit": "ppm", "range": [0, 40000], "bands": []}}

Run = Callable[[str], tuple[str, list[dict[str, object]]]]


@pytest.fixture
def run(run_micropython: Callable[..., str], tmp_path: Path) -> Run:
    """Run a program until it says ``done``; return what was printed and what was measured."""

    def run(program: str) -> tuple[str, list[dict[str, object]]]:
        (tmp_path / "build.json").write_text(json.dumps({**BUILD, "channels": CHANNELS}))
        (tmp_path / "main.py").write_text(program, encoding="utf-8")
        output = run_micropython(SCRIPTS / "run_program.py", tmp_path)
        *printed, frames = output.splitlines()
        return "\n".join(printed), json.loads(frames)

    return run


def test_an_error_is_explained_with_its_line_and_the_rest_goes_on(run: Run) -> None:
    printed, frames = run(
        """from fabnum import station

@station.every(0.01)
async def mesurer():
    station.send(co2=600)

@station.every(0.01)
def compter():
    total = 1
    totla + 1

@station.every(0.1)
async def finir():
    if len(station.current.app.queue) > 2:
        station.done()

station.run()
"""
    )
    assert "Erreur dans « compter », main.py ligne 10 : ce nom n’existe pas" in printed
    assert printed.count("Erreur dans") == 1  # said once, however often it happens
    assert len(frames) > 2


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("station.send(co3=1)", "« co3 » n’est pas une mesure de cet objet : co2"),
        ("station.send(co2='600')", "co2 = 600 : il faut un nombre"),
        ("station.send(co2=float('nan'))", "co2 = nan : il faut un nombre"),
        ("1 / 0", "une division par zéro"),
        ("[].append(1, 2)", "ces valeurs ne vont pas ensemble"),
        ("import numpy", "ce module n’existe pas sur la carte"),
        ("{}['co2']", "cette clé n’est pas dans le dictionnaire"),
    ],
)
def test_common_mistakes_have_a_sentence(run: Run, statement: str, said: str) -> None:
    printed, frames = run(
        f"""from fabnum import station

@station.every(0.01)
def mesurer():
    {statement}

calls = []

@station.every(0.05)
def finir():
    calls.append(1)
    if len(calls) > 1:
        station.done()

station.run()
"""
    )
    assert "Erreur dans « mesurer », main.py ligne 5" in printed
    assert said in printed
    assert frames == []


def test_without_a_configuration_it_says_so_and_keeps_what_it_measures(run: Run) -> None:
    printed, frames = run(
        """from fabnum import station

@station.every(0.01)
def mesurer():
    station.send(co2=True)
    station.event("vote", option=1)
    station.done()

station.run()
"""
    )
    assert "config.json manque" in printed
    assert frames[0]["values"] == {"co2": 1}


def test_a_part_that_the_build_has_not_is_said(run: Run) -> None:
    printed, _ = run(
        """from fabnum import station
try:
    station.part("scd41")
except ValueError as error:
    print(error)
station.every(0.01)(station.done)
station.run()
"""
    )
    assert "Cet objet n’a pas de « scd41 »." in printed
