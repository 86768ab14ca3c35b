"""Numbers with their units, as the reader's language writes them (by Babel)."""

from babel import Locale
from babel.numbers import format_currency, format_decimal

from kit import i18n

NO_BREAK = "\u00a0"
_LOCALES = {"fr": Locale("fr", "FR"), "en": Locale("en", "GB")}


def number(value: float) -> str:
    """Write a number with the decimals that it has, three at most: “1 200”, “19,5”."""
    return str(format_decimal(value, "#,##0.###", locale=_locale()))


def quantity(value: float, unit: str) -> str:
    """Write a number with its unit, which no line break parts from it: “800 ppm”, “30 %”."""
    if not unit:
        return number(value)
    space = "" if unit == "%" and _locale().language == "en" else NO_BREAK
    return f"{number(value)}{space}{unit}"


def price(euros: float) -> str:
    """Write a price: “12,50 €”."""
    return str(format_currency(euros, "EUR", locale=_locale()))


def _locale() -> Locale:
    return _LOCALES.get(i18n.current(), _LOCALES["en"])
