"""How long people wait: until the demo's page has readings, until a twin measures, for `--help`."""

import json
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.report import report
from device.twin.host import AccessPoint, Fleet, World
from kit import firmware

PATIENCE_S = 120.0
FABNUM = Path(sys.executable).with_name("fabnum")
WIFI = AccessPoint("atelier", "ouvert-a-tous")


def main(argv: list[str] | None = None) -> None:  # noqa: ARG001 - as every benchmark
    """Run the benchmark and report."""
    shutil.rmtree(firmware.BUILD_FOLDER, ignore_errors=True)
    figures = {
        "demo_first_time_s": demo_s(),
        "demo_s": min(demo_s() for _run in range(3)),
        "twin_first_reading_s": twin_s(),
        "help_s": min(help_s() for _run in range(3)),
    }
    report("startup", {name: round(value, 2) for name, value in figures.items()})


def demo_s() -> float:
    """Return the seconds from `fabnum demo` to a page on which every object has a new reading.

    The demo names the page at that moment, not before.
    """
    began = time.monotonic()
    with subprocess.Popen(
        [FABNUM, "demo", "--for", "1", "--port", "0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as demo:
        assert demo.stderr is not None
        said = next((line for line in demo.stderr if "http://" in line), "")
        seconds = time.monotonic() - began
        output, errors = demo.communicate(timeout=PATIENCE_S)
    assert said, errors
    assert json.loads(output.splitlines()[-1])["lost"] == 0, output
    return seconds


def twin_s() -> float:
    """Return the seconds from power-on to the first reading of a twin, without any broker."""
    configuration = {
        "town": "demo",
        "device": "climate-1",
        "build": "climate",
        "wifi": [{"ssid": WIFI.ssid, "password": WIFI.password}],
        "broker": {"host": "127.0.0.1", "port": 9, "tls": False, "user": "x", "password": "x"},
        "period": 5,
        "ntp": "",
        "deployed": False,
        "settings": {},
    }
    with tempfile.TemporaryDirectory() as scratch, Fleet() as fleet:
        twin = fleet.add(
            Path(scratch) / "climate-1",
            firmware.assemble("climate"),
            firmware.identity(configuration),
            World(access_points=[WIFI]),
        )
        began = time.monotonic()
        twin.start()
        twin.wait_for(lambda twin: twin.ledger(), PATIENCE_S)
        return time.monotonic() - began


def help_s() -> float:
    """Return the seconds that `fabnum --help` takes."""
    began = time.monotonic()
    subprocess.run([FABNUM, "--help"], stdout=subprocess.DEVNULL, check=True)
    return time.monotonic() - began


if __name__ == "__main__":
    main()
