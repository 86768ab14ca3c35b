"""The residents' sheet in plain language: large letters, one sentence a line, a page an idea."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from curriculum.document.nodes import Block, Blocks, Break, Inline, Item, Listing, Paragraph, Words
from curriculum.pdf.content import below_heading
from curriculum.pdf.edition import Edition
from kit.i18n import _

TEMPLATE = Path(__file__).with_name("residents.typ")
_SENTENCE_ENDS = re.compile("(?<=[.!?…»”]) (?=[A-ZÀ-Ý0-9«“])|(?<=[.!?…]) (?=[a-zà-ÿ])")


def document(edition: Edition) -> dict[str, Any]:
    """Return what the template reads."""
    return edition.document(
        _("Residents’ sheet"),
        pages=[
            {"title": part.title, "blocks": _paper(edition, part.blocks)}
            for part in edition.residents()
        ],
        review={
            "title": _("Reading this sheet again"),
            "lines": [
                _("This sheet is in plain language."),
                _("People with an intellectual disability have still to read it and correct it."),
                _("Until then it does not bear the name “easy to read”."),
            ],
            "fields": [_("Read again on"), _("By which group"), _("What was changed")],
        },
    )


def _paper(edition: Edition, blocks: Blocks) -> list[dict[str, Any]]:
    return below_heading(tuple(_lined(block) for block in blocks), edition.module.folder)


def _lined(block: Block) -> Block:
    """Return a block with each of its sentences on a line of its own."""
    match block:
        case Paragraph(inlines):
            return Paragraph(tuple(new for inline in inlines for new in _sentences(inline)))
        case Listing(ordered, items):
            lined = (Item(tuple(map(_lined, item.blocks)), item.checked) for item in items)
            return Listing(ordered, tuple(lined))
    return block


def _sentences(inline: Inline) -> Iterator[Inline]:
    if not isinstance(inline, Words):
        yield inline
        return
    for number, sentence in enumerate(_SENTENCE_ENDS.split(inline.text)):
        if number:
            yield Break()
        yield Words(sentence)
