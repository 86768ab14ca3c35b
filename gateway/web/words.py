"""How numbers, times and lists are written in the reader's language (by Babel).

Times are those of the clock on the wall, never "two minutes ago": a page that is left open, or
printed, shall not become untrue.
"""

from datetime import datetime, tzinfo
from functools import cache, lru_cache
from typing import NamedTuple, Protocol

from babel import Locale
from babel.dates import format_datetime, get_timezone
from babel.lists import format_list
from babel.numbers import NumberPattern, format_decimal, parse_pattern

from kit import i18n
from kit.i18n import _, ngettext

NO_BREAK = "\u00a0"


class Measured(Protocol):
    """What has a unit: a channel, or what a calibration learnt."""

    @property
    def unit(self) -> str:
        """Its unit as people write it; empty for a count."""

    @property
    def decimals(self) -> int:
        """Digits after the decimal sign."""


class _Style(NamedTuple):
    """How one language writes times: Babel's patterns (Unicode TR 35)."""

    locale: Locale
    time: str
    hour: str
    day: str
    weekday: str
    percent: str


_STYLES = {
    "fr": _Style(Locale("fr", "FR"), "H' h 'mm", "H' h'", "d MMMM", "EEE", f"{NO_BREAK}%"),
    "en": _Style(Locale("en", "GB"), "HH:mm", "HH:mm", "d MMMM", "EEE", "%"),
}


@cache
def _pattern(decimals: int) -> NumberPattern:
    # Parsed once: a page writes hundreds of numbers.
    return parse_pattern("#,##0." + "0" * decimals if decimals else "#,##0")


@lru_cache(maxsize=16_384)
def _written(value: float, decimals: int, locale: str) -> str:
    # A board has thousands of numbers, most of them more than once.
    return str(format_decimal(value, _pattern(decimals), locale))


class Words:
    """Writes for one language and one time zone. Cheap to make; one for each request."""

    def __init__(self, zone: str) -> None:
        self._style = _STYLES.get(i18n.current(), _STYLES["en"])
        self._zone: tzinfo = get_timezone(zone)

    def local(self, time: float) -> datetime:
        """Return a Unix time as the wall clock of the site shows it."""
        return datetime.fromtimestamp(time, self._zone)

    def number(self, value: float, decimals: int) -> str:
        """Write a number with so many decimals, in the reader's way."""
        # A measured 0 that comes as -0.04 shall not read “−0,0”.
        rounded = round(value, decimals) + 0.0
        return _written(rounded, decimals, str(self._style.locale))

    def quantity(self, value: float, what: Measured) -> str:
        """Write a value with its unit, which no line break parts from it."""
        return self.number(value, what.decimals) + self.unit(what)

    @property
    def percent(self) -> str:
        """The percent sign with the space that belongs before it."""
        return self._style.percent

    def unit(self, what: Measured) -> str:
        """Write the unit as it stands behind a number, with its space."""
        if what.unit == "%":
            return self._style.percent
        return f"{NO_BREAK}{what.unit}" if what.unit else ""

    def time(self, time: float) -> str:
        """Write the time of day: “14 h 05”, “14:05”."""
        return self._format(time, self._style.time)

    def hour(self, time: float) -> str:
        """Write the hour for an axis: “14 h”, “14:00”."""
        return self._format(time, self._style.hour)

    def weekday(self, time: float) -> str:
        """Write the day of the week, short: “lun.”, “Mon”."""
        return self._format(time, self._style.weekday)

    def month(self, time: float) -> str:
        """Write the month, short: “janv.”, “Jan”."""
        return self._format(time, "LLL")

    def duration(self, seconds: float) -> str:
        """Write how long something takes, in the unit that says it best: “5 min”, “3 h”, “2 d”."""
        if abs(seconds) < 90:
            return _("{n} s", n=self.number(seconds, 0))
        if abs(seconds) < 90 * 60:
            return _("{n} min", n=self.number(seconds / 60, 0))
        if abs(seconds) < 48 * 3600:
            return _("{n} h", n=self.number(seconds / 3600, 0))
        return _("{n} d", n=self.number(seconds / 86_400, 0))

    def date(self, time: float) -> str:
        """Write the day: “3 novembre”, “1er novembre”."""
        text = self._format(time, self._style.day)
        if self._style.locale.language == "fr" and self.local(time).day == 1:
            return text.replace("1", "1er", 1)
        return text

    def full_date(self, time: float) -> str:
        """Write a day that may be years away: “3 novembre 2025”."""
        return f"{self.date(time)}{NO_BREAK}{self.local(time).year}"

    def moment(self, time: float) -> str:
        """Write a day and its hour: “3 novembre 2025 à 14 h 05”."""
        return _("{date} at {time}", date=self.full_date(time), time=self.time(time))

    def at(self, time: float, now: float) -> str:
        """Write a moment of the past: “à 14 h 05”, “hier à 14 h 05”, “le 3 novembre à 14 h 05”."""
        clock = self.time(time)
        days = (self.local(now).date() - self.local(time).date()).days
        if days == 0:
            return _("at {time}", time=clock)
        if days == 1:
            return _("yesterday at {time}", time=clock)
        return _("on {date} at {time}", date=self.date(time), time=clock)

    def since(self, time: float, now: float) -> str:
        """Write since when: “depuis 14 h 05”, “depuis hier à 14 h 05”, “depuis le 3 novembre”."""
        clock = self.time(time)
        days = (self.local(now).date() - self.local(time).date()).days
        if days == 0:
            return _("since {time}", time=clock)
        if days == 1:
            return _("since yesterday at {time}", time=clock)
        return _("since {date} at {time}", date=self.date(time), time=clock)

    def every(self, period_s: float) -> str:
        """Write how often an object measures."""
        if period_s < 90:
            seconds = round(period_s)
            if seconds == 60:
                return _("One reading a minute.")
            return ngettext("One reading a second.", "One reading every {n} seconds.", seconds)
        if period_s >= 3600 and period_s % 3600 == 0:
            hours = int(period_s // 3600)
            return ngettext("One reading an hour.", "One reading every {n} hours.", hours)
        minutes = round(period_s / 60)
        return ngettext("One reading a minute.", "One reading every {n} minutes.", minutes)

    def all_of(self, names: list[str]) -> str:
        """Join names: “Salle 101, salle 102 et cantine”."""
        return str(format_list(names, locale=self._style.locale))

    def _format(self, time: float, pattern: str) -> str:
        text = format_datetime(self.local(time), pattern, locale=self._style.locale)
        return str(text).replace(" ", NO_BREAK)
