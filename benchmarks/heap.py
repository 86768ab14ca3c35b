"""What the firmware leaves of a small heap: the real MicroPython, TLS to a real nats-server.

The modules are compiled, as on a board, and ``main.py`` is not, as on a board. The parts are the
least that answers (``heap_board/``): the models of the twin would be measured with the firmware.
What stands in for the C of a board is taken off, and given to the heap besides. Objects of the
64-bit port are about twice as large as those of a board.
"""

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.report import report
from benchmarks.servers import nats_server
from gateway.broker.authority import Authority
from kit import build_table, catalogue, firmware
from kit.settings import Broker, DataFolder

BOARD = Path(__file__).parent / "heap_board"
HEAP = "96k"
ROOMY = "256k"
TIMEOUT_S = 60


class Taken(NamedTuple):
    """``used``: bytes of the heap. ``runs``: whether the firmware runs in the heap asked for."""

    used: int
    runs: bool


def main(argv: list[str] | None = None) -> None:
    """Run the benchmark and report; with ``--write``, keep the figures for device/README.md.

    A build that does not run in the heap is measured in a larger one; what it lacks is negative.
    """
    parser = argparse.ArgumentParser(prog="heap", description=__doc__)
    parser.add_argument("--heap", default=HEAP, help="as MicroPython writes it, such as 96k")
    parser.add_argument("--write", action="store_true", help="renew the table of device/README.md")
    parser.add_argument("builds", nargs="*", help="all without any")
    arguments = parser.parse_args(argv)
    total = heap_bytes(arguments.heap)
    figures: dict[str, object] = {"heap": arguments.heap}
    used: dict[str, int] = {}
    for build, taken in measured(arguments.builds or catalogue.builds(), total):
        used[build] = taken.used
        figures[f"runs_{build}"] = taken.runs
        figures[f"used_bytes_{build}"] = taken.used
        figures[f"free_bytes_{build}"] = total - taken.used
        name, size = largest_module(build)
        figures[f"largest_{build}"] = f"{name} {size}"
    if arguments.write:
        build_table.keep(used, version())
    report("heap", figures)


def measured(builds: Iterable[str], total: int) -> Iterator[tuple[str, Taken]]:
    """Yield each build and what it takes of a heap that gives ``total`` bytes."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        authority = Authority(DataFolder(folder))
        authority.ensure(Broker())
        certificate, key = authority.server_certificate, authority.server_key
        tls = f'tls {{ cert_file: "{certificate}", key_file: "{key}" }}'
        with nats_server(folder, tls) as port:
            for build in builds:
                files = board_files(build, port, authority.der())
                roomy = run(files, ROOMY)
                if roomy is None:
                    raise RuntimeError(f"The firmware of “{build}” does not run at all.")
                if roomy["faults"]:
                    raise RuntimeError(f"The parts of “{build}” do not answer: {roomy['faults']}.")
                used = roomy["used"] - roomy["stand_ins"]
                # The heap that MicroPython is given holds its own tables besides.
                scale = heap_bytes(ROOMY) / (int(ROOMY[:-1]) * 1024)
                given = int((total + roomy["stand_ins"]) / scale)
                yield build, Taken(used, used < total and run(files, str(given)) is not None)


def board_files(build: str, port: int, authority: bytes) -> dict[str, bytes]:
    """Return all files of one board, those that stand in for its hardware too."""
    configuration = {
        "town": "ville",
        "device": build,
        "build": build,
        "wifi": [{"ssid": "atelier", "password": "motdepasse"}],
        "broker": {"host": "127.0.0.1", "port": port, "user": None, "password": None},
        "period": 1,
        "ntp": "",
    }
    identity = firmware.identity(configuration, authority)
    return {**firmware.compile_folder(BOARD), **firmware.assemble(build).files, **identity}


def largest_module(build: str) -> tuple[str, int]:
    """Return the largest compiled file of a build, and its bytes."""
    code = firmware.assemble(build).code
    name = max(code, key=lambda path: len(code[path]))
    return name, len(code[name])


def run(files: dict[str, bytes], heap: str) -> dict[str, Any] | None:
    """Return what ``heap_board/measure.py`` says once readings arrive; ``None`` if none do."""
    with tempfile.TemporaryDirectory() as folder:
        for name, content in files.items():
            path = Path(folder, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        try:
            process = subprocess.run(
                [micropython(), "-X", f"heapsize={heap}", "-m", "measure"],
                cwd=folder,
                env={"MICROPYPATH": ":.frozen"},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                timeout=TIMEOUT_S,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return None  # it runs, and has not the memory to reach the broker
    for line in reversed(process.stdout.splitlines()):
        if line.startswith("{"):
            told: dict[str, Any] = json.loads(line)
            return told
    return None


def heap_bytes(heap: str) -> int:
    """Return what MicroPython can give of a heap of that size, its own tables taken off."""
    return int(_ask("import gc; print(gc.mem_free() + gc.mem_alloc())", "-X", f"heapsize={heap}"))


def version() -> str:
    """Return the version of the MicroPython that was measured."""
    return _ask("import sys; print('%d.%d.%d' % sys.implementation.version[:3])")


def micropython() -> str:
    """Return the program: that of this environment, else the one on the PATH."""
    beside = str(Path(sys.executable).parent)
    return shutil.which("micropython", path=beside) or shutil.which("micropython") or "micropython"


def _ask(program: str, *options: str) -> str:
    command = [micropython(), *options, "-c", program]
    return subprocess.run(command, capture_output=True, check=True, text=True).stdout.strip()


if __name__ == "__main__":
    main()
