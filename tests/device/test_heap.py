"""The firmware must leave a learner's program room to work in, whatever is built with it.

The figure is that of the 64-bit MicroPython of a PC, whose objects are about twice as large as an
ESP32's: it is a bound that the firmware must not outgrow unseen, not the memory of a board.
"""

import json

import pytest

from benchmarks import heap
from kit import build_table, catalogue

HEAP = "156k"
LEAST_FREE = 20 * 1024
MAY_GROW = 2 * 1024
"""Above what the table in device/README.md says: from there on it must be renewed, and seen."""

pytestmark = [pytest.mark.e2e, pytest.mark.slow]


def test_every_build_leaves_room_in_the_heap(capsys: pytest.CaptureFixture[str]) -> None:
    heap.main(["--heap", HEAP])
    figures = json.loads(capsys.readouterr().out.splitlines()[-1])
    said = build_table.load()["kilobytes"]
    for build in catalogue.builds():
        print(build, figures[f"free_bytes_{build}"], figures[f"largest_{build}"])
        assert figures[f"runs_{build}"], build
        assert figures[f"free_bytes_{build}"] >= LEAST_FREE, build
        grown = figures[f"used_bytes_{build}"] - said[build] * 1024
        assert grown <= MAY_GROW, f"{build}: ./fabnum benchmark heap --write"
