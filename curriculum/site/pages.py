"""What stands on each page of the site, in the language in use."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from curriculum.model import Module
from curriculum.site import wording
from curriculum.site.files import Files
from curriculum.site.html import Writer
from curriculum.site.search import Entry, entries
from curriculum.site.shelf import CARDS, Shelf, Text, name_of, sections
from kit import i18n
from kit.i18n import _
from kit.web.language import OWN_NAMES

ROOT = "../"
"""From a page to the top of the site: all pages lie in the folder of their language."""
FACILITATORS = "facilitators.html"
SEARCH = "search.html"

_templates = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_templates.globals.update(_=i18n.gettext, ngettext=i18n.ngettext, wording=wording, root=ROOT)


class Page(msgspec.Struct, frozen=True):
    """One page: its file name, its HTML, and what can be found on it."""

    name: str
    html: str
    entries: tuple[Entry, ...] = ()


class Tile(msgspec.Struct, frozen=True):
    """A module as the home page shows it. ``sheet``: whether it has one for residents."""

    module: Module
    name: str
    sheet: bool


class Part(msgspec.Struct, frozen=True):
    """A section as it is shown: with its minutes, if learners need some for it."""

    id: str
    title: str
    minutes: int
    html: Markup


def choice() -> str:
    """Return the first page of all, which leads to the languages."""
    return _templates.get_template("choice.html").render(languages=_languages())


def pages(shelf: Shelf, files: Files) -> Iterator[Page]:
    """Yield all pages. Raises FabnumError for a module that cannot be rendered."""
    tiles = [Tile(m, name_of(m), bool(m.sheets)) for m in shelf.modules]
    booklets = [(tile, shelf.booklet(tile.module)) for tile in tiles]
    yield _page("index.html", "home.html", tiles=tiles)
    for tile, text in booklets:
        yield _booklet(shelf, files, tile, text)
        if tile.sheet:
            yield _sheet(shelf, files, tile)
    yield _facilitators(shelf, files, booklets)
    yield _cards(shelf)
    yield _page(SEARCH, "search.html", tiles=tiles)


def _booklet(shelf: Shelf, files: Files, tile: Tile, text: Text) -> Page:
    writer = _writer(shelf, files, tile)
    minutes = tile.module.front.minutes
    parts = [
        Part(each.id, each.title, minutes.get(each.id, 0), writer.blocks(each.blocks))
        for each in sections(text.blocks)
    ]
    title = f"{tile.module.front.id}, {tile.module.front.title}"
    name = f"{tile.name}.html"
    return _page(
        name,
        "module.html",
        tuple(entries(title, name, text.blocks)),
        tile=tile,
        parts=parts,
        text_language=text.language,
    )


def _sheet(shelf: Shelf, files: Files, tile: Tile) -> Page:
    text = shelf.sheet(tile.module)
    writer = _writer(shelf, files, tile)
    title = str(tile.module.front.title)
    parts = [
        Part(each.id, "" if each.title == title else each.title, 0, writer.blocks(each.blocks))
        for each in sections(text.blocks)
    ]
    name = sheet_name(tile.name)
    return _page(
        name,
        "residents.html",
        tuple(entries(_("{title}, for residents", title=title), name, text.blocks)),
        tile=tile,
        parts=parts,
        text_language=text.language,
    )


def _facilitators(shelf: Shelf, files: Files, booklets: list[tuple[Tile, Text]]) -> Page:
    led = [(tile, text, _led(shelf, files, tile, text)) for tile, text in booklets]
    return _page(FACILITATORS, "facilitators.html", led=led)


def _led(shelf: Shelf, files: Files, tile: Tile, text: Text) -> list[Part]:
    """Return what somebody needs who leads a module: the workshop, and the notes."""
    writer = _writer(shelf, files, tile)._replace(prefix=f"{tile.name}-", deeper=1)
    return [
        Part(f"{tile.name}-{each.id}", each.title, 0, writer.blocks(each.blocks))
        for each in sections(text.blocks)
        if each.id in ("workshop", "notes")
    ]


def _cards(shelf: Shelf) -> Page:
    cards = shelf.known.cards.values()
    found = (
        Entry(
            _("Error cards"),
            str(card.title),
            f"{CARDS}#{card.code}",
            f"{card.cause} {card.action} {card.code}",
        )
        for card in cards
    )
    return _page(CARDS, "cards.html", tuple(found), cards=cards)


def sheet_name(name: str) -> str:
    """Return the file name of a module's sheet for residents."""
    return f"{name}-residents.html"


def _writer(shelf: Shelf, files: Files, tile: Tile) -> Writer:
    return Writer(
        follow=shelf.follow,
        picture=lambda shown: ROOT + files.shown(tile.module, tile.name, shown),
        program=lambda number: ROOT + files.program(tile.module, tile.name, number),
    )


def _page(name: str, template: str, found: tuple[Entry, ...] = (), **values: Any) -> Page:
    html = _templates.get_template(template).render(
        name=name,
        language=i18n.current(),
        languages=[each for each in _languages() if each[0] != i18n.current()],
        sheet_name=sheet_name,
        **values,
    )
    return Page(name, html, found)


def _languages() -> list[tuple[str, str]]:
    return [(language, OWN_NAMES.get(language, language)) for language in i18n.languages()]
