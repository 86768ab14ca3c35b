"""Virtual boards until Ctrl-C: ``python -m device.twin.virtual --count 2 --build air``."""

import argparse
import signal
import sys
import tempfile
from pathlib import Path

from device.twin.chip.profiles import PROFILES
from device.twin.host import AccessPoint
from device.twin.virtual import VirtualBench
from kit import catalogue
from kit.errors import FabnumError

NETWORK = AccessPoint("twin", "twin-twin")


def main() -> None:
    """Parse the command line, print the ports, wait."""
    parser = argparse.ArgumentParser(prog="python -m device.twin.virtual")
    parser.add_argument("--count", type=int, default=1, help="how many boards")
    parser.add_argument("--build", choices=catalogue.builds(), default="lamp")
    parser.add_argument("--chip", choices=sorted(PROFILES), default="esp32")
    parser.add_argument("--folder", type=Path, help="keep the boards here")
    wish = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as new,
        VirtualBench(
            wish.folder or Path(new),
            wish.count,
            chip=wish.chip,
            build=wish.build,
            access_points=[NETWORK],
        ) as bench,
    ):
        for board in bench.boards:
            print(board.port, flush=True)
        try:
            signal.pause()
        except KeyboardInterrupt:
            print()


if __name__ == "__main__":
    try:
        main()
    except FabnumError as error:
        sys.exit(str(error))
