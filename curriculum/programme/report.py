"""The monthly report: one page for partners and funders, with nothing in it that names a person."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from kit import i18n, printing
from kit.i18n import _

TEMPLATE = Path(__file__).with_name("report.typ")
ROOT = Path(__file__).parent.parent
AUTHOR = "Fab’Num"
MOST_ROWS, FEWEST_ROWS = 8, 2
"""So many lines of a table at most, and at least where the others need much of the page."""
_PAGE = re.compile(rb"/Type ?/Page\b")


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
    """Return the report as a PDF of one page: with as many lines as there is room for."""
    for most in range(MOST_ROWS, FEWEST_ROWS, -1):
        made = printing.pdf(TEMPLATE, document(facts, most), root=ROOT)
        if len(_PAGE.findall(made)) == 1:
            return made
    return printing.pdf(TEMPLATE, document(facts, FEWEST_ROWS), root=ROOT)


def document(facts: Report, most: int = MOST_ROWS) -> dict[str, Any]:
    """Return what the template reads; ``most`` lines of a table."""
    title = _("Report: {month}", month=facts.month)
    return {
        "title": title,
        "author": AUTHOR,
        "language": i18n.current(),
        "kind": facts.site,
        "footer": _("Made on {day}. Fewer than five people: hidden.", day=facts.made),
        "page_of": _("{page} of {pages}", page="{page}", pages="{pages}"),
        "figures": [[figure.number, figure.words] for figure in facts.figures],
        "tables": [_table(table, most) for table in facts.tables],
    }


def _table(table: Rows, most: int) -> dict[str, Any]:
    left = len(table.lines) - most
    lines = table.lines if left <= 0 else table.lines[: most - 1]
    return {
        "title": table.title,
        "header": table.header,
        "rows": lines,
        "empty": table.empty,
        "more": _("… and {n} more lines.", n=left + 1) if left > 0 else "",
    }
