"""Many twins on one PC: one supervisor process that forks them."""

import importlib.util
import json
import shutil
import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from device.twin.host import supervisor
from device.twin.host.twin import Twin
from device.twin.host.world import World
from kit import firmware
from kit.errors import FabnumError
from kit.i18n import _

BOARD = firmware.DEVICE / "twin" / "board"

# A ledger tells what was measured: it is never cut. A console may be.
_LONGEST_CONSOLE = 1_000_000

FAKES_KIB = 96
"""What the fakes and the models take of the heap of a twin; on a board they are silicon."""


class Fleet:
    """Runs twins, each in a process of its own. A context manager: at its end all are off.

    ``twins`` holds them by the name of their folder.
    """

    def __init__(self) -> None:
        self.twins: dict[str, Twin] = {}
        self._process: subprocess.Popen[bytes] | None = None
        self._reader: threading.Thread | None = None
        self._sending = threading.Lock()

    def __enter__(self) -> Self:
        """Start the supervisor. Raises FabnumError if there is no MicroPython."""
        board = firmware.keep_folder("twin", firmware.compile_folder(BOARD))
        program = Path(supervisor.__file__)
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-S", str(program), micropython(), str(board)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,  # Ctrl-C is for the host, which then ends this
        )
        self._reader = threading.Thread(target=self._listen, name="twins", daemon=True)
        self._reader.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Switch all twins off."""
        self.stop()

    def add(
        self,
        folder: Path,
        build: firmware.Firmware,
        identity: Mapping[str, bytes],
        world: World | None = None,
        heap_kib: int = 256,
    ) -> Twin:
        """Make a twin in that folder, or take the one that is there; it starts with ``start()``.

        One that is there keeps its world and its flash; the firmware's files are installed anew.

        ``identity``: the files that make it one device (``kit.firmware.identity``). ``heap_kib``:
        the memory that is left for the firmware, about (an ESP32 has 160, in half the words).
        """
        folder = folder.resolve()
        console = folder / "console.log"
        if console.exists() and console.stat().st_size > _LONGEST_CONSOLE:
            console.unlink()
        twin = Twin(
            bench=self,
            folder=folder,
            firmware=build,
            identity=identity,
            world=world or World(),
            heap_kib=heap_kib + FAKES_KIB,
        )
        self.twins[str(folder)] = twin
        return twin

    def stop(self) -> None:
        """Switch all twins off and end the supervisor."""
        if self._process is None or self._process.stdin is None:
            return
        self._process.stdin.close()
        self._process.wait()
        if self._reader is not None:
            self._reader.join()
        self._process = None

    def send(self, request: Mapping[str, str]) -> None:
        """Ask the supervisor for something (called by the twins)."""
        if self._process is None or self._process.stdin is None:
            raise RuntimeError("the fleet is not running")
        with self._sending:
            self._process.stdin.write(json.dumps(request).encode() + b"\n")
            self._process.stdin.flush()

    def _listen(self) -> None:
        assert self._process is not None
        assert self._process.stdout is not None
        for line in self._process.stdout:
            news = json.loads(line)
            self.twins[news["folder"]].hear(news)
        for twin in self.twins.values():  # with the supervisor all of them ended
            if twin.powered:
                twin.hear({"ended": "power-cut"})


def micropython() -> str:
    """Return the wheel's library, else the program on the PATH. Raises FabnumError without both."""
    wheel = importlib.util.find_spec("micropython_run")
    if wheel is not None and wheel.origin is not None:
        return wheel.origin
    program = shutil.which("micropython")
    if program is None:
        raise FabnumError(
            _("MicroPython is missing, so no twin can run."),
            _("Install it: sudo apt install micropython"),
        )
    return program
