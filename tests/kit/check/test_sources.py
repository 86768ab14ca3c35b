"""What the checker knows of the firmware and of MicroPython is what they are."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from kit.check import board_python, firmware_words
from kit.check.firmware_words import Kind, station, thing
from kit.check.rules import decorators
from kit.check.rules.arguments import LONGEST_TEXT
from kit.check.rules.files import OWN_FILES
from kit.firmware import DEVICE

MICROPYTHON = Path(sys.executable).with_name("micropython")


def on_micropython(code):
    done = subprocess.run([MICROPYTHON, "-c", code], capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


@pytest.mark.skipif(not MICROPYTHON.exists(), reason="no MicroPython here")
def test_the_built_in_names_are_those_of_a_real_micropython():
    there = set(on_micropython("import json, builtins; print(json.dumps(dir(builtins)))"))
    told = {name for name in board_python.BUILTINS if not name.startswith("__")}
    assert told <= there | {"Ellipsis", "NotImplemented"}
    assert {name for name in there if not name.startswith("_")} <= told


@pytest.mark.skipif(not MICROPYTHON.exists(), reason="no MicroPython here")
@pytest.mark.parametrize("module", board_python.NAMES)
def test_a_module_has_all_that_a_real_micropython_has(module):
    code = f"import json, {module}; print(json.dumps(dir({module})))"
    there = {name for name in on_micropython(code) if not name.startswith("_")}
    unix_only = {"clock"}
    assert there - unix_only <= board_python.NAMES[module]


def test_every_word_of_the_station_is_known_and_nothing_else():
    words = set(station().words)
    assert {"part", "every", "task", "on_press", "on_command", "send", "show", "say"} <= words
    assert {"above", "below", "on_message", "follow", "light", "event", "setting", "run"} <= words
    assert not station().open
    assert station().words["send"].needs_run
    assert not station().words["part"].needs_run


def test_what_a_word_gives_is_found_in_the_firmware():
    part, lamp = thing("Part"), thing("Lamp")
    assert part is not None
    assert lamp is not None
    assert part.methods["read"].is_async
    assert not lamp.methods["toggle"].is_async


def test_the_checker_knows_how_each_word_calls_its_function():
    decorating = {name for name, word in station().words.items() if word.kind is not Kind.PLAIN}
    told = decorators._CALLED_WITHOUT | decorators._CALLED_WITH_ONE | {"on_command"}
    assert told == decorating


def test_the_firmware_knows_the_commands_and_files_that_are_spoken_of():
    assert {"identify", "restart", "message"} <= firmware_words.commands()
    sources = "".join(p.read_text(encoding="utf-8") for p in DEVICE.rglob("*.py"))
    for name in OWN_FILES:
        assert f'"{name}"' in sources or f'"/{name}"' in sources, name


def test_the_longest_message_is_the_firmwares():
    source = (DEVICE / "fabnum" / "commands.py").read_text(encoding="utf-8")
    assert f"_LONGEST_TEXT = const({LONGEST_TEXT})" in source


def test_a_driver_is_asked_what_it_can_do():
    assert firmware_words.driver_has("button", "pressed")
    assert not firmware_words.driver_has("scd41", "pressed")
