"""The monthly report: one page for partners and funders, with nothing in it that names a person."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from kit import i18n, printing
from kit.i18n import _

TEMPLATE = Path(__file__).with_name("report.typ")
ROOT = Path(__file__).parent.parent
AUTHOR = "Fab’Num"
MOST_ROWS = 8
"""So many lines of a table fit on the page beside the others."""


class Figure(msgspec.Struct, frozen=True):
    """One number that matters, and what it counts."""

    number: str
    words: str


class Rows(msgspec.Struct, frozen=True):
    """A table: its title, its headers, its lines; ``empty`` is said where it has none."""

    title: str
    header: tuple[str, ...]
    lines: Sequence[tuple[str, ...]]
    empty: str


class Report(msgspec.Struct, frozen=True):
    """What a month's report says. ``month``: in words; ``made``: on which day, in words."""

    site: str
    month: str
    made: str
    figures: tuple[Figure, ...]
    tables: tuple[Rows, ...]


def report(facts: Report) -> bytes:
    """Return the report as a PDF of one page."""
    return printing.pdf(TEMPLATE, document(facts), root=ROOT)


def document(facts: Report) -> dict[str, Any]:
    """Return what the template reads."""
    title = _("Report: {month}", month=facts.month)
    return {
        "title": title,
        "author": AUTHOR,
        "language": i18n.current(),
        "kind": facts.site,
        "footer": _("Made on {day}. Fewer than five people: hidden.", day=facts.made),
        "page_of": _("{page} of {pages}", page="{page}", pages="{pages}"),
        "figures": [[figure.number, figure.words] for figure in facts.figures],
        "tables": [_table(table) for table in facts.tables],
    }


def _table(table: Rows) -> dict[str, Any]:
    left = len(table.lines) - MOST_ROWS
    lines = table.lines if left <= 0 else table.lines[: MOST_ROWS - 1]
    return {
        "title": table.title,
        "header": table.header,
        "rows": lines,
        "empty": table.empty,
        "more": _("… and {n} more lines.", n=left + 1) if left > 0 else "",
    }
