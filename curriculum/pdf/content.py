"""The blocks of a text as values that the templates read: JSON, with nothing left to decide.

What a printer cannot do is settled here: letters that are no letters are dropped, words that no
line holds may be parted, lines of code that no page holds go on in the next one.
"""

import re
import textwrap
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from curriculum.document.nodes import (
    Block,
    Break,
    Code,
    Directive,
    Drawing,
    Emphasis,
    Heading,
    Inline,
    Inlines,
    Item,
    Link,
    Listing,
    Literally,
    Note,
    Paragraph,
    Picture,
    Strong,
    Table,
    Words,
    plain,
)
from kit.errors import FabnumError
from kit.i18n import _

LONGEST_WORD = 25
"""Letters that any line holds, also one of the largest type."""
LONGEST_LINE = 100
"""Columns of code that a page holds in letters that can be read: as many as programs have here."""
UNBROKEN_LINES = 50
"""Code of no more lines stays on one page."""
UNBROKEN_LETTERS = 900
"""A note or an item of a list with no more letters stays on one page."""
UNBROKEN_TABLE = 26
"""A table of about so many lines stays on one page; so does a row."""
GOES_ON = "↪ "
_PART_HERE = "\u200b"
_PICTURES = {".png": "png", ".jpg": "jpg", ".jpeg": "jpg", ".svg": "svg", ".webp": "webp"}
_WEB = ("http://", "https://")

Node = dict[str, Any]


def paper(blocks: Iterable[Block], folder: Path) -> list[Node]:
    """Return the blocks for a template; ``folder``: where their pictures lie.

    Headings begin at level 1, and no level is left out (PDF/UA-1 asks for it). Directives must
    have been filled in. Raises FabnumError for a picture that cannot be read.
    """
    told = (b for b in blocks if not (isinstance(b, Heading) and not title(plain(b.inlines))))
    return list(_from_level_one(_block(block, folder) for block in told))


def below_heading(blocks: Iterable[Block], folder: Path) -> list[Node]:
    """Return blocks that stand below the heading of a section: theirs begin at level 2."""
    return paper((Heading(2, "", (Words("…"),)), *blocks), folder)[1:]


def words(text: str) -> str:
    """Return a text without what no printer can show, its longest words made to part."""
    return re.sub(rf"\S{{{LONGEST_WORD + 1},}}", _parting, _shown(text))


def title(text: str) -> str:
    """Return a text as a title; empty where nothing of it is seen, as PDF/UA forbids."""
    seen = any(unicodedata.category(letter)[0] in "LNPS" for letter in text)
    return words(text).strip() if seen else ""


def line(inlines: Inlines) -> list[Node]:
    """Return inlines for a template."""
    return [_inline(inline) for inline in inlines]


def _block(block: Block, folder: Path) -> Node:  # noqa: PLR0911 - one for each kind
    match block:
        case Heading(level, _id, inlines):
            return {"kind": "heading", "level": level, "inlines": line(inlines)}
        case Paragraph(inlines):
            bold = all(isinstance(inline, Strong) for inline in inlines)
            leads = bold or plain(inlines).rstrip().endswith(":")
            return {"kind": "paragraph", "inlines": line(inlines), "leads": leads}
        case Listing(ordered, items):
            return _listing(ordered, items, folder)
        case Code():
            return _code(block)
        case Table(header, rows):
            return _table(header, rows)
        case Note(sort, within):
            blocks = [_block(one, folder) for one in within]
            long = sum(_letters(one) for one in within) > UNBROKEN_LETTERS
            return {"kind": "note", "sort": sort, "blocks": blocks, "long": long}
        case Picture(file, alternative):
            return _picture(folder / file, alternative)
        case Drawing(svg, alternative):
            return {"kind": "drawing", "svg": svg, "alternative": words(alternative)}
        case Directive(name):
            raise AssertionError(f"the directive {name} was not filled in")


def _from_level_one(nodes: Iterable[Node]) -> Iterator[Node]:
    last = 0
    for node in nodes:
        if node["kind"] == "heading":
            # A section is level 2 in Markdown, where level 1 is the title.
            last = node["level"] = min(max(node["level"] - 1, 1), last + 1)
        yield node


def _listing(ordered: bool, items: Sequence[Item], folder: Path) -> Node:
    return {
        "kind": "listing",
        "ordered": ordered,
        "ticks": any(item.checked is not None for item in items),
        "items": [_item(item, folder) for item in items],
    }


def _item(item: Item, folder: Path) -> Node:
    long = sum(_letters(one) for one in item.blocks) > UNBROKEN_LETTERS
    return {"blocks": [_block(one, folder) for one in item.blocks], "long": long}


