"""Which program holds a port, as far as this computer tells its user."""

import os
import re
from pathlib import Path

_KNOWN = {
    "ModemManager": "ModemManager",
    "arduino": "Arduino",
    "brltty": "BRLTTY",
    "esptool": "esptool",
    "minicom": "minicom",
    "miniterm": "miniterm",
    "mpremote": "mpremote",
    "picocom": "picocom",
    "putty": "PuTTY",
    "screen": "screen",
    "thonny": "Thonny",
}
"""What may stand in a program's command line, and what people call the program."""


def holder_of(port: str, processes: Path = Path("/proc")) -> str:
    """Return the name of a program that has the port open, empty if that cannot be known.

    Only Linux tells (``proc(5)``, ``/proc/<pid>/fd``), and only of the user's own programs.
    """
    device = os.path.realpath(port)
    for process in processes.glob("[0-9]*"):
        if process.name != str(os.getpid()) and _has_open(process, device):
            return _name(process)
    return ""


def _has_open(process: Path, device: str) -> bool:
    try:
        return any(os.readlink(link) == device for link in (process / "fd").iterdir())  # noqa: PTH115
    except OSError:  # another user's, or just ended
        return False


def _name(process: Path) -> str:
    try:
        words = (process / "cmdline").read_text(errors="replace").split("\0")
        own = (process / "comm").read_text(errors="replace").strip()
    except OSError:
        return ""
    # Its arguments may hold what is nobody's business: only the program and a known name are told.
    for part, known in _KNOWN.items():
        if re.search(part, " ".join(words[:3]), re.IGNORECASE):
            return known
    return own
