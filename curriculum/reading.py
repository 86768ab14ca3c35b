"""Read modules from their folders: ``fr.md`` with the front matter, other languages beside it."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import frontmatter
import msgspec
import yaml

from curriculum.document import markdown
from curriculum.model import FrontMatter, Module
from kit.catalogue import decode_text, load_build
from kit.errors import FabnumError
from kit.i18n import DEFAULT_LANGUAGE, _

MODULES = Path(__file__).parent / "modules"
TEMPLATE = Path(__file__).parent / "template"
"""A whole module to begin a new one with; it is none of the modules."""
_LANGUAGE_FILE = re.compile(r"[a-z]{2}\.md")


def folders(*more: Path) -> list[Path]:
    """Return the folders of all modules, in their order; ``more``: other folders of modules."""
    found = (folder for root in (MODULES, *more) if root.is_dir() for folder in root.iterdir())
    return sorted((f for f in found if (f / f"{DEFAULT_LANGUAGE}.md").is_file()), key=_order)


def id_of(folder: Path) -> str:
    """Return the id that the name of a module's folder stands for: ``M02`` for ``02-air``."""
    return f"M{folder.name.partition('-')[0]}"


def modules(*more: Path) -> Iterator[Module]:
    """Yield all modules. Raises FabnumError for the first that cannot be read."""
    for folder in folders(*more):
        yield load(folder)


def find(module_id: str, *more: Path) -> Module:
    """Return the module of that id, such as ``M02``. Raises FabnumError if there is none."""
    known = list(modules(*more))
    for module in known:
        if module.front.id == module_id.upper():
            return module
    raise FabnumError(
        _("There is no module “{module}”.", module=module_id),
        _("Take one of these: {modules}", modules=", ".join(m.front.id for m in known)),
    )


def load(folder: Path) -> Module:
    """Read one module. Raises FabnumError with the file and the reason if it cannot be read."""
    files = sorted(path for path in folder.glob("??.md") if _LANGUAGE_FILE.fullmatch(path.name))
    heads: dict[str, dict[str, Any]] = {}
    texts, sheets = {}, {}
    for path in files:
        heads[path.stem], text = _parts(path)
        texts[path.stem] = _blocks(path, text)
        sheet = folder / f"residents.{path.stem}.md"
        if sheet.is_file():
            sheets[path.stem] = _blocks(sheet, _read(sheet))
    front = front_matter(folder / f"{DEFAULT_LANGUAGE}.md", heads.pop(DEFAULT_LANGUAGE))
    translates = {language: str(head.get("translates", "")) for language, head in heads.items()}
    return Module(folder, front, load_build(front.build), texts, sheets, translates)


def front_of(folder: Path) -> FrontMatter:
    """Read the front matter of a module alone, which is quick. Raises FabnumError as load does."""
    path = folder / f"{DEFAULT_LANGUAGE}.md"
    head, _text = _parts(path)
    return front_matter(path, head)


def front_matter(path: Path, head: dict[str, Any]) -> FrontMatter:
    """Return the front matter as values. Raises FabnumError with its line's name and the reason."""
    try:
        return msgspec.convert(head, FrontMatter, dec_hook=decode_text)
    except msgspec.ValidationError as error:
        raise _mistake(path, str(error)) from None


def _parts(path: Path) -> tuple[dict[str, Any], str]:
    try:
        post = frontmatter.loads(_read(path))
    except yaml.YAMLError as error:
        raise _mistake(path, str(error)) from None
    return post.metadata, post.content


def _blocks(path: Path, text: str) -> Any:
    try:
        return markdown.read(text)
    except FabnumError as error:
        raise FabnumError(f"{path}: {error.cause}", error.action) from None


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise _mistake(path, str(error)) from None


def _mistake(path: Path, reason: str) -> FabnumError:
    return FabnumError(
        _("{place} cannot be used: {reason}.", place=path, reason=reason),
        _("Correct that line, then try again."),
    )


def _order(folder: Path) -> tuple[str, str]:
    return folder.name, str(folder)
