"""Labels for objects: a sheet of them as a PDF, each with the QR code of the object's passport.

What stands on a label: its name, what it is, where it belongs, its id, and name and code of its own
Wi-Fi in setup mode. Sheets are those that stationers sell, in :data:`LAYOUTS`. The PDF is tagged
(PDF/UA-1), so that a screen reader reads the labels one after the other.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kit import i18n, printing
from kit.enrolment import LabelFacts
from kit.errors import FabnumError
from kit.i18n import _

TEMPLATE = Path(__file__).with_name("labels.typ")
A4 = (210.0, 297.0)


@dataclass(frozen=True)
class Layout:
    """One kind of label sheet on A4; all in mm. ``step``: from one label's corner to the next.

    ``code``: side of the QR code with its quiet zone. ``large``: sizes that the name may have, in
    points, the first that fits; ``small``: size of the other lines.
    """

    columns: int
    rows: int
    size: tuple[float, float]
    step: tuple[float, float]
    margins: tuple[float, float]
    code: float
    padding: float
    large: tuple[float, ...]
    small: float

    @property
    def count(self) -> int:
        """How many labels a sheet holds."""
        return self.columns * self.rows


LAYOUTS = {
    "3x8": Layout(3, 8, (70, 37), (70, 37), (0, 0.5), 25, 4, (13, 12, 11, 10, 9), 8.5),
    "2x7": Layout(
        2, 7, (99.1, 38.1), (101.6, 38.1), (4.65, 15.15), 32, 3, (16, 14, 12, 11, 10), 10
    ),
    "4x10": Layout(4, 10, (48.5, 25.4), (48.5, 25.4), (8, 21.5), 20, 2, (9, 8, 7), 6.2),
}
"""By ``columns x rows``: 70 × 37 mm (as Avery 3474), 99.1 × 38.1 (L7163), 48.5 × 25.4 (3657)."""


def write_sheet(
    labels: Sequence[LabelFacts],
    path: Path,
    *,
    layout: str = "3x8",
    start: int = 1,
    cut_marks: bool = False,
) -> int:
    """Write labels to a PDF, in the language in use, and return how many pages it has.

    ``start`` is the first free label of a half-used sheet, counted by lines from 1; the pages after
    the first are full. ``cut_marks`` is for plain paper. Raises FabnumError if there is nothing to
    print, no such layout or place, or the file cannot be written.
    """
    sheet = LAYOUTS.get(layout)
    if sheet is None:
        raise FabnumError(
            _("There is no label sheet “{name}”.", name=layout),
            _("Take one of: {known}.", known=", ".join(LAYOUTS)),
        )
    if not labels:
        raise FabnumError(_("There is no label to print."), _("Name an object, or add --all."))
    if not 1 <= start <= sheet.count:
        raise FabnumError(
            _("A sheet “{name}” has no label number {start}.", name=layout, start=start),
            _("Count from 1 to {most}, line by line.", most=sheet.count),
        )
    pages = list(_pages(labels, sheet.count, start))
    printing.write(path, printing.pdf(TEMPLATE, _document(sheet, pages, cut_marks=cut_marks)))
    return len(pages)


def _pages(
    labels: Sequence[LabelFacts], count: int, start: int
) -> Iterator[list[tuple[int, LabelFacts]]]:
    """Yield for each page its labels with their places, from 0."""
    places = range(start - 1, start - 1 + len(labels))
    first = 0
    for page in range(places[-1] // count + 1):
        on_page = [
            (place % count, facts)
            for place, facts in zip(places, labels, strict=True)
            if place // count == page
        ]
        first += len(on_page)
        yield on_page


def _document(
    sheet: Layout, pages: list[list[tuple[int, LabelFacts]]], *, cut_marks: bool
) -> dict[str, Any]:
    """Return what the template reads."""
    return {
        "title": _("Labels"),
        "author": "Fab’Num",
        "language": i18n.current(),
        "page": A4,
        "margins": sheet.margins,
        "grid": (sheet.columns, sheet.rows),
        "size": sheet.size,
        "step": sheet.step,
        "code": sheet.code,
        "padding": sheet.padding,
        "large": sheet.large,
        "small": sheet.small,
        "cut_marks": cut_marks,
        "pages": [[(place, _label(facts)) for place, facts in page] for page in pages],
    }


def _label(facts: LabelFacts) -> dict[str, Any]:
    own_wifi = [
        _("Wi-Fi: {network}", network=facts.setup_network),
        _("Code: {code}", code=facts.setup_code),
    ]
    return {
        "name": _line(facts.name) or _line(facts.build_name),
        "lines": [line for line in (_what(facts), _where(facts), facts.key.device) if line],
        "network": own_wifi if facts.setup_code else [],
        "code": printing.qr_code(facts.passport_url),
        "alt": _("QR code: the passport of {device}", device=facts.key.device),
    }


def _what(facts: LabelFacts) -> str:
    return "" if facts.build_name == facts.name else _line(facts.build_name)


def _where(facts: LabelFacts) -> str:
    parts = dict.fromkeys((facts.place_name, facts.town_name))
    return _line(", ".join(part for part in parts if part))


def _line(text: str) -> str:
    """Return a text as one line, without what no printer can show."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())
