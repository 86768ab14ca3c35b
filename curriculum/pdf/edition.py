"""An edition: a module in one language, with all its facts, at a site or without one."""

from typing import Any

import msgspec

from curriculum.document.nodes import Block, Blocks, Directive, Heading, plain
from curriculum.facts import fill
from curriculum.known import Known
from curriculum.model import FrontMatter, Module, section_of
from curriculum.pdf.content import title, words
from kit.i18n import _

AUTHOR = "Fab’Num"


class Part(msgspec.Struct, frozen=True):
    """A section of a text: its id, its heading in words, and what stands below it."""

    id: str
    title: str
    blocks: Blocks


class Edition(msgspec.Struct, frozen=True):
    """What the documents are made of; :func:`edition` makes it.

    ``live_page``: the address that the poster leads to, empty where no site is known. ``place``:
    where the workshop is held, empty where it is to be written on by hand.
    """

    module: Module
    known: Known
    language: str
    live_page: str = ""
    place: str = ""

    @property
    def front(self) -> FrontMatter:
        """The front matter of the module."""
        return self.module.front

    @property
    def name(self) -> str:
        """The module’s number and title: “M02 · J’aère quand ?”."""
        return f"{self.front.id} · {self.front.title}"

    def booklet(self) -> list[Part]:
        """Return the sections of the booklet; their facts are still to be filled in."""
        return sections(self.module.texts[self.language])

    def residents(self) -> list[Part]:
        """Return the sections of the residents' sheet, with their facts; none without a sheet."""
        return sections(self.filled(self.module.sheets.get(self.language, ())))

    def words_of(self, section: str, *, without: tuple[str, ...] = ()) -> Blocks:
        """Return a section of the booklet with its facts but those named, without its heading."""
        own = section_of(self.module.texts[self.language], section)
        return self.filled(tuple(b for b in own if getattr(b, "name", None) not in without))

    def fact(self, name: str) -> Blocks:
        """Return what stands for a directive."""
        return self.filled((Directive(name),))

    def title_of(self, section: str) -> str:
        """Return the heading of a section of the booklet; empty where it has none."""
        text = self.module.texts[self.language]
        found = (b for b in text if isinstance(b, Heading) and (b.level, b.id) == (2, section))
        heading = next(found, None)
        return title(plain(heading.inlines)) if heading else ""

    def document(self, kind: str, **more: Any) -> dict[str, Any]:
        """Return what every template reads, and ``more``. ``kind``: what sort of document it is."""
        return {
            "title": title(str(self.front.title)) or self.front.id,
            "author": AUTHOR,
            "language": self.language,
            "kind": kind,
            "module": self.front.id,
            "footer": _footer(self),
            "page_of": _("{page} of {pages}", page="{page}", pages="{pages}"),
            **more,
        }

    def filled(self, blocks: Blocks) -> Blocks:
        """Return blocks with the facts in the place of their directives."""
        return fill(self.module, self.language, blocks, self.known)


def sections(blocks: Blocks) -> list[Part]:
    """Return blocks by section; what stands before the first heading has no id and no title."""
    found: list[tuple[str, str, list[Block]]] = [("", "", [])]
    for block in blocks:
        if isinstance(block, Heading) and block.level <= 2:
            found.append((block.id, plain(block.inlines), []))
        else:
            found[-1][2].append(block)
    return [Part(id_, title(head), tuple(within)) for id_, head, within in found if id_ or within]


def _footer(edition: Edition) -> str:
    front = edition.front
    version = _("version {version}", version=front.version)
    licence = front.licence.replace("CC-BY-", "CC BY ")
    return " · ".join((AUTHOR, words(edition.name), version, licence))
