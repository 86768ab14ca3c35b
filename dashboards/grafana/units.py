"""Units of the catalogue and of signals in Grafana's terms.

Source: Grafana, ``packages/grafana-data/src/valueFormats/categories.ts``. Where Grafana would write
English words ("2.5 mins") or another sign ("lux" for lx), one of its neutral formats stands.
"""

from grafana_foundation_sdk.models import units

from kit.i18n import _

COUNT = units.Number
FROM_NOW = units.DateTimeFromNow
"""Of a time: how long ago it was, in the reader's language."""

_UNITS: dict[str, str] = {
    "": COUNT,
    "%": units.Percent,
    "°C": units.Celsius,
    "ppm": units.PartsPerMillion,
    "hPa": units.Hectopascals,
    "dB": units.Decibel,
    "dBm": units.DecibelMilliWatt,
    "V": units.Volt,
    "A": units.Ampere,
    "W": units.Watt,
    "MiB": units.Mebibytes,
    "ms": units.Milliseconds,
    "s": units.DurationInDaysHoursMinutesSeconds,
    "lx": "suffix:lx",
}


def known() -> frozenset[str]:
    """Return the units that the table names; any other is written after the number as it is."""
    return frozenset({*_UNITS, "d"})


def unit_id(unit: str) -> str:
    """Return Grafana's id of a unit, in the language in use where it has a word."""
    if unit == "d":
        return "suffix:" + _("days")
    return _UNITS.get(unit, f"suffix:{unit}")
