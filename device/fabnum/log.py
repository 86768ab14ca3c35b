"""What happened, for whoever connects a cable: on the console, in RAM, and in a small file.

The file is written only when something failed or when the board restarts, and never grows beyond
two of ``_FILE_BYTES``. No password is ever handed to the log; as a second lock, words given to
:func:`hide` are replaced by dots in all of its lines.
"""

import os
import time

from fabnum import config
from micropython import const

_LINES = const(24)
_FILE_BYTES = const(4096)
_SAVE_EVERY_S = const(600)

_lines: list[str] = []
_unsaved: list[str] = []
_hidden: list[str] = []
_started = time.ticks_ms()
_saved_at = None


def hide(secrets: list[str | None]) -> None:
    """Replace these words by dots from now on. Empty ones and ``None`` are ignored."""
    _hidden.extend(filter(None, secrets))


def say(text: str) -> None:
    """Log one line. It goes to the console at once, to the file when that is next written."""
    for secret in _hidden:
        text = text.replace(secret, "•••")
    print(text)
    line = "%d %s" % (time.ticks_diff(time.ticks_ms(), _started) // 1000, text)
    _lines.append(line)
    _unsaved.append(line)
    del _lines[:-_LINES]
    del _unsaved[:-_LINES]


def fail(text: str) -> None:
    """Log a failure; the file is written now, but no more often than every ten minutes."""
    say(text)
    now = time.ticks_ms()
    if _saved_at is None or time.ticks_diff(now, _saved_at) > _SAVE_EVERY_S * 1000:
        save()


def lines() -> list[str]:
    """Return the last lines, oldest first."""
    return list(_lines)


def save() -> None:
    """Write what is not in the file yet. A flash that refuses is no reason to stop."""
    global _saved_at
    _saved_at = time.ticks_ms()
    if not _unsaved:
        return
    name = config.path("log.txt")
    try:
        try:
            if os.stat(name)[6] > _FILE_BYTES:
                os.rename(name, config.path("log.old"))
        except OSError:
            pass  # there is none yet
        with open(name, "a") as file:
            file.write("\n".join(_unsaved) + "\n")
        _unsaved.clear()
    except OSError:
        pass
