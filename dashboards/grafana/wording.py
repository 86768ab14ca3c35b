"""Texts on their way into Grafana: names of lines, words of bands, Markdown, times.

Grafana reads ``$name`` and ``[[name]]`` in an alias as patterns (in its source,
``pkg/tsdb/influxdb/influxql/util``) and Markdown in text panels: what people wrote must be taken
for neither.
"""

import re

from babel.numbers import format_decimal

from dashboards.board import Series
from dashboards.query import Tag
from kit import i18n
from kit.i18n import _

SEPARATOR = " · "
_MARKDOWN = re.compile(r"[\\`*_\[\]<>&~|$]|^(?=[#+=-])|(?<=\d)[.)]")
"""What may begin something else than words: anywhere, at the beginning of a line, after digits."""
_UNITS_OF_TIME = (("d", 86_400), ("h", 3600), ("m", 60))


def alias(name: str, by: tuple[Tag, ...], *, alone: bool) -> str:
    """Return the pattern that names each line of a question: its name, place and device.

    ``alone``: the panel asks one question, so that the tags say enough.
    """
    tags = [f"$tag_{tag}" for tag in by]
    return SEPARATOR.join(tags if alone and tags else [literal(name), *tags])


def literal(name: str) -> str:
    """Return a name so that nothing in it is taken for a pattern; it reads the same."""
    return re.sub(r"\[(?=\[)", "[\N{WORD JOINER}", name.replace("$", "\N{FULLWIDTH DOLLAR SIGN}"))


def markdown(text: str) -> str:
    """Return plain words as Markdown that shows exactly these; an empty line parts paragraphs.

    Source: CommonMark 0.31.2, sections 2.4 (backslash escapes) and 6.7 (hard line breaks); tables
    and strikethrough of GitHub Flavored Markdown 0.29.
    """
    paragraphs = re.split(r"\n\s*\n", text.strip())
    return "\n\n".join("\\\n".join(map(_escaped, words.splitlines())) for words in paragraphs)


def _escaped(line: str) -> str:
    return _MARKDOWN.sub(r"\\\g<0>", line.strip())


def tag_name(tag: Tag) -> str:
    """Return the heading of a tag's column."""
    names = {
        "town": _("Town"),
        "place": _("Place"),
        "device": _("Object"),
        "build": _("Kind of object"),
        "what": _("Detail"),
    }
    return names[tag]


def meanings(series: Series) -> list[str]:
    """Return what the values of a series mean: a line for each band, the lowest first."""
    lines = []
    low = ""
    for band in series.bands:
        high = "" if band.below == float("inf") else _quantity(band.below, series.unit)
        lines.append(_meaning(low, high, str(band.word)))
        low = high
    return lines


def duration(seconds: int) -> str:
    """Return a time as Grafana and InfluxQL write it, in the largest unit that fits: ``7d``."""
    for letter, length in _UNITS_OF_TIME:
        if seconds % length == 0:
            return f"{seconds // length}{letter}"
    return f"{seconds}s"


def _meaning(low: str, high: str, word: str) -> str:
    if low and high:
        return _("From {low} to {high}: {word}", low=low, high=high, word=word)
    if high:
        return _("Below {high}: {word}", high=high, word=word)
    return _("From {low} on: {word}", low=low, word=word) if low else word


def _quantity(value: float, unit: str) -> str:
    number = str(format_decimal(value, locale=i18n.current()))
    return f"{number}\N{NO-BREAK SPACE}{unit}" if unit else number
