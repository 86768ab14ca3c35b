"""Drivers on the real MicroPython, against the models of their parts.

Each scenario is a function of ``micropython/drivers_*.py`` whose name says what it shows.
"""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

SCRIPTS = sorted((Path(__file__).parent / "micropython").glob("drivers_*.py"))
SCENARIO = re.compile(r"^async def (\w+)\(\)", re.MULTILINE)
SCENARIOS = [
    pytest.param(script, name, id=name)
    for script in SCRIPTS
    for name in SCENARIO.findall(script.read_text(encoding="utf-8"))
]


@pytest.mark.parametrize(("script", "scenario"), SCENARIOS)
def test_driver(run_micropython: Callable[..., str], script: Path, scenario: str) -> None:
    assert run_micropython(script, scenario).endswith(f"ok {scenario}\n")
