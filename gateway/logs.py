"""What the gateway writes about itself: one line an event, readable or JSON, and never a secret.

    log = logging.getLogger(__name__)
    log.info("Made the database.", extra={"town": "hem"})

becomes ``09:41:07 INFO  gateway.influx: Made the database. town=hem`` on a terminal, a line of
journald under systemd (which has the time and the urgency itself), a JSON object elsewhere.
"""

import contextlib
import io
import json
import logging
import math
import os
import re
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal, TextIO

from gateway.masking import Secrets

Style = Literal["text", "journal", "json"]

OWN = ("gateway", "kit", "provisioning", "fabnum")
"""Our loggers. Those of libraries speak from a warning on."""

_SYSLOG = {
    logging.DEBUG: 7,
    logging.INFO: 6,
    logging.WARNING: 4,
    logging.ERROR: 3,
    logging.CRITICAL: 2,
}
"""Urgency as journald reads it at the start of a line (sd-daemon(3))."""
_STANDARD = {*vars(logging.makeLogRecord({})), "message", "asctime", "taskName", "color_message"}
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_NEEDS_QUOTES = re.compile(r'[\s"=]|^$')

secrets = Secrets()
"""What no line may hold. Whoever makes or reads a secret adds it."""


def configure(
    secrets_folder: Path | None = None,
    *,
    level: int = logging.INFO,
    style: Style | None = None,
    stream: TextIO | None = None,
) -> None:
    """Send all log messages to ``stream`` (standard error), in the style that suits it.

    Everything in ``secrets_folder`` is hidden. May be called again: the last call counts.
    """
    stream = stream or sys.stderr
    if secrets_folder is not None:
        secrets.add_folder(secrets_folder)
    root = logging.getLogger()
    for earlier in [handler for handler in root.handlers if isinstance(handler, _Handler)]:
        root.removeHandler(earlier)
    handler = _Handler(stream)
    handler.setFormatter(_FORMATTERS[style or style_for(stream)](secrets))
    root.addHandler(handler)
    root.setLevel(logging.WARNING)
    logging.captureWarnings(capture=True)
    for name in OWN:
        logging.getLogger(name).setLevel(level)


def style_for(stream: TextIO) -> Style:
    """Return the style for a stream: people at a terminal, journald, else a program."""
    if stream.isatty():
        return "text"
    return "journal" if _is_journald(stream) else "json"


def _is_journald(stream: TextIO) -> bool:
    """Whether systemd says that this very stream goes to its journal (systemd.exec(5))."""
    try:
        found = os.fstat(stream.fileno())
    except (OSError, ValueError):
        return False
    return os.environ.get("JOURNAL_STREAM") == f"{found.st_dev}:{found.st_ino}"


class _Handler(logging.StreamHandler[TextIO]):
    """Writes to a stream, whatever its encoding."""

    def __init__(self, stream: TextIO) -> None:
        super().__init__(stream)
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - the base class's name
        """Say that a line is missing. The base class would print its arguments as they are."""
        with contextlib.suppress(OSError, ValueError):
            sys.stderr.write(f"A log line of {record.name} could not be written.\n")


class _Formatter(logging.Formatter):
    """Takes a record apart into strings that hold no secret."""

    def __init__(self, hidden: Secrets) -> None:
        super().__init__()
        self._hidden = hidden

    def message(self, record: logging.LogRecord) -> str:
        """Return the message with its arguments."""
        try:
            message = record.getMessage()
        except (TypeError, ValueError, KeyError):  # the arguments do not fit the message
            message = f"{record.msg} {record.args!r}"
        return self._hidden.masked(message)

    def fields(self, record: logging.LogRecord) -> dict[str, object]:
        """Return what ``extra`` added: numbers as they are, all else as text."""
        extra = {key: value for key, value in vars(record).items() if key not in _STANDARD}
        return {key: self._field(value) for key, value in extra.items()}

    def traceback(self, record: logging.LogRecord) -> str:
        """Return the traceback and the stack, indented so that nothing in it looks like a line."""
        texts = []
        if record.exc_info:
            texts.append(self.formatException(record.exc_info))
        if record.stack_info:
            texts.append(self.formatStack(record.stack_info))
        lines = self._hidden.masked("\n".join(texts)).splitlines()
        return "\n".join(f"    {_one_line(line)}" for line in lines)

    def _field(self, value: object) -> object:
        if value is None or isinstance(value, bool):
            return value
        text = self._hidden.masked(str(value))
        is_number = isinstance(value, int | float) and math.isfinite(value)
        return value if is_number and text == str(value) else text


class _TextFormatter(_Formatter):
    """For people: a line, then the traceback if there is one."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as text."""
        line = f"{self._start(record)}{record.name}: {self._sentence(record)}"
        traceback = self.traceback(record)
        return f"{line}\n{traceback}" if traceback else line

    def _start(self, record: logging.LogRecord) -> str:
        clock = time.strftime("%H:%M:%S", time.localtime(record.created))
        return f"{clock} {record.levelname:<7} "

    def _sentence(self, record: logging.LogRecord) -> str:
        pairs = [f"{key}={_quoted(str(value))}" for key, value in self.fields(record).items()]
        return " ".join([_one_line(self.message(record)), *pairs])


class _JournalFormatter(_TextFormatter):
    """For journald, which knows the time: the urgency in front of every line."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as text for journald."""
        urgency = _SYSLOG.get(record.levelno, 6)
        return "\n".join(f"<{urgency}>{line}" for line in super().format(record).split("\n"))

    def _start(self, record: logging.LogRecord) -> str:  # noqa: ARG002 - the base class's form
        return ""


class _JsonFormatter(_Formatter):
    """For programs: one JSON object a line; what ``extra`` added never hides what is ours."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as JSON."""
        entry = self.fields(record) | {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": self.message(record),
        }
        traceback = self.traceback(record)
        if traceback:
            entry["traceback"] = traceback
        text = json.dumps(entry, ensure_ascii=False)
        return _CONTROLS.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


_FORMATTERS: dict[Style, type[_Formatter]] = {
    "text": _TextFormatter,
    "journal": _JournalFormatter,
    "json": _JsonFormatter,
}


def _one_line(text: str) -> str:
    """Return ``text`` without line breaks and terminal codes: nobody can forge a line."""
    return _CONTROLS.sub(lambda found: ascii(found[0])[1:-1], text)


def _quoted(text: str) -> str:
    """Return a value so that a program can tell where it ends."""
    return _one_line(json.dumps(text, ensure_ascii=False) if _NEEDS_QUOTES.search(text) else text)
