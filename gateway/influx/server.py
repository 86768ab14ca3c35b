"""What an InfluxDB server may answer to a write, whatever its version, as typed errors.

The one question that matters: is it the data's fault? Only then may a reading go to quarantine.
"""

import re
import time
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from typing import Protocol

import msgspec

from kit.errors import FabnumError
from kit.i18n import _

RETRY_AFTER_CAP_S = 3600.0
"""A server that asks for more patience than this is asked again all the same."""

_DATA_STATUSES = {400, 422}
_ABOUT_LINES = re.compile(r"partial write|pars|conflict|retention|\bline", re.IGNORECASE)
"""What all versions say when the lines themselves are at fault. A 400 in other words (a header, a
permission, a parameter) would come for any line: it must not empty the journal into quarantine."""
_DROPPED = re.compile(r"\bdropped=(\d+)\b")


class Server(Protocol):
    """One InfluxDB server, by whichever of its two write APIs. All calls block."""

    def write(self, database: str, lines: bytes) -> None:
        """Store ``lines`` (times in microseconds). Raises one of the errors of this module."""

    def create(self, database: str) -> None:
        """Make a database. Raises UnavailableError when that does not work or is not allowed."""

    def close(self) -> None:
        """Let go of the connections."""


class UnavailableError(FabnumError):
    """The server cannot take anything now; the data may be fine. Wait, then try again.

    ``retry_after_s`` is how long the server itself asked to be left alone, in seconds, or ``None``.
    """

    def __init__(self, cause: str, action: str = "", retry_after_s: float | None = None) -> None:
        super().__init__(cause, action)
        self.retry_after_s = retry_after_s


class DatabaseMissingError(UnavailableError):
    """The database (bucket) is not there yet."""


class TooLargeError(Exception):
    """The server takes no body of this size: send less at once."""


class RefusedError(Exception):
    """The server refuses what these lines say, in its own ``words``.

    ``dropped`` is how many points it says it dropped (it may have stored the others); 0 if it does
    not say.
    """

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words = words
        found = _DROPPED.search(words)
        self.dropped = int(found[1]) if found else 0


def raise_for(
    url: str, database: str, status: int, headers: Mapping[str, str], body: bytes
) -> None:
    """Raise what an answer to a write means; return if it was taken. ``url`` is for sentences."""
    if 200 <= status < 300:
        return
    words = own_words(body)
    if status in _DATA_STATUSES and words and _ABOUT_LINES.search(words):
        raise RefusedError(words)
    if status == 413:
        raise TooLargeError
    raise _unavailable(url, database, status, headers, words)


def silent(url: str) -> UnavailableError:
    """Return the error for a server that does not answer at all."""
    return UnavailableError(
        _("InfluxDB at {url} does not answer.", url=url),
        _("Start it, or correct “url” in the settings. Readings wait in the journal."),
    )


def not_created(url: str, database: str, words: str | None) -> UnavailableError:
    """Return the error for a database that is missing and that the server did not make."""
    return UnavailableError(
        _(
            "InfluxDB at {url} has no database “{name}” and did not create it ({words}).",
            url=url,
            name=database,
            words=words or _("no reason given"),
        ),
        _("Create it by hand, or use a token that may create it. Readings wait in the journal."),
    )


def _unavailable(
    url: str, database: str, status: int, headers: Mapping[str, str], words: str | None
) -> UnavailableError:
    if status in {401, 403}:
        return UnavailableError(
            _(
                "InfluxDB at {url} does not accept the token (status {status}).",
                url=url,
                status=status,
            ),
            _("Put one that may write to “{name}” in secrets/influx-token.", name=database),
        )
    if status == 404 and words:
        return DatabaseMissingError(
            _("InfluxDB at {url} has no database “{name}”.", url=url, name=database),
            _("Create it, or use a token that may create it."),
        )
    return UnavailableError(
        _(
            "InfluxDB at {url} cannot write now (status {status}: {words}).",
            url=url,
            status=status,
            words=words or _("no reason given"),
        ),
        _("It is tried again by itself. Readings wait in the journal."),
        retry_after(headers),
    )


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Return the seconds that ``Retry-After`` asks for (RFC 9110, 10.2.3), else ``None``."""
    asked = next((value for key, value in headers.items() if key.lower() == "retry-after"), None)
    if asked is None:
        return None
    try:
        seconds = float(asked) if asked.strip().isdecimal() else _seconds_until(asked)
    except (ValueError, TypeError, OverflowError):
        return None
    return min(max(seconds, 0.0), RETRY_AFTER_CAP_S)


def _seconds_until(date: str) -> float:
    return parsedate_to_datetime(date).timestamp() - time.time()


def own_words(body: bytes) -> str | None:
    """Return what InfluxDB itself complains of; ``None`` if nothing, or if InfluxDB did not speak.

    All versions complain in JSON: ``{"error": …}`` (1.x; ``{"results": [{"error": …}]}`` to a
    query), ``{"code": …, "message": …}`` (2.x), ``{"error": …, "data": [{"error_message": …}]}``
    (3.x). A proxy, or a TLS port that is spoken to in plain text, answers 400 too, but not so: that
    says nothing about the readings.
    """
    try:
        answer = msgspec.json.decode(body, type=_Answer)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    first = next(iter(answer.results), _Complaint())
    detail = next(iter(answer.data or ()), _Detail())
    said = (answer.message, answer.error, first.error, detail.error_message)
    return ": ".join(filter(None, said)) or None


class _Detail(msgspec.Struct):
    error_message: str = ""


class _Complaint(msgspec.Struct):
    error: str = ""


class _Answer(msgspec.Struct):
    message: str = ""
    error: str = ""
    data: list[_Detail] | None = None
    results: list[_Complaint] = []
