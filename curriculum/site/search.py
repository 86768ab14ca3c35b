"""The index that a browser searches: every section with its words, as a script.

A script, because a page that was opened from a folder may not fetch a file of data.
"""

import json
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from curriculum.document.nodes import (
    Block,
    Blocks,
    Code,
    Drawing,
    Heading,
    Listing,
    Note,
    Paragraph,
    Picture,
    Table,
    plain,
)


class Entry(NamedTuple):
    """Something to find: the page that it is on, its heading, its address, its words."""

    page: str
    title: str
    address: str
    text: str


def entries(page: str, address: str, blocks: Blocks, prefix: str = "") -> Iterator[Entry]:
    """Yield an entry for each heading with what follows it, and for what comes before the first."""
    title, anchor = page, ""
    words: list[str] = []
    for block in blocks:
        if isinstance(block, Heading):
            if anchor or words:
                yield Entry(page, title, address + anchor, " ".join(words))
            title, anchor, words = plain(block.inlines), f"#{prefix}{block.id}", []
        else:
            words.extend(_words(block))
    if anchor or words:
        yield Entry(page, title, address + anchor, " ".join(words))


def script(found: Iterable[Entry]) -> bytes:
    """Return the index as a script that sets ``fabnumIndex``: a list of lists, as in Entry."""
    lines = (json.dumps(entry, ensure_ascii=False) for entry in found)
    return ("window.fabnumIndex = [\n" + ",\n".join(lines) + "\n];\n").encode()


def _words(block: Block) -> Iterator[str]:
    match block:
        case Paragraph(inlines):
            yield plain(inlines)
        case Listing(_, items):
            yield from (text for item in items for one in item.blocks for text in _words(one))
        case Note(_, within):
            yield from (text for one in within for text in _words(one))
        case Table(header, rows):
            yield from (plain(cell) for row in (header, *rows) for cell in row)
        case Code(_, text, _):
            yield text
        case Picture(_, alternative) | Drawing(_, alternative):
            yield alternative
