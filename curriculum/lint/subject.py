"""What the rules look at: a module as far as it can be read, however much is wrong with it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import frontmatter
import yaml

from curriculum import reading
from curriculum.document import markdown
from curriculum.document.nodes import (
    Block,
    Blocks,
    Emphasis,
    Heading,
    Inline,
    Inlines,
    Link,
    Listing,
    Literally,
    Note,
    Paragraph,
    Strong,
    Table,
    Words,
)
from curriculum.known import Known
from curriculum.lint.finding import Mistake
from curriculum.model import FrontMatter, Module
from kit import catalogue
from kit.catalogue import Build
from kit.errors import FabnumError
from kit.i18n import DEFAULT_LANGUAGE, _

LANGUAGES = ("fr", "en")
"""The languages that every module of the kit is written in."""


@dataclass(frozen=True)
class Page:
    """One text of a module: the learner's booklet or the residents' sheet in one language.

    ``lines``: at which line of the file each of its blocks begins.
    """

    path: Path
    language: str
    blocks: Blocks
    lines: tuple[int, ...]

    def numbered(self) -> Iterator[tuple[int, Block]]:
        """Yield its blocks, each with its line."""
        yield from zip(self.lines, self.blocks, strict=True)

    def walk(self) -> Iterator[tuple[int, Block]]:
        """Yield all blocks, also those within lists and notes, with the line where they begin."""
        for line, block in self.numbered():
            yield from ((line, one) for one in _with_inner(block))

    def headings(self) -> Iterator[tuple[int, Heading]]:
        """Yield its headings, each with its line."""
        for line, block in self.walk():
            if isinstance(block, Heading):
                yield line, block

    def prose(self) -> Iterator[tuple[int, str]]:
        """Yield what is written in it, without code and without what is typed: line and words."""
        for line, block in self.walk():
            for inlines in inlines_of(block):
                yield line, spoken(inlines)

    def inlines(self) -> Iterator[tuple[int, Inline]]:
        """Yield every inline, also those within others, with the line of its block."""
        for line, block in self.walk():
            for inlines in inlines_of(block):
                yield from ((line, one) for one in _inner(inlines))


@dataclass
class Subject:
    """A module under the linter.

    ``heads``: the front matter of each language as it was read; ``front`` as values, ``None`` where
    it has mistakes. ``mistakes``: why something of it cannot be read. ``others``: all modules that
    stand beside it, itself among them.
    """

    folder: Path
    known: Known
    heads: dict[str, dict[str, Any]] = field(default_factory=dict)
    booklets: dict[str, Page] = field(default_factory=dict)
    sheets: dict[str, Page] = field(default_factory=dict)
    mistakes: list[Mistake] = field(default_factory=list)
    others: "tuple[Subject, ...]" = ()

    @property
    def head(self) -> dict[str, Any]:
        """The front matter as it was read; empty where there is none."""
        return self.heads.get(DEFAULT_LANGUAGE, {})

    @property
    def main(self) -> Path:
        """The file with the front matter."""
        return self.folder / f"{DEFAULT_LANGUAGE}.md"

    @property
    def pages(self) -> tuple[Page, ...]:
        """All its texts."""
        return (*self.booklets.values(), *self.sheets.values())

    @property
    def is_of_the_kit(self) -> bool:
        """Whether it is one of the kit's own modules."""
        return self.folder.parent == reading.MODULES

    @property
    def is_draft(self) -> bool:
        """Whether it is still being written."""
        return self.head.get("status") == "draft"

    @cached_property
    def front(self) -> FrontMatter | None:
        """The front matter as values."""
        try:
            return reading.front_matter(self.main, self.head)
        except FabnumError:
            return None

    @cached_property
    def build(self) -> Build | None:
        """Its build, ``None`` where there is no such build."""
        return build_of(self.head.get("build"))

    @cached_property
    def module(self) -> Module | None:
        """The module, where all of it can be read."""
        if self.front is None or self.build is None or self.mistakes:
            return None
        return Module(
            self.folder,
            self.front,
            self.build,
            {language: page.blocks for language, page in self.booklets.items()},
            {language: page.blocks for language, page in self.sheets.items()},
            {},
        )

    def challenge_build(self, number: int) -> Build | None:
        """Return the build that the solution of a challenge is for."""
        if self.front is None or not 0 < number <= len(self.front.challenges):
            return self.build
        named = self.front.challenges[number - 1].build
        return build_of(named) if named else self.build

    def texts(self) -> Iterator[tuple[str, str, str]]:
        """Yield (place, language, text) of the texts in the front matter."""
        yield from _texts("", self.head)


