"""Drivers on the real MicroPython, against the models of their parts.

Each scenario is a function of ``micropython/drivers_on_models.py`` whose name says what it shows.
"""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parent / "micropython" / "drivers_on_models.py"
SCENARIOS = re.findall(r"^async def (\w+)\(\)", SCRIPT.read_text(encoding="utf-8"), re.MULTILINE)


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_driver(run_micropython: Callable[..., str], scenario: str) -> None:
    assert run_micropython(SCRIPT, scenario).endswith(f"ok {scenario}\n")
