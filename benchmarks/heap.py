"""What the firmware leaves of a small heap: the real MicroPython, TLS to a real nats-server.

The modules are compiled, as on a board, and ``main.py`` is not, as on a board. The parts are the
least that answers (``heap_board/``): the models of the twin would be measured with the firmware.
Objects of the 64-bit port are about twice as large as those of a board.
"""

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.report import report
from benchmarks.servers import nats_server
from gateway.broker.authority import Authority
from kit import firmware
from kit.settings import Broker, DataFolder

BOARD = Path(__file__).parent / "heap_board"
HEAP = "96k"
ROOMY = "256k"
BUILDS = ("air", "lamp")
FRAMES = 3
TIMEOUT_S = 60


def main(argv: list[str] | None = None) -> None:
    """Run the benchmark and report.

    A build that does not run in the heap is measured in a larger one; what it lacks is negative.
    """
    parser = argparse.ArgumentParser(prog="heap", description=__doc__)
    parser.add_argument("--heap", default=HEAP, help="as MicroPython writes it, such as 96k")
    arguments = parser.parse_args(argv)
    figures: dict[str, object] = {"heap": arguments.heap}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        authority = Authority(DataFolder(folder))
        authority.ensure(Broker())
        certificate, key = authority.server_certificate, authority.server_key
        tls = f'tls {{ cert_file: "{certificate}", key_file: "{key}" }}'
        with nats_server(folder, tls) as port:
            for build in BUILDS:
                files = board_files(build, port, authority.der())
                used = run(build, files, arguments.heap)
                figures[f"runs_{build}"] = used is not None
                used = used or run(build, files, ROOMY)
                if used is None:
                    raise RuntimeError(f"The firmware of “{build}” does not run at all.")
                figures[f"used_bytes_{build}"] = used
                figures[f"free_bytes_{build}"] = heap_bytes(arguments.heap) - used
    report("heap", figures)


def board_files(build: str, port: int, authority: bytes) -> dict[str, bytes]:
    """Return the files of one board that are not compiled."""
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
    return {**firmware.assemble(build).program, **identity}


def run(build: str, files: dict[str, bytes], heap: str) -> int | None:
    """Return how many bytes of the heap are in use once readings arrive; ``None`` if none do."""
    code = firmware.assemble(build).code_folder()
    board = firmware.keep_folder("heap", firmware.compile_folder(BOARD))
    with tempfile.TemporaryDirectory() as folder:
        for name, content in files.items():
            Path(folder, name).write_bytes(content)
        try:
            process = subprocess.run(
                [micropython(), "-X", f"heapsize={heap}", "-m", "measure", folder, str(FRAMES)],
                env={"MICROPYPATH": f"{board}:{code}:.frozen"},
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
            return int(json.loads(line)["used"])
    return None


def heap_bytes(heap: str) -> int:
    """Return what MicroPython can give of a heap of that size, its own tables taken off."""
    command = [micropython(), "-X", f"heapsize={heap}", "-c", _TOTAL]
    return int(subprocess.run(command, capture_output=True, check=True, text=True).stdout)


_TOTAL = "import gc; print(gc.mem_free() + gc.mem_alloc())"


def micropython() -> str:
    """Return the program: that of this environment, else the one on the PATH."""
    beside = str(Path(sys.executable).parent)
    return shutil.which("micropython", path=beside) or shutil.which("micropython") or "micropython"


if __name__ == "__main__":
    main()
