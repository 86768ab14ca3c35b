"""The words that learners program with, on the real MicroPython."""

import itertools
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from fabnum.thresholds import Threshold
from hypothesis import given
from hypothesis import strategies as st

from kit.catalogue import load_build
from kit.check import Target, check

SCRIPTS = Path(__file__).parent / "micropython"
BUILD = {
    "id": "air",
    "period": 60,
    "parts": [],
    "commands": {"follow": {"channel": "slug", "value": "number"}},
    "channels": {
        "co2": {"unit": "ppm", "range": [0, 40000], "bands": [800, 1500], "levels": [0, 1, 2]},
        "temperature": {"unit": "°C", "range": [-45, 130], "bands": []},
    },
}
PRELUDE = """\
from fabnum import station
import asyncio
async def tell(name, **args):
    from fabnum import guard
    await guard.call(station.current.commands[name], **args)
events = []
"""

Run = Callable[..., str]


@pytest.fixture
def run(run_micropython: Callable[..., str], tmp_path: Path) -> Run:
    """Run the body of a task beside a program's functions; return what was printed."""

    def run(functions: str, body: str = "pass") -> str:
        lines = "\n    ".join(body.splitlines())
        program = (
            f"{PRELUDE}{functions}\n@station.task\nasync def test():\n"
            "    station.current.app.event = lambda name, data: events.append((name, data))\n"
            f"    {lines}\n    await asyncio.sleep_ms(50)\n    station.done()\nstation.run()\n"
        )
        (tmp_path / "build.json").write_text(json.dumps(BUILD))
        (tmp_path / "main.py").write_text(program, encoding="utf-8")
        output = run_micropython(SCRIPTS / "run_program.py", tmp_path)
        return "\n".join(output.splitlines()[:-1])

    return run


def send(*values: float) -> str:
    return "".join(f"station.send(co2={value})\nawait asyncio.sleep_ms(5)\n" for value in values)


def test_a_threshold_calls_once_until_the_value_has_left_its_margin(run: Run) -> None:
    above = (
        "@station.above('co2', 1500, margin=100)\ndef trop(valeur):\n    print('trop', valeur)\n"
    )
    printed = run(above, send(1499, 1500, 1600, 1400, 1500, 1399, 1500))
    assert [line for line in printed.splitlines() if "trop" in line] == ["trop 1500", "trop 1500"]


def test_below_is_the_same_upside_down(run: Run) -> None:
    below = (
        "@station.below('co2', 400, margin=50)\nasync def peu(valeur):\n    print('peu', valeur)\n"
    )
    printed = run(below, send(401, 400, 300, 450, 399, 451, 399))
    assert [line for line in printed.splitlines() if "peu" in line] == ["peu 400", "peu 399"]


def test_a_handler_needs_no_parameter_and_a_broken_one_is_explained(run: Run) -> None:
    printed = run(
        "@station.above('co2', 5)\ndef sans():\n    print('sans')\n"
        "@station.above('co2', 5)\ndef casse(valeur):\n    return valeur + nom\n",
        send(7),
    )
    assert "sans" in printed
    assert "Erreur dans « casse », main.py ligne 12 : ce nom n’existe pas : « nom »." in printed


@pytest.mark.parametrize(
    ("call", "said"),
    [
        ("station.above('co3', 1)", "« co3 » n’est pas une mesure de cet objet : co2, temperature"),
        ("station.below('co2', '1')", "@station.below : le seuil 1 n’est pas un nombre."),
        ("station.above('co2', float('nan'))", "le seuil nan n’est pas un nombre."),
        ("station.above('co2', 1, margin=-1)", "@station.above : margin est un nombre, 0 ou plus."),
        ("station.every(0)", "donnez un nombre de secondes plus grand que 0."),
        ("station.light()", "Cet objet n’a pas de « pixels »."),
        ("station.on_press('button')", "Cet objet n’a pas de « button »."),
        ("station.show(co2=1)", "Appelez station.run() à la fin"),
    ],
)
def test_what_cannot_be_is_refused_when_the_program_starts(run: Run, call: str, said: str) -> None:
    printed = run(f"try:\n    {call}\nexcept ValueError as error:\n    print(error)")
    assert said in printed


