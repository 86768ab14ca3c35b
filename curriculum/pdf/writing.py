"""All documents of modules, in a folder for each module."""

from collections.abc import Callable, Iterable, Mapping
from contextvars import copy_context
from pathlib import Path
from typing import Any, NamedTuple

from curriculum.known import Known
from curriculum.model import Module
from curriculum.pdf import facilitator, learner, materials, poster, residents, totals
from curriculum.pdf.edition import Edition
from kit import i18n, printing
from kit.errors import FabnumError
from kit.i18n import _


class Kind(NamedTuple):
    """One kind of document: its name as a file, in the language in use; what it holds; its look."""

    name: Callable[[], str]
    document: Callable[[Edition], dict[str, Any]]
    template: Path


KINDS: Mapping[str, Kind] = {
    "learner": Kind(lambda: _("learner-booklet"), learner.document, learner.TEMPLATE),
    "facilitator": Kind(
        lambda: _("facilitator-booklet"), facilitator.document, facilitator.TEMPLATE
    ),
    "residents": Kind(lambda: _("residents-sheet"), residents.document, residents.TEMPLATE),
    "poster": Kind(lambda: _("poster"), poster.document, poster.TEMPLATE),
    "materials": Kind(lambda: _("materials-list"), materials.document, materials.TEMPLATE),
    "totals": Kind(lambda: _("totals-sheet"), totals.document, totals.TEMPLATE),
}
"""What is printed for a module, in each language."""


class Where(NamedTuple):
    """What posters say of the place: see :class:`Edition`."""

    live_page: str = ""
    place: str = ""


def write(  # noqa: PLR0913 - all by name
    modules: Iterable[Module],
    folder: Path,
    *,
    known: Known,
    languages: Iterable[str] = (),
    where: Where = Where(),  # noqa: B008 - immutable
    begin: Callable[[Path], None] = lambda _path: None,
) -> list[Path]:
    """Write the documents of modules and return their files, such as ``M02-air/M02-affiche.pdf``.

    ``languages``: all that a module is written in, if none is named. ``begin`` is told each file
    before it is made. Each file is written whole or not at all; others in the folder are left
    alone. Raises FabnumError for a module that is not written in one of these languages, and for a
    file that cannot be written.
    """
    wanted = tuple(languages)
    written: list[Path] = []
    for module in modules:
        own = folder / f"{module.front.id}-{module.front.build}"
        _make(own)
        for language in wanted or module.texts:
            edition = Edition(module, known, language, where.live_page, where.place)
            written += copy_context().run(_write_edition, edition, own, begin)
    return written


def pdf(edition: Edition, kind: Kind) -> bytes:
    """Return one document of an edition, in the language in use."""
    return printing.pdf(kind.template, kind.document(edition))


def _write_edition(edition: Edition, folder: Path, begin: Callable[[Path], None]) -> list[Path]:
    i18n.use(edition.language)
    _check(edition)
    written = []
    for name, kind in KINDS.items():
        if name == "residents" and edition.language not in edition.module.sheets:
            continue
        path = folder / f"{edition.front.id}-{kind.name()}{_told_apart(edition, kind)}.pdf"
        begin(path)
        printing.write(path, pdf(edition, kind))
        written.append(path)
    return written


def _told_apart(edition: Edition, kind: Kind) -> str:
    """Return what keeps two languages apart that have the same word for a kind: “-it”."""
    name = kind.name()
    for language in edition.module.texts:
        if language != edition.language and copy_context().run(_name_in, language, kind) == name:
            return f"-{edition.language}"
    return ""


def _name_in(language: str, kind: Kind) -> str:
    i18n.use(language)
    return kind.name()


def _check(edition: Edition) -> None:
    languages = edition.module.texts
    if edition.language not in languages:
        raise FabnumError(
            _(
                "Module {module} is not written in “{language}”.",
                module=edition.front.id,
                language=edition.language,
            ),
            _("Take one of: {known}.", known=", ".join(languages)),
        )


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise FabnumError(
            _("{folder} cannot be made: {reason}.", folder=folder, reason=error.strerror),
            _("Name another folder."),
        ) from None