def _code(code: Code) -> Node:
    # The two empty lines between functions are one on paper: a program then fits on a page.
    text = re.sub(r"\n{3,}", "\n\n", code.text.strip("\n"))
    lines: list[dict[str, Any]] = [
        {"text": piece or " ", "typed": whole.startswith("$")}
        for whole in text.split("\n")
        for piece in _fitting(whole)
    ]
    return {
        "kind": "code",
        "language": code.language,
        "text": "\n".join(one["text"].rstrip() for one in lines),
        "lines": lines,
        "columns": max(len(one["text"]) for one in lines),
        "long": len(lines) > UNBROKEN_LINES,
    }


def _fitting(text: str) -> list[str]:
    """Return a line of code as the lines that a page holds; what goes on says so."""
    text = _shown(text.expandtabs(4))
    if len(text) <= LONGEST_LINE:
        return [text]
    return textwrap.wrap(
        text,
        LONGEST_LINE,
        subsequent_indent=GOES_ON,
        drop_whitespace=False,
        break_on_hyphens=False,
    )


def _table(header: Sequence[Inlines], rows: Sequence[Sequence[Inlines]]) -> Node:
    written = [[words(plain(cell)) for cell in row] for row in (header, *rows)]
    columns = list(zip(*written, strict=True))
    pieces = [[piece for cell in column for piece in _unbroken(cell)] for column in columns]
    heights = [max(_lines(cell, len(header)) for cell in row) for row in written]
    return {
        "kind": "table",
        "header": [line(cell) for cell in header],
        "rows": [[line(cell) for cell in row] for row in rows],
        "pieces": [sorted(set(column)) for column in pieces],
        "wishes": [
            max(map(len, cells)) - max(map(len, words_of))
            for cells, words_of in zip(columns, pieces, strict=True)
        ],
        "together": sum(heights) <= UNBROKEN_TABLE,
        "long": max(heights) > UNBROKEN_TABLE,
    }


def _unbroken(cell: str) -> list[str]:
    """Return the pieces of a text that no line's end parts: “Attention :” is one."""
    joined = re.sub(" ([^\\w\\s])", "\u00a0\\1", cell)
    return re.split(f"[ {_PART_HERE}]", joined)


def _lines(cell: str, columns: int) -> int:
    """Return about how many lines a cell takes, in a table of so many columns: rather too many."""
    return 1 + len(cell) * columns // 60


def _picture(path: Path, alternative: str) -> Node:
    try:
        content = path.read_bytes()
        kind = _PICTURES[path.suffix.lower()]
    except (OSError, KeyError):
        raise FabnumError(
            _("The picture {file} cannot be read.", file=path),
            _("Put it there, as a PNG, JPEG, WebP or SVG file."),
        ) from None
    return {
        "kind": "picture",
        "format": kind,
        "data": list(content),
        "alternative": words(alternative),
    }


def _inline(inline: Inline) -> Node:
    match inline:
        case Words(text):
            return {"kind": "words", "text": words(text)}
        case Literally(text):
            return {"kind": "literally", "text": words(text)}
        case Strong(within):
            return {"kind": "strong", "inlines": line(within)}
        case Emphasis(within):
            return {"kind": "emphasis", "inlines": line(within)}
        case Link(address, within):
            return _link(address, within)
        case Break():
            return {"kind": "break"}


def _link(address: str, within: Inlines) -> Node:
    """Return a link with its address in letters: paper cannot be clicked.

    What leads into the house (to another module, to a section) is words only.
    """
    outside = address.startswith(_WEB)
    bare = address.split("://", 1)[-1].rstrip("/")
    return {
        "kind": "link",
        "inlines": line(within),
        "target": address if outside else "",
        "shown": words(bare) if outside and bare not in plain(within) else "",
    }


def _letters(block: Block) -> int:
    match block:
        case Paragraph(inlines) | Heading(_, _, inlines):
            return len(plain(inlines))
        case Code(_, text):
            return 3 * len(text)
        case Listing(_, items):
            return sum(_letters(one) for item in items for one in item.blocks)
        case Note(_, within):
            return sum(_letters(one) for one in within)
    return UNBROKEN_LETTERS


def _shown(text: str) -> str:
    return "".join(" " if unicodedata.category(c) in ("Cc", "Cs", "Co", "Cn") else c for c in text)


def _parting(word: re.Match[str]) -> str:
    return re.sub(r"([/\-_.:,;=&?]+|\S{12})", rf"\1{_PART_HERE}", word[0])
