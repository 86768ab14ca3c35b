"""Times as open data has them: ISO 8601 in UTC, ``2026-03-12T14:05:00Z`` (RFC 3339)."""

from datetime import MAXYEAR, MINYEAR, UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def written(time: float) -> str:
    """Write Unix seconds, to the microsecond; digits that say nothing are left out."""
    moment = _EPOCH + timedelta(microseconds=round(time * 1_000_000))
    digits = "microseconds" if moment.microsecond % 1000 else "milliseconds"
    return moment.isoformat(timespec=digits if moment.microsecond else "seconds")[:-6] + "Z"


def read(text: str) -> float:
    """Read a date or a time as Unix seconds; UTC where it names no offset.

    Raises ValueError if it is neither, or of no year that a calendar has. The first year and the
    last are none either: a day or an offset from there would leave the calendar.
    """
    # In an address a “+” stands for a space, also where somebody meant an offset.
    if "T" in text:
        text = text.replace(" ", "+")
    moment = datetime.fromisoformat(text)
    if moment.year in (MINYEAR, MAXYEAR):
        raise ValueError(text)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return (moment - _EPOCH) // _MICROSECOND / 1_000_000
