"""Short ways to make the blocks that facts are told with."""

from collections.abc import Iterable

from curriculum.document.nodes import (
    Block,
    Code,
    Inline,
    Inlines,
    Item,
    Listing,
    Paragraph,
    Strong,
    Words,
)
from kit.i18n import _


def words(text: object) -> Inlines:
    """Return plain words; a text of several languages is written in the one in use."""
    return (Words(str(text)),)


def strong(text: object) -> Strong:
    """Return words that matter."""
    return Strong(words(text))


def label(text: object) -> Strong:
    """Return what stands before an explanation: “Linux:”, “Linux :”."""
    return strong(_("{label}:", label=text))


def paragraph(*parts: Inline | object) -> Paragraph:
    """Return a paragraph of inlines, and of texts that become plain words."""
    return Paragraph(tuple(_inline(part) for part in parts))


def item(*blocks: Block, ticked: bool = False) -> Item:
    """Return an item of a list; ``ticked``: one that a person ticks off."""
    return Item(blocks, checked=False if ticked else None)


def listing(items: Iterable[Item], *, ordered: bool = False) -> Listing:
    """Return a list."""
    return Listing(ordered, tuple(items))


def command(line: str) -> Code:
    """Return a command as it is typed into a terminal."""
    return Code("console", f"$ {line}\n")


def _inline(part: Inline | object) -> Inline:
    return part if isinstance(part, Inline) else Words(str(part))
