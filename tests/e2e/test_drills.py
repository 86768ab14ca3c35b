"""Drills with a simulated object, as people do them: real broker, gateway and firmware."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

FABNUM = Path(sys.executable).with_name("fabnum")
PATIENCE_S = 300

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.timeout(2 * PATIENCE_S)]


def drill(kind: str, build: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [FABNUM, "drill", kind, build, "--twin", "--for", "8", "--json"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        env={**os.environ, "FABNUM_LANG": "en"},
        timeout=PATIENCE_S,
        check=False,
    )


def result_of(done: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    assert done.returncode == 0, done.stderr
    result: dict[str, Any] = json.loads(done.stdout)
    assert result["passed"]
    assert result["lost"] == 0
    assert result["arrived"] == result["measured"] > 2
    return result


@pytest.mark.parametrize("kind", ["wifi", "broker"])
def test_an_object_that_cannot_send_keeps_what_it_measures(kind: str) -> None:
    assert result_of(drill(kind, "climate"))["kept"] >= 2


def test_an_object_whose_sensor_is_unplugged_says_which_and_comes_back() -> None:
    result = result_of(drill("sensor", "climate"))
    assert ["degraded", "sensor:sht31"] in result["said"]
    assert not result["restarted"]


def test_an_object_whose_power_fails_starts_anew_and_has_lost_nothing() -> None:
    assert result_of(drill("power", "lamp"))["restarted"]


@pytest.mark.parametrize("build", ["vote", "passage"])
def test_an_object_that_tells_its_counts_by_the_hour_is_refused_at_once(build: str) -> None:
    done = drill("power", build)
    assert done.returncode == 2
    assert "once an hour" in done.stderr


def test_an_object_without_a_sensor_is_refused_that_drill() -> None:
    done = drill("sensor", "lamp")
    assert done.returncode == 2
    assert "no sensor to unplug" in done.stderr
