"""Virtual boards until Ctrl-C: ``python -m device.twin.virtual --count 2 --build air``.

Their ports are printed, for esptool, mpremote, Thonny. A line of JSON typed here changes a board,
the first unless it says ``"board"``: ``{"fault": "stuck"}``, ``{"do": "unplug"}`` (``plug``,
``press_reset``), else what surrounds it, such as ``{"board": 1, "room": {"people": 20}}``.
"""

import argparse
import contextlib
import json
import signal
import sys
import tempfile
import threading
from pathlib import Path
from typing import Any

from device.twin.chip.profiles import PROFILES
from device.twin.host import AccessPoint
from device.twin.virtual import VirtualBench, virtual_image
from kit import catalogue
from kit.errors import FabnumError

NETWORK = AccessPoint("twin", "twin-twin")


def main() -> None:
    """Parse the command line, print the ports, and do what is typed until it is interrupted."""
    wish = _parse()
    with tempfile.TemporaryDirectory() as new:
        image = Path(new, "micropython.bin")
        bench = VirtualBench(
            wish.folder or Path(new, "bench"),
            wish.count,
            chip=wish.chip,
            build=wish.build,
            access_points=[NETWORK],
            image=virtual_image(wish.chip, image) if wish.flashed else None,
        )
        with contextlib.suppress(KeyboardInterrupt), bench:
            for board in bench.boards:
                print(board.port, flush=True)
            threading.Thread(target=_obey, args=(bench,), daemon=True).start()
            signal.pause()


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m device.twin.virtual")
    parser.add_argument("--count", type=int, default=1, help="how many boards")
    parser.add_argument("--build", choices=catalogue.builds(), default="lamp")
    parser.add_argument("--chip", choices=sorted(PROFILES), default="esp32")
    parser.add_argument("--flashed", action="store_true", help="new boards hold MicroPython")
    parser.add_argument("--folder", type=Path, help="keep the boards here")
    return parser.parse_args()


def _obey(bench: VirtualBench) -> None:
    for line in sys.stdin:
        try:
            _change(bench, json.loads(line))
        except (ValueError, TypeError, LookupError, AttributeError, FabnumError) as error:
            print("?", error)


def _change(bench: VirtualBench, wish: dict[str, Any]) -> None:
    board = bench.boards[wish.pop("board", 0)]
    if "fault" in wish:
        board.fault(wish["fault"])
    elif "do" in wish:
        {"plug": board.plug, "unplug": board.unplug, "press_reset": board.press_reset}[wish["do"]]()
    else:
        board.control(**wish)


if __name__ == "__main__":
    try:
        main()
    except FabnumError as error:
        sys.exit(str(error))
