"""Blocks as HTML: one function for each kind, nothing that a screen reader would not read."""

import hashlib
from collections.abc import Callable
from itertools import groupby
from typing import NamedTuple

from markupsafe import Markup, escape

from curriculum.document.nodes import (
    Block,
    Blocks,
    Break,
    Code,
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
from curriculum.site import code
from kit.i18n import _

EMPTY = Markup()
SHORT = 7
"""So many letters at most are in every cell of a narrow column: numbers, prices, minutes."""


class Writer(NamedTuple):
    """Writes the blocks of one page.

    ``follow``: the address on the site of what a link leads to; empty where nothing is there, and
    only its words are written. ``picture``: the address of a file that a picture or a drawing
    became. ``program``: the address of the whole program of a solution. ``prefix``: stands before
    all ids, where texts of several modules share a page. ``deeper``: by how many levels headings
    are lowered.
    """

    follow: Callable[[str], str]
    picture: Callable[[Picture | Drawing], str]
    program: Callable[[str], str]
    prefix: str = ""
    deeper: int = 0

    def blocks(self, blocks: Blocks) -> Markup:
        """Return blocks as HTML."""
        groups = groupby(blocks, key=_solution)
        return Markup("\n").join(self._together(number, list(group)) for number, group in groups)

    def inlines(self, inlines: Inlines) -> Markup:
        """Return inlines as HTML."""
        return EMPTY.join(self._inline(inline) for inline in inlines)

    def _together(self, number: str, blocks: list[Block]) -> Markup:
        """Write blocks that follow each other; those that quote one solution are folded."""
        written = Markup("\n").join(self._block(block) for block in blocks)
        if not number:
            return written
        return Markup(
            '<details class="solution"><summary>{}</summary>\n{}\n'
            '<p><a href="{}" download>{}</a></p></details>'
        ).format(
            _("See a solution"), written, self.program(number), _("The whole program (a .py file)")
        )

    def _block(self, block: Block) -> Markup:  # noqa: PLR0911 - one for each kind
        match block:
            case Heading():
                return self._heading(block)
            case Paragraph(inlines):
                return Markup("<p>{}</p>").format(self.inlines(inlines))
            case Listing():
                return self._listing(block)
            case Code():
                return code.html(block)
            case Table():
                return self._table(block)
            case Note():
                return self._note(block)
            case Picture() | Drawing():
                return self._figure(block)
        raise TypeError(f"a directive was not filled in: {block}")

    def _heading(self, heading: Heading) -> Markup:
        level = min(heading.level + self.deeper, 6)
        return Markup('<h{} id="{}">{}</h{}>').format(
            level, self.prefix + heading.id, self.inlines(heading.inlines), level
        )

    def _listing(self, listing: Listing) -> Markup:
        items = Markup("\n").join(self._item(item) for item in listing.items)
        if listing.ordered:
            return Markup("<ol>\n{}\n</ol>").format(items)
        ticked = any(item.checked is not None for item in listing.items)
        kind = Markup(' class="checks"') if ticked else EMPTY
        return Markup("<ul{}>\n{}\n</ul>").format(kind, items)

    def _item(self, item: Item) -> Markup:
        first, rest = item.blocks[0], item.blocks[1:]
        if not isinstance(first, Paragraph):
            return Markup("<li>{}</li>").format(self.blocks(item.blocks))
        words = self.inlines(first.inlines)
        if item.checked is not None:
            # Its name is made of its words: it stays ticked when lines come in before it.
            name = hashlib.sha256(plain(first.inlines).encode()).hexdigest()[:8]
            words = Markup(
                '<label><input type="checkbox" data-check="{}"> <span>{}</span></label>'
            ).format(name, words)
        elif rest:
            words = Markup("<p>{}</p>").format(words)
        return Markup("<li>{}{}</li>").format(words, self.blocks(rest))

    def _table(self, table: Table) -> Markup:
        head = EMPTY.join(
            Markup('<th scope="col">{}</th>').format(self.inlines(cell)) for cell in table.header
        )
        rows = Markup("\n").join(
            Markup("<tr>{}</tr>").format(
                EMPTY.join(Markup("<td>{}</td>").format(self.inlines(cell)) for cell in row)
            )
            for row in table.rows
        )
        label = ", ".join(plain(cell) for cell in table.header)
        return Markup(
            '<div class="table" tabindex="0" role="group" aria-label="{}"><table>{}\n'
            "<thead><tr>{}</tr></thead>\n<tbody>\n{}\n</tbody></table></div>"
        ).format(label, _columns(table), head, rows)

    def _note(self, note: Note) -> Markup:
        return Markup('<div class="note {}" role="note">\n{}\n</div>').format(
            note.sort, self.blocks(note.blocks)
        )

    def _figure(self, shown: Picture | Drawing) -> Markup:
        address = self.picture(shown)
        return Markup(
            '<figure><div class="drawing" tabindex="0" role="group" aria-label="{}">'
            '<img src="{}" alt="{}"></div>\n'
            '<figcaption><a href="{}">{}</a></figcaption></figure>'
        ).format(_("Picture"), address, shown.alternative, address, _("See it larger"))

    def _inline(self, inline: Inline) -> Markup:
        match inline:
            case Words(text):
                return escape(text)
            case Strong(within):
                return Markup("<strong>{}</strong>").format(self.inlines(within))
            case Emphasis(within):
                return Markup("<em>{}</em>").format(self.inlines(within))
            case Literally(text):
                return Markup("<code>{}</code>").format(text)
            case Link(address, within):
                return self._link(address, self.inlines(within))
            case Break():
                return Markup("<br>")

    def _link(self, address: str, words: Markup) -> Markup:
        followed = self.follow(address)
        return Markup('<a href="{}">{}</a>').format(followed, words) if followed else words


def _solution(block: Block) -> str:
    """Return the number of the solution that a block quotes; empty for all other blocks."""
    return block.attributes.get("solution", "") if isinstance(block, Code) else ""


def _columns(table: Table) -> Markup:
    """Tell the browser which columns are narrow, so that words get the room on a telephone."""
    columns = zip(*table.rows, strict=True)
    narrow = [all(len(plain(cell)) <= SHORT for cell in column) for column in columns]
    if all(narrow):
        return EMPTY
    return EMPTY.join(
        Markup('<col class="narrow">') if short else Markup("<col>") for short in narrow
    )
