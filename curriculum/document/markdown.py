"""Read a text of a module: CommonMark with tables, and three habits of ours.

``{{ name: argument }}`` alone on its line is a directive; an item that begins with ``[ ]`` is
ticked off; a quotation that begins with **Attention** or **Warning** is a warning, else a hint.
CommonMark: https://spec.commonmark.org/0.31.2/.
"""

import re
from collections.abc import Sequence

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from curriculum.document.nodes import (
    Block,
    Blocks,
    Break,
    Code,
    Directive,
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
from kit.names import slug

DIRECTIVE = re.compile(r"\{\{ ([a-z-]+)(?:: ([^{}]+))? \}\}")
_TICK = re.compile(r"\[([ x])\] ")
_NAMED = re.compile(r"(.*?) *\{#([a-z0-9-]+)\}")
_WARNINGS = ("Attention", "Warning")

_parser = MarkdownIt("commonmark", {"html": False}).enable("table")


def read(text: str) -> Blocks:
    """Return the blocks of a text. Raises FabnumError for what modules do not use, such as HTML."""
    return _blocks(SyntaxTreeNode(_parser.parse(text)).children)


def lines(text: str) -> tuple[int, ...]:
    """Return at which line each block of a text begins, counted from 1."""
    nodes = SyntaxTreeNode(_parser.parse(text)).children
    return tuple(node.map[0] + 1 if node.map else 1 for node in nodes)


def _blocks(nodes: Sequence[SyntaxTreeNode]) -> Blocks:
    return tuple(_block(node) for node in nodes)


def _block(node: SyntaxTreeNode) -> Block:
    match node.type:
        case "heading":
            return _heading(node)
        case "paragraph":
            return _paragraph(_inlines(node.children[0].children))
        case "bullet_list" | "ordered_list":
            items = tuple(_item(item) for item in node.children)
            return Listing(node.type == "ordered_list", items)
        case "fence":
            language, *attributes = node.info.split() or ["text"]
            return Code(language, node.content, dict(_attribute(one) for one in attributes))
        case "table":
            header, *rows = [_row(row) for part in node.children for row in part.children]
            return Table(header, tuple(rows))
        case "blockquote":
            return _note(_blocks(node.children))
    raise _unused(node)


def _heading(node: SyntaxTreeNode) -> Heading:
    inlines = _inlines(node.children[0].children)
    named = _NAMED.fullmatch(plain(inlines))
    level = int(node.tag.removeprefix("h"))
    if named:
        return Heading(level, named[2], (Words(named[1]),))
    return Heading(level, slug(plain(inlines)), inlines)


def _paragraph(inlines: Inlines) -> Block:
    if len(inlines) == 1 and isinstance(only := inlines[0], Words):
        directive = DIRECTIVE.fullmatch(only.text.strip())
        if directive:
            arguments = (directive[2] or "").split(",")
            return Directive(directive[1], tuple(a.strip() for a in arguments if a.strip()))
    if len(inlines) == 1 and isinstance(only := inlines[0], _Image):
        return Picture(only.file, only.alternative)
    return Paragraph(inlines)


def _item(node: SyntaxTreeNode) -> Item:
    blocks = _blocks(node.children) or (Paragraph(()),)
    match blocks:
        case (Paragraph((Words(text), *others)), *rest) if tick := _TICK.match(text):
            first = Paragraph((Words(text[tick.end() :]), *others))
            return Item((first, *rest), tick[1] == "x")
    return Item(blocks)


def _note(blocks: Blocks) -> Note:
    match blocks:
        case (Paragraph((Strong(words), *_others)), *_rest) if plain(words).startswith(_WARNINGS):
            return Note("warning", blocks)
    return Note("hint", blocks)


def _row(node: SyntaxTreeNode) -> tuple[Inlines, ...]:
    return tuple(_inlines(cell.children[0].children) for cell in node.children)


def _attribute(text: str) -> tuple[str, str]:
    name, _equals, value = text.partition("=")
    return name, value


class _Image(Words, frozen=True):
    """A picture within a paragraph, until the paragraph turns out to hold nothing else."""

    file: str = ""
    alternative: str = ""


def _inlines(nodes: Sequence[SyntaxTreeNode]) -> Inlines:
    inlines = [_inline(node) for node in nodes]
    return tuple(one for one in inlines if one != Words(""))


def _inline(node: SyntaxTreeNode) -> Inline:  # noqa: PLR0911 - one for each kind
    match node.type:
        case "text":
            return Words(node.content)
        case "softbreak":
            return Words(" ")
        case "hardbreak":
            return Break()
        case "strong":
            return Strong(_inlines(node.children))
        case "em":
            return Emphasis(_inlines(node.children))
        case "code_inline":
            return Literally(node.content)
        case "link":
            return Link(str(node.attrs["href"]), _inlines(node.children))
        case "image":
            return _Image(node.content, str(node.attrs["src"]), node.content)
    raise _unused(node)


def _unused(node: SyntaxTreeNode) -> FabnumError:
    line = node.map[0] + 1 if node.map else 0
    return FabnumError(
        _("Line {line} holds “{kind}”, which modules do not use.", line=line, kind=node.type),
        _("Say it with headings, paragraphs, lists, tables, code and notes."),
    )
