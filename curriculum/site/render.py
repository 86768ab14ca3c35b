"""All files of the site, in memory: pages in each language, index, scripts, style, pictures."""

from collections.abc import Iterable
from contextvars import copy_context
from pathlib import Path

from curriculum.known import Known
from curriculum.model import Module
from curriculum.site import search
from curriculum.site.files import Files
from curriculum.site.pages import Page, choice, pages
from curriculum.site.shelf import Shelf
from kit import i18n

_STATIC = Path(__file__).parent / "static"
ENCODING = "utf-8"


def render(modules: Iterable[Module], known: Known) -> dict[str, bytes]:
    """Return the files of the site by their path; the same modules give the same bytes.

    Raises FabnumError for a module that cannot be rendered.
    """
    shelf, files = Shelf(modules, known), Files()
    made = {f"static/{path.name}": path.read_bytes() for path in sorted(_STATIC.iterdir())}
    made["index.html"] = choice().encode(ENCODING)
    for language in i18n.languages():
        written = copy_context().run(_in_language, language, shelf, files)
        made |= {f"{language}/{page.name}": page.html.encode(ENCODING) for page in written}
        found = (entry for page in written for entry in page.entries)
        made[f"{language}/index.js"] = search.script(found)
    return made | files.by_path


def _in_language(language: str, shelf: Shelf, files: Files) -> list[Page]:
    i18n.use(language)
    return list(pages(shelf, files))