def read(folder: Path, known: Known) -> Subject:
    """Read what can be read of a module; what cannot stands in its ``mistakes``."""
    subject = Subject(folder, known)
    for language in LANGUAGES:
        head, page = _file(subject, folder / f"{language}.md", language)
        if page is not None:
            subject.heads[language], subject.booklets[language] = head, page
        _head, sheet = _file(subject, folder / f"residents.{language}.md", language)
        if sheet is not None:
            subject.sheets[language] = sheet
    return subject


def build_of(build_id: object) -> Build | None:
    """Return the build of that id, ``None`` if there is none."""
    if not isinstance(build_id, str) or build_id not in catalogue.builds():
        return None
    return catalogue.load_build(build_id)


def section_pages(page: Page) -> dict[str, tuple[int, Blocks]]:
    """Return the blocks of each section, by the id of its heading, with the heading's line."""
    sections: dict[str, tuple[int, Blocks]] = {}
    current = ""
    for line, block in page.numbered():
        if isinstance(block, Heading) and block.level == 2:
            current = block.id
            sections[current] = line, ()
        elif current:
            begin, blocks = sections[current]
            sections[current] = begin, (*blocks, block)
    return sections


def inlines_of(block: Block) -> Iterator[Inlines]:
    """Yield the inlines that stand in a block itself, not in those within it."""
    match block:
        case Heading() | Paragraph():
            yield block.inlines
        case Table(header, rows):
            yield from header
            for row in rows:
                yield from row


def spoken(inlines: Inlines) -> str:
    """Return what is written, with a placeholder for what is typed or read on a screen."""
    words = []
    for inline in inlines:
        match inline:
            case Words(text):
                words.append(text)
            case Literally():
                words.append(TYPED)
            case Strong(within) | Emphasis(within) | Link(_, within):
                words.append(spoken(within))
            case _:
                words.append(" ")
    return "".join(words)


TYPED = "\N{OBJECT REPLACEMENT CHARACTER}"
"""What stands in prose for something that is typed: it is no word of a language."""


def _with_inner(block: Block) -> Iterator[Block]:
    yield block
    match block:
        case Listing(_, items):
            for item in items:
                for one in item.blocks:
                    yield from _with_inner(one)
        case Note(_, blocks):
            for one in blocks:
                yield from _with_inner(one)


def _inner(inlines: Inlines) -> Iterator[Inline]:
    for inline in inlines:
        yield inline
        if isinstance(inline, Strong | Emphasis | Link):
            yield from _inner(inline.inlines)


def _file(subject: Subject, path: Path, language: str) -> tuple[dict[str, Any], Page | None]:
    if not path.is_file():
        return {}, None
    try:
        raw = path.read_text(encoding="utf-8")
        post = frontmatter.loads(raw)
        content = post.content
        # The blocks' lines count from where the content begins in the file.
        skipped = raw[: raw.index(content)].count("\n") if content else 0
        lines = tuple(line + skipped for line in markdown.lines(content))
        return post.metadata, Page(path, language, markdown.read(content), lines)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        subject.mistakes.append(_unreadable(path, str(error)))
    except FabnumError as error:
        subject.mistakes.append(Mistake(path, 0, error.cause, error.action))
    return {}, None


def _unreadable(path: Path, reason: str) -> Mistake:
    return Mistake(
        path,
        0,
        _("{place} cannot be used: {reason}.", place=path.name, reason=reason),
        _("Correct that line, then try again."),
    )


def _texts(place: str, value: Any) -> Iterator[tuple[str, str, str]]:
    match value:
        case Mapping() if set(value) >= set(LANGUAGES):
            yield from ((place, language, str(text)) for language, text in value.items())
        case Mapping():
            for key, one in value.items():
                yield from _texts(f"{place}.{key}" if place else str(key), one)
        case list():
            for number, one in enumerate(value, 1):
                yield from _texts(f"{place} {number}", one)
