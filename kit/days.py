"""A day as people type it."""

import datetime as dt

from kit.errors import FabnumError
from kit.i18n import _


def today() -> dt.date:
    """Return the day as people here count it."""
    return dt.date.today()  # noqa: DTZ011


def day_of(text: str) -> dt.date:
    """Return a typed day, today where nothing was typed. Raises FabnumError if it is none."""
    try:
        return dt.date.fromisoformat(text) if text else today()
    except ValueError:
        raise FabnumError(
            _("“{day}” is no day.", day=text),
            _("Give it as year-month-day, such as {today}.", today=today()),
        ) from None
