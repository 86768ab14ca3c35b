"""Whether links and pictures lead somewhere: within the module, or to a page that is safe."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from curriculum.document.nodes import Link, Picture, Words, plain
from curriculum.lint.finding import Mistake
from curriculum.lint.subject import Page, Subject
from kit.i18n import _

PICTURES = (".svg", ".png", ".jpg", ".jpeg", ".webp")
_SHORTEST = 10
"""Characters: “photo” says nothing to somebody who does not see it."""


def link_outside(subject: Subject) -> Iterator[Mistake]:
    """Find links to other sites that are not encrypted, or not addresses at all."""
    for page, line, link in _links(subject):
        parts = urlsplit(link.address)
        if (parts.scheme or parts.netloc) and not (parts.scheme == "https" and parts.netloc):
            yield Mistake(
                page.path,
                line,
                _("The link “{address}” does not begin with https://.", address=link.address),
                _("Take the address that begins with https://, or none."),
            )


def link_file(subject: Subject) -> Iterator[Mistake]:
    """Find links to files that are not there, or not of this module or another."""
    for page, line, link in _links(subject):
        parts = urlsplit(link.address)
        if parts.scheme or parts.netloc or not parts.path:
            continue
        target = (page.path.parent / parts.path).resolve()
        inside = subject.folder.parent.resolve()
        if not target.is_file() or inside not in target.parents:
            yield Mistake(
                page.path,
                line,
                _("The link “{address}” leads to no file of a module.", address=link.address),
                _("Correct it, or take it out."),
            )


def link_anchor(subject: Subject) -> Iterator[Mistake]:
    """Find links to headings that are not there."""
    for page, line, link in _links(subject):
        parts = urlsplit(link.address)
        if parts.scheme or parts.netloc or not parts.fragment:
            continue
        target = _page_at(subject, page, parts.path)
        if target is None:
            continue  # it leads to no file: said already
        if parts.fragment not in {heading.id for _line, heading in target.headings()}:
            yield Mistake(
                page.path,
                line,
                _("No heading has the id “{id}”.", id=parts.fragment),
                _("Correct the link “{address}”.", address=link.address),
            )


def link_words(subject: Subject) -> Iterator[Mistake]:
    """Find links that say nothing: a screen reader reads links out of their sentence."""
    for page, line, link in _links(subject):
        if plain(link.inlines).strip().lower() in _SILENT:
            yield Mistake(
                page.path,
                line,
                _("“{words}” does not say where the link leads.", words=plain(link.inlines)),
                _("Let the link hold the name of what is behind it."),
            )


def alternative_text(subject: Subject) -> Iterator[Mistake]:
    """Find pictures without words that stand for them."""
    for page in subject.pages:
        for line, block in page.walk():
            if isinstance(block, Picture) and _is_silent(block):
                yield Mistake(
                    page.path,
                    line,
                    _("The picture “{file}” has no words that stand for it.", file=block.file),
                    _("Say in square brackets what is to be seen on it."),
                )


def picture_file(subject: Subject) -> Iterator[Mistake]:
    """Find pictures that are not files of the module, or of no kind that all browsers show."""
    for page in subject.pages:
        for line, block in page.walk():
            if isinstance(block, Picture) and not _is_there(subject, block.file):
                yield Mistake(
                    page.path,
                    line,
                    _("The picture “{file}” is not in the module’s folder.", file=block.file),
                    _("Put it there, as one of: {known}.", known=", ".join(PICTURES)),
                )


def picture_alone(subject: Subject) -> Iterator[Mistake]:
    """Find pictures in the middle of a sentence: none of the renderers shows them."""
    for page in subject.pages:
        for line, inline in page.inlines():
            if isinstance(inline, Words) and type(inline) is not Words:
                yield Mistake(
                    page.path,
                    line,
                    _("A picture stands in the middle of a paragraph."),
                    _("Put it into a paragraph of its own."),
                )


_SILENT = {"", "ici", "lien", "cliquez ici", "here", "link", "click here"}


def _links(subject: Subject) -> Iterator[tuple[Page, int, Link]]:
    for page in subject.pages:
        for line, inline in page.inlines():
            if isinstance(inline, Link):
                yield page, line, inline


def _page_at(subject: Subject, page: Page, path: str) -> Page | None:
    """Return the text that a link leads to, of this module or of another."""
    if not path:
        return page
    target = (page.path.parent / path).resolve()
    pages = (one for other in (subject, *subject.others) for one in other.pages)
    return next((one for one in pages if one.path.resolve() == target), None)


def _is_silent(picture: Picture) -> bool:
    words = picture.alternative.strip()
    return len(words) < _SHORTEST or words.lower().endswith(PICTURES)


def _is_there(subject: Subject, file: str) -> bool:
    path = Path(file)
    is_within = not path.is_absolute() and ".." not in path.parts and not urlsplit(file).scheme
    return is_within and path.suffix in PICTURES and (subject.folder / path).is_file()
