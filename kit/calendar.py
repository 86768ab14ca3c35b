"""Planned workshops as a calendar that telephones and mail programs read (RFC 5545)."""

import datetime as dt
import hashlib
from collections.abc import Iterable
from typing import NamedTuple
from zoneinfo import ZoneInfo

_LINE = 75
"""Octets of a line; longer ones go on in the next, after a space (RFC 5545, section 3.1)."""
_UTC = "%Y%m%dT%H%M%SZ"


class Event(NamedTuple):
    """One thing that takes place. ``start`` is the clock of ``time_zone``."""

    title: str
    place: str
    start: dt.datetime
    minutes: int
    time_zone: str


def calendar(events: Iterable[Event], stamp: dt.datetime) -> str:
    """Return events as an iCalendar. ``stamp``: when it is made. The same event keeps its UID."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Fab'Num//FR"]
    for event in events:
        begins = event.start.replace(tzinfo=ZoneInfo(event.time_zone)).astimezone(dt.UTC)
        ends = begins + dt.timedelta(minutes=event.minutes)
        key = f"{event.title}|{event.place}|{begins:{_UTC}}"
        lines += [
            "BEGIN:VEVENT",
            f"UID:{hashlib.sha256(key.encode()).hexdigest()[:32]}@fabnum",
            f"DTSTAMP:{stamp.astimezone(dt.UTC):{_UTC}}",
            f"DTSTART:{begins:{_UTC}}",
            f"DTEND:{ends:{_UTC}}",
            f"SUMMARY:{_escaped(event.title)}",
            f"LOCATION:{_escaped(event.place)}",
            "END:VEVENT",
        ]
    lines.append("END:VCALENDAR")
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def _escaped(text: str) -> str:
    """Return a text as RFC 5545, section 3.3.11, writes it."""
    escaped = text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return "\\n".join(escaped.splitlines())


def _folded(line: str) -> str:
    """Return a line in pieces of at most 75 octets, no letter cut in two."""
    pieces, piece = [], ""
    for letter in line:
        if len((piece + letter).encode()) > _LINE:
            pieces.append(piece)
            piece = " "
        piece += letter
    return "\r\n".join([*pieces, piece])
