"""A PDF looked at as a reader and a printer would: its words, where each letter lies, its ink."""

import re
import subprocess
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from contextlib import closing
from functools import cached_property
from itertools import combinations
from pathlib import Path
from typing import NamedTuple

import pypdfium2
import zxingcpp

POINTS_PER_MM = 72 / 25.4
EDGE_MM = 5
"""No printer reaches further out than that; the kit's own margins are wider."""
FONTS = ("SourceSansPro", "DejaVuSansMono")
_INVISIBLE = re.compile("[\\s\u00ad\u200b\ufeff]+")


class Letter(NamedTuple):
    """A letter on a page, and the box of its ink: mm from the bottom left."""

    text: str
    left: float
    bottom: float
    right: float
    top: float

    @property
    def area(self) -> float:
        return (self.right - self.left) * (self.top - self.bottom)

    def covers(self, other: "Letter") -> float:
        """Return how much of the smaller one lies upon the other: 0 to 1."""
        across = min(self.right, other.right) - max(self.left, other.left)
        up = min(self.top, other.top) - max(self.bottom, other.bottom)
        if across <= 0 or up <= 0:
            return 0.0
        return across * up / min(self.area, other.area)


class Page:
    """One page of a document that is open."""

    def __init__(self, page: pypdfium2.PdfPage) -> None:
        self.page = page
        self.width, self.height = (side / POINTS_PER_MM for side in page.get_size())

    @cached_property
    def words(self) -> str:
        return str(self.page.get_textpage().get_text_range())

    @cached_property
    def letters(self) -> list[Letter]:
        text = self.page.get_textpage()
        found = []
        for index in range(text.count_chars()):
            box = (value / POINTS_PER_MM for value in text.get_charbox(index))
            found.append(Letter(text.get_text_range(index, 1), *box))
        return [one for one in found if one.text.strip() and one.area > 0]

    @property
    def codes(self) -> list[str]:
        bitmap = self.page.render(scale=150 / 72, grayscale=True)
        shape = [bitmap.height, bitmap.stride]
        pixels = memoryview(bytes(bitmap.buffer)).cast("B", shape=shape)
        return [code.text for code in zxingcpp.read_barcodes(pixels)]

    @property
    def ink_at_edge(self) -> bool:
        bitmap = self.page.render(scale=50 / 72, grayscale=True)
        rows = [
            bytes(bitmap.buffer[start : start + bitmap.width])
            for start in range(0, bitmap.height * bitmap.stride, bitmap.stride)
        ]
        edge = int(EDGE_MM / 25.4 * 50)
        sides = (row[:edge] + row[-edge:] for row in rows)
        return any(min(part) < 250 for part in (*rows[:edge], *rows[-edge:], *sides))

    def overprinted(self) -> Iterator[tuple[Letter, Letter]]:
        """Yield pairs of letters that lie upon each other."""
        near = defaultdict(list)
        for letter in self.letters:
            if unicodedata.category(letter.text[0]) not in ("Mn", "Cf"):
                near[int(letter.left / 5), int(letter.bottom / 5)].append(letter)
        for (column, row), here in near.items():
            beside = [*near.get((column + 1, row), ()), *near.get((column, row + 1), ())]
            pairs = (*combinations(here, 2), *((a, b) for a in here for b in beside))
            for one, other in pairs:
                # The letters of a ligature have one box in common.
                if one[1:] != other[1:] and one.covers(other) > 0.3:
                    yield one, other


class Printed:
    """A document that is open; close it."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.document = pypdfium2.PdfDocument(content)
        self.pages = [Page(page) for page in self.document]

    def close(self) -> None:
        self.document.close()

    @cached_property
    def body(self) -> str:
        """Return all that stands above the footers, without white space."""
        kept = "".join(
            letter.text
            for page in self.pages
            for letter in page.letters
            if letter.bottom > 18 and letter.top < page.height
        )
        return bare(kept)

    def fonts(self, folder: Path) -> dict[str, bool]:
        """Return the fonts by name, and whether each is embedded (by Poppler's pdffonts)."""
        path = folder / "fonts.pdf"
        path.write_bytes(self.content)
        listed = subprocess.run(["pdffonts", path], check=True, capture_output=True, text=True)
        lines = [line.split() for line in listed.stdout.splitlines()[2:]]
        # name, type (several words), encoding, emb, sub, uni, object, generation
        return {line[0].split("+")[-1]: line[-5] == "yes" for line in lines}

    def assert_whole(self) -> None:
        """Nothing runs off the paper, and nothing lies upon something else."""
        assert self.pages
        for number, page in enumerate(self.pages, 1):
            outside = [
                letter
                for letter in page.letters
                if not (
                    letter.left > EDGE_MM
                    and letter.right < page.width - EDGE_MM
                    and letter.bottom > EDGE_MM
                    and letter.top < page.height - EDGE_MM
                )
            ]
            assert not outside, f"page {number}: {outside[:5]} of “{page.words[:80]}”"
            assert not page.ink_at_edge, f"page {number}"
            upon = next(page.overprinted(), None)
            assert upon is None, f"page {number}: {upon}"


def bare(text: str) -> str:
    """Return a text without white space: lines break elsewhere on paper."""
    return _INVISIBLE.sub("", text).replace("\ufffe", "-").replace("\u2011", "-")


def opened(content: bytes) -> closing[Printed]:
    return closing(Printed(content))
