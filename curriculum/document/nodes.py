"""The blocks and inlines that a text of a module is made of."""

from typing import Literal

import msgspec


class Node(msgspec.Struct, frozen=True, tag_field="kind", tag=str.lower):
    """What all nodes share: as JSON each carries its ``kind``, such as ``paragraph``."""


class Words(Node, frozen=True):
    """Plain text."""

    text: str


class Strong(Node, frozen=True):
    """Words that matter."""

    inlines: "Inlines"


class Emphasis(Node, frozen=True):
    """Words said with stress."""

    inlines: "Inlines"


class Literally(Node, frozen=True):
    """Something typed or read on a screen as it is: a command, a name in a program."""

    text: str


class Link(Node, frozen=True):
    """A link; ``address`` is as it was written."""

    address: str
    inlines: "Inlines"


class Break(Node, frozen=True):
    """The end of a line within a paragraph."""


Inline = Words | Strong | Emphasis | Literally | Link | Break
Inlines = tuple[Inline, ...]


class Heading(Node, frozen=True):
    """A heading; ``level`` 2 for a section, 3 and 4 within it. ``id`` is where links lead to."""

    level: int
    id: str
    inlines: Inlines


class Paragraph(Node, frozen=True):
    """A paragraph."""

    inlines: Inlines


class Item(Node, frozen=True):
    """One item of a list. ``checked`` is set for one that a person ticks off (``- [ ]``)."""

    blocks: "Blocks"
    checked: bool | None = None


class Listing(Node, frozen=True):
    """A list of items: numbered or not."""

    ordered: bool
    items: tuple[Item, ...]


class Code(Node, frozen=True):
    """Lines of a program or of a terminal.

    ``language``: ``python``, ``console`` (``$`` begins what is typed, the rest is what is seen) or
    ``text``. ``attributes`` stand behind it, such as ``solution=1`` or ``file=main.py``.
    """

    language: str
    text: str
    attributes: dict[str, str] = {}


class Table(Node, frozen=True):
    """A table with one line of headers."""

    header: tuple[Inlines, ...]
    rows: tuple[tuple[Inlines, ...], ...]


class Note(Node, frozen=True):
    """A passage set apart: a hint, or a warning about people, fire or data."""

    sort: Literal["hint", "warning"]
    blocks: "Blocks"


class Picture(Node, frozen=True):
    """A picture of the module's folder, with the words that stand for it."""

    file: str
    alternative: str


class Drawing(Node, frozen=True):
    """A picture that was drawn from facts, as SVG, with the words that stand for it."""

    svg: str
    alternative: str


class Directive(Node, frozen=True):
    """Where a fact of the catalogue or the front matter appears: ``{{ name: argument, … }}``."""

    name: str
    arguments: tuple[str, ...] = ()


Block = Heading | Paragraph | Listing | Code | Table | Note | Picture | Drawing | Directive
Blocks = tuple[Block, ...]


def plain(inlines: Inlines) -> str:
    """Return what is written in inlines, without any mark-up."""
    texts = []
    for inline in inlines:
        match inline:
            case Words(text) | Literally(text):
                texts.append(text)
            case Strong(within) | Emphasis(within) | Link(_, within):
                texts.append(plain(within))
            case Break():
                texts.append(" ")
    return "".join(texts)
