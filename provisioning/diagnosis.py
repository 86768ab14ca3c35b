"""From what was observed to the one card that says what is wrong.

What chips print while they start: Espressif, "ESP-IDF Programming Guide", chapters "Fatal Errors"
and "ROM boot log"; ``rst:`` gives the reason of a reset, ``boot:`` the mode.
"""

import errno
import re
import sys
from pathlib import Path

import serial

from provisioning import cards
from provisioning.cards import CardError
from provisioning.holders import holder_of

_STARTS_OF_A_LOOP = 3
"""The board's reset line and a brownout of a moment give one start more, a loop gives them all."""

_START = re.compile(r"rst:0x[0-9a-f]+ \(")
_CRASH = re.compile(r"Guru Meditation Error|abort\(\) was called|assert failed:|Rebooting\.\.\.")
_BROWNOUT = re.compile(r"Brownout detector was triggered|BROWN_?OUT", re.IGNORECASE)
_BLANK = re.compile(r"invalid header: 0xffffffff|flash read err, 1000")
_DEEP_SLEEP = re.compile(r"rst:0x5 \(|DEEPSLEEP_RESET|DSLEEP")
_DOWNLOAD = re.compile(r"waiting for download")


def is_blank(text: str) -> bool:
    """Whether a start says that there is no program in the flash."""
    return _BLANK.search(text) is not None


def why_no_prompt(text: str) -> str | None:
    """Return the code of the card for a board that was knocked at in vain, ``None`` if unclear."""
    return trouble(text) or ("asleep" if _slept(text) else None)


def trouble(text: str) -> str | None:
    """Return the code of the card that a board's own words call for, ``None`` if they are well."""
    *before, last_start = _START.split(text)
    starts = len(before)
    if _DOWNLOAD.search(last_start):
        return "boot-held"
    if len(_BROWNOUT.findall(text)) > 1:
        return "brownout"
    if is_blank(text):
        return None
    crashes = len(_CRASH.findall(text))
    if starts >= _STARTS_OF_A_LOOP or (crashes > 1 and starts > 1):
        return None if _slept(text) else "boot-loop"
    return None


def _slept(text: str) -> bool:
    """Whether a start says that the board comes from deep sleep."""
    return _DEEP_SLEEP.search(text) is not None


def is_clear(text: str) -> bool:
    """Whether a board has said enough to know that nothing else will come by itself."""
    return is_blank(text) or trouble(text) is not None


def cannot_open(port: str, error: serial.SerialException) -> CardError:
    """Return the card for a port that pyserial could not open. May block for a moment.

    On Windows the error has no number of its own, and "access is denied" means that the port is
    open elsewhere.
    """
    number, said = error.errno, str(error)
    if number in (errno.ENOENT, errno.ENXIO, errno.ENODEV) or "FileNotFoundError" in said:
        return cards.failure("no-port", seen=port)
    if number in (errno.EACCES, errno.EPERM):
        return cards.failure("permission", seen=port)
    if number in (errno.EBUSY, errno.EAGAIN, errno.EWOULDBLOCK) or "PermissionError(13" in said:
        return cards.failure("port-busy", seen=holder_of(port))
    if re.search(r"OSError\(\d+, .*, (31|1167)\)", said):  # ERROR_GEN_FAILURE, _NOT_CONNECTED
        return cards.failure("driver", seen=last_words(said))
    return cards.failure("no-answer", seen=last_words(said))


def went_away(port: str, error: Exception) -> CardError:
    """Return the card for a port that failed while it was in use."""
    return port_failed(port, last_words(str(error)))


def port_failed(port: str, seen: str) -> CardError:
    """Return the card for a tool that lost the port."""
    if sys.platform != "win32" and not Path(port).exists():
        return cards.failure("cable-pulled", seen=seen)
    return cards.failure("no-answer", seen=seen)


_OF_ESPTOOL = (
    (r"Wrong boot mode detected", "boot-button"),
    (r"Unexpected chip (ID|magic) value|autodetect chip type", "wrong-chip"),
)


def esptool_failed(port: str, output: str) -> CardError:
    """Return the card for an esptool that did not reach its chip, from all that it said."""
    seen = last_words(output)
    for pattern, code in _OF_ESPTOOL:
        if re.search(pattern, output):
            return cards.failure(code, seen=seen)
    return port_failed(port, seen)


_MAC = re.compile(r"\b(?:[0-9a-f]{2}[:-]){5,7}[0-9a-f]{2}\b", re.IGNORECASE)


def last_words(output: str) -> str:
    """Return the line in which a tool said what failed, without the chip's address."""
    lines = [line.strip() for line in output.replace("\r", "\n").split("\n") if line.strip()]
    if not lines:
        return ""
    of_esptool = [
        said[1]
        for line in lines
        if (said := re.search(r"A (?:fatal|serial exception) error occurred: (.+)", line))
    ]
    return _MAC.sub("…", (of_esptool or lines)[-1])[-200:]
