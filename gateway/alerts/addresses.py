"""To whom alerts go: ``secrets/alerts``, one Apprise address a line; ``#`` begins a remark.

An address may hold passwords and telephone numbers: it is named by its line, never shown.
"""

import hashlib
import logging
from collections.abc import Iterable
from typing import NamedTuple
from urllib.parse import parse_qsl, unquote, urlsplit

from gateway import logs
from kit.errors import FabnumError
from kit.i18n import _
from kit.settings import DataFolder

log = logging.getLogger(__name__)

SECRET_NAME = "alerts"  # noqa: S105 - the name of a file
_LONG = 8
"""A shorter piece of an address is as likely a common word, which the log could not do without."""
_PASSWORDS = ("pass", "password", "token", "key", "secret", "apikey")


class Address(NamedTuple):
    """One address: the number of its line in the file (from 1), and what Apprise reads."""

    line: int
    url: str

    @property
    def digest(self) -> str:
        """What tells it from the others without telling it: in the state file."""
        return hashlib.sha256(self.url.encode()).hexdigest()[:8]


def read(folder: DataFolder) -> list[Address]:
    """Return the addresses; none if there is no such file.

    From now on no log line shows them, and nobody else can read the file. Raises FabnumError if it
    cannot be read.
    """
    path = folder.secrets / SECRET_NAME
    try:
        if path.stat().st_mode & 0o077:
            path.chmod(0o600)
            log.info("The addresses of alerts can be read by this user only, from now on.")
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return []
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or _("it is not UTF-8 text")
        raise FabnumError(
            _("The addresses in {file} cannot be read: {reason}.", file=path, reason=reason),
            _("Write the file again: one address a line."),
        ) from None
    lines = ((number, line.strip()) for number, line in enumerate(text.splitlines(), 1))
    found = [Address(number, line) for number, line in lines if line and line[0] != "#"]
    for address in found:
        for secret in secrets_of(address.url):
            logs.secrets.add(secret)
    return found


def secrets_of(url: str) -> set[str]:
    """Return what of an address nobody may see: the whole of it, and its telling pieces.

    A library that fails to deliver names a host or a user rather than the address.
    """
    try:
        parts = urlsplit(url)
        user, password, host = parts.username or "", parts.password or "", parts.hostname or ""
        query = parse_qsl(parts.query)
    except ValueError:
        return {url, *_long(url.split())}
    found = {url, unquote(password)}
    pieces = [user, *parts.path.split("/"), *(value for _name, value in query)]
    if not parts.scheme or not parts.netloc:  # not an address at all
        pieces += url.split()
    elif "." not in host and host != "localhost":  # a topic or a token, no machine
        pieces += parts.netloc.rpartition("@")[2].split(":")
    found |= {value for name, value in query if name in _PASSWORDS}
    return (found | _long(map(unquote, pieces))) - {""}


def _long(pieces: Iterable[str]) -> set[str]:
    return {piece for piece in pieces if len(piece) >= _LONG}