def test_show_prints_with_units(run: Run) -> None:
    printed = run("", "station.show(co2=812, temperature=21.456)")
    assert "co2 = 812 ppm\ntemperature = 21,456 °C" in printed
    # No double is 86.1: MicroPython writes 86.09999999999999 for the nearest one.
    assert "co2 = 86,1 ppm" in run("", "station.show(co2=86.1)")


def test_show_lights_the_level_of_what_has_bands(run: Run) -> None:
    printed = run(
        "class Lampe:\n    def show_band(self, level): print('level', level)\n",
        "station.current.light = Lampe()\n"
        + "".join(f"station.show(temperature=20, co2={value})\n" for value in (799, 800, 1500)),
    )
    assert [line for line in printed.splitlines() if "level" in line] == [
        "level 0",
        "level 1",
        "level 2",
    ]


def test_the_same_text_is_said_once_a_minute(run: Run) -> None:
    printed = run(
        "",
        "station.say('Ouvrez.')\nstation.say('Ouvrez.')\nstation.say('Fermez.')\nprint(events)",
    )
    assert printed.count("Ouvrez.") == 2  # on the console, and in the event
    assert "('message', {'text': 'Fermez.'})" in printed


@pytest.mark.parametrize("text", ["''", "'   '", "812", "201 * 'a'"])
def test_what_is_no_text_for_people_is_refused(run: Run, text: str) -> None:
    printed = run(
        "", f"try:\n    station.say({text})\nexcept ValueError as error:\n    print(error)"
    )
    assert "station.say(…) : " in printed


def test_texts_of_people_reach_the_program(run: Run) -> None:
    printed = run(
        "@station.on_message\ndef afficher(texte):\n    print('reçu', texte)\n",
        "await tell('message', text='Bonjour')",
    )
    assert "reçu Bonjour" in printed


def test_follow_hears_its_channel_only(run: Run) -> None:
    printed = run(
        "@station.follow('co2')\ndef co2(valeur):\n    print('co2', valeur)\n"
        "@station.follow('temperature')\nasync def chaud():\n    print('chaud')\n",
        "await tell('follow', channel='co2', value=900)\n"
        "await tell('follow', channel='temperature', value=30)\n"
        "await tell('follow', channel='humidity', value=30)",
    )
    assert [line for line in printed.splitlines() if line in ("co2 900", "chaud")] == [
        "co2 900",
        "chaud",
    ]


def test_a_word_that_is_none_is_an_error(run: Run) -> None:
    printed = run("try:\n    station.abvoe\nexcept AttributeError as error:\n    print(error)")
    assert "'station' has no attribute 'abvoe'" in printed


def test_what_is_not_used_is_not_loaded(run: Run) -> None:
    printed = run("import sys", "print(sorted(m for m in sys.modules if m.startswith('fabnum.')))")
    for module in ("thresholds", "show", "say", "orders", "lamp", "lights", "hours", "explain"):
        assert f"'fabnum.{module}'" not in printed


@given(st.lists(st.integers(-50, 50), max_size=40), st.integers(-20, 20), st.integers(0, 10))
def test_a_threshold_that_was_reached_is_left_by_its_margin_first(
    values: list[int], bound: int, margin: int
) -> None:
    calls = [
        i
        for threshold in [Threshold("c", bound, margin, 1, print)]
        for i, value in enumerate(values)
        if threshold.reached(value)
    ]
    assert all(values[i] >= bound for i in calls)
    for before, after in itertools.pairwise(calls):
        assert any(value < bound - margin for value in values[before:after])
    # Nothing that reaches the bound for the first time is missed.
    if any(value >= bound for value in values):
        assert calls[0] == next(i for i, value in enumerate(values) if value >= bound)
    # Upside down it is the same.
    mirrored = Threshold("c", -bound, margin, -1, print)
    assert calls == [i for i, value in enumerate(values) if mirrored.reached(-value)]


def test_every_example_of_the_learners_card_passes_the_check() -> None:
    card = (Path(__file__).parents[2] / "docs" / "mots.md").read_text(encoding="utf-8")
    examples = [block.split("```")[0] for block in card.split("```python\n")[1:]]
    assert len(examples) > 6
    target = Target(load_build("air-lamp"))
    for example in examples:
        known = "from fabnum import station\n"
        if "lampe." in example and "lampe =" not in example:
            known += "lampe = station.light()\n"
        if example.startswith("station.say"):
            known += "@station.every(60)\ndef f():\n    "
        assert check(f"{known}{example}\nstation.run()\n", target) == [], example
