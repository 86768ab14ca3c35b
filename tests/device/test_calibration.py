"""What a part learns is kept whole or not at all, on the real MicroPython.

Each scenario is a function of ``micropython/calibrating.py`` whose name says what it shows.
"""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parent / "micropython" / "calibrating.py"
SCENARIOS = re.findall(r"^async def (\w+)\(\):", SCRIPT.read_text(encoding="utf-8"), re.MULTILINE)
CONFIGURATION = {
    "town": "ville",
    "device": "air-1",
    "build": "air",
    "wifi": [{"ssid": "lab", "password": "sesame"}],
    "broker": {"host": "127.0.0.1", "password": "secret"},
    "settings": {"led": 2},
}


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_calibration(run_micropython: Callable[..., str], tmp_path: Path, scenario: str) -> None:
    (tmp_path / "config.json").write_text(json.dumps(CONFIGURATION))
    assert run_micropython(SCRIPT, scenario, tmp_path).endswith(f"ok {scenario}\n")
