"""What ``esptool write-flash`` says while it works, and why it gave up.

Read from what esptool 5.2 to 5.6 prints where its output is no terminal: a line a block, such as
``Writing at 0x00010b62 ━━ 1.5% 16.00kB/1.06MB [0s]``; and at the end ``Wrote 1691408 bytes (1109447
compressed) at 0x00001000 in 24.1 seconds (561.4 kbit/s).`` What it says of a failure stands in its
``loader.py`` and ``cmds.py``.
"""

import re
from collections.abc import Callable

from kit.i18n import _

Progress = Callable[[float, str], None]
"""Hears how much of the work is done, from 0 to 1, and what is done now in a few words."""

_COLOURS = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
_BLOCK = re.compile(r"Writing at 0x[0-9a-f]+ .*?(\d+(?:\.\d+)?)%")
_WROTE = re.compile(r"Wrote (\d+) bytes(?: \((\d+) compressed\))?")
_FATAL = re.compile(
    r"A (?:fatal|serial exception) error occurred: (.*?)(?:\nNote: This error|\Z)", re.DOTALL
)
_ADVICE = re.compile(r"(?:\bThis can have many causes|\bFor troubleshooting).*", re.DOTALL)
_WRITING_BEGINS, _WRITING_ENDS = 0.05, 0.95


class Hearing:
    """Follows one run of esptool, line by line, and tells how far it is.

    ``reached``: the chip has answered and runs esptool's own program (the stub), from which moment
    on the line runs at the chosen speed. ``sent`` is what went over the line, in bytes.
    """

    def __init__(self, on_progress: Progress) -> None:
        self._tell = on_progress
        self.reached = False
        self.writing = False
        self.unchanged = False
        self.sent = 0

    def line(self, line: str) -> None:
        """Take in one line."""
        line = _COLOURS.sub("", line)
        if block := _BLOCK.search(line):
            self.writing = True
            part = min(float(block[1]) / 100, 1.0)
            self._tell(
                _WRITING_BEGINS + part * (_WRITING_ENDS - _WRITING_BEGINS), _("Writing MicroPython")
            )
        elif wrote := _WROTE.match(line):
            self.sent = int(wrote[2] or wrote[1])
        elif line.startswith("Stub flasher running"):
            self.reached = True
            self._tell(0.02, _("The chip answers"))
        elif line.startswith("Comparing flash"):
            self._tell(0.03, _("Comparing with what is there"))
        elif "already in flash" in line:
            self.unchanged = True
        elif line.startswith("Verifying written"):
            self._tell(_WRITING_ENDS, _("Reading it back"))


_GARBLED = re.compile(
    r"Invalid head of packet|Packet content transfer stopped|Invalid SLIP escape|[Cc]hecksum"
    r"|Response doesn't match|Unexpected response|Bad data|Inflate|Deflate"
    r"|flash chip connection|set baud rate|Only got \d+ byte"
)
_SILENT = re.compile(
    r"No serial data|No more data|stopped responding|[Tt]imed? ?out|disconnected|No such file"
    r"|Input/output error|ClearCommError|WriteFile failed|Access is denied|not functioning"
    r"|Could not open|^$"
)
_CARDS = (
    (re.compile(r"is not an .+ image"), "image-chip"),
    (re.compile(r"will not fit"), "image-too-large"),
    (re.compile(r"MD5 of file does not match|written flash region is empty"), "flash-verify"),
    (_GARBLED, "flash-line"),
    (_SILENT, "flash-interrupted"),
)
"""What esptool says of a failure, once it has reached the chip, and the card it calls for."""

SLOWER_MAY_HELP = frozenset({"flash-line", "flash-verify", "flash-interrupted"})
"""What a lower baud rate may cure."""


def card_for(words: str) -> str:
    """Return the code of the card for what esptool said after it had reached the chip."""
    return next((code for pattern, code in _CARDS if pattern.search(words)), "flash-refused")


def garbled(words: str) -> bool:
    """Whether a failure means that bytes arrive, and not those that were sent."""
    return _GARBLED.search(words) is not None


def said(output: str) -> str:
    """Return esptool's sentence about what went wrong, in one line; empty where it said none."""
    found = _FATAL.search(_COLOURS.sub("", output).replace("\r\n", "\n"))
    return " ".join(_ADVICE.sub("", found[1]).split())[:300] if found else ""
