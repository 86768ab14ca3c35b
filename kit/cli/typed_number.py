"""Numbers as people type them: « 420 », « 420 ppm », « 1 013,5 hPa »."""

import re

_NUMBER = re.compile(r"([+-]?\d[\d ]*(?:[.,]\d+)?)\s*(\S*)", re.ASCII)
_SPACES = re.compile(r"[\s\u00a0\u202f]+")
_MINUS = str.maketrans({"−": "-", "–": "-", "'": "", "’": ""})


def typed_number(text: str, unit: str = "") -> float | None:
    """Return the number in what somebody typed, with or without its unit; ``None`` if none."""
    tidy = _SPACES.sub(" ", text).strip().translate(_MINUS)
    found = _NUMBER.fullmatch(tidy)
    if found is None:
        return None
    number, said_unit = found.groups()
    if said_unit and said_unit.lower() != unit.lower():
        return None
    value = float(number.replace(" ", "").replace(",", "."))
    return int(value) if value.is_integer() and abs(value) < 2**53 else value
