"""Run one twin in the foreground: ``python -m device.twin air``.

Its console is printed here; a line of JSON typed here changes its world, for example
``{"wifi": false}``, ``{"room": {"people": 20}}``, ``{"press": "button"}``.
"""

import argparse
import json
import sys
import tempfile
import threading
import time
from pathlib import Path

from device.twin.host import AccessPoint, Fleet, Twin, World
from kit import catalogue, firmware
from kit.errors import FabnumError

NETWORK = AccessPoint("twin", "twin-twin")


def main() -> None:
    """Parse the command line and run the twin until it is interrupted."""
    parser = argparse.ArgumentParser(prog="python -m device.twin")
    parser.add_argument("build", choices=catalogue.builds())
    parser.add_argument("--main", type=Path, help="a main.py of your own")
    parser.add_argument("--broker", default="127.0.0.1:1883", help="host:port, without TLS")
    parser.add_argument("--folder", type=Path, help="keep the twin here")
    parser.add_argument("--pace", type=float, default=1, help="seconds in the room per second")
    wish = parser.parse_args()
    program = wish.main.read_bytes() if wish.main else None
    with tempfile.TemporaryDirectory() as new, Fleet() as fleet:
        twin = fleet.add(
            wish.folder or Path(new, wish.build),
            firmware.assemble(wish.build, program),
            firmware.identity(_config(wish.build, wish.broker)),
            World(access_points=[NETWORK], pace=wish.pace),
        )
        threading.Thread(target=_obey, args=(twin,), daemon=True).start()
        twin.start()
        try:
            _print_console(twin)
        except KeyboardInterrupt:
            print()


def _config(build: str, broker: str) -> dict[str, object]:
    host, _, port = broker.rpartition(":")
    return {
        "town": "atelier",
        "device": build,
        "build": build,
        "wifi": [{"ssid": NETWORK.ssid, "password": NETWORK.password}],
        "broker": {"host": host, "port": int(port), "tls": False},
        "ntp": "",
    }


def _obey(twin: Twin) -> None:
    for line in sys.stdin:
        try:
            twin.control(**json.loads(line))
        except (ValueError, TypeError) as error:
            print("?", error)


def _print_console(twin: Twin) -> None:
    shown = 0
    while True:
        words = twin.console()
        print(words[shown:], end="", flush=True)
        shown = len(words)
        time.sleep(0.1)


if __name__ == "__main__":
    try:
        main()
    except FabnumError as error:
        sys.exit(str(error))
