"""The portfolio as a PDF, to print or to send: the same things as the page, in the same order."""

import shutil
import tempfile
from pathlib import Path
from typing import Any

from curriculum.document.nodes import Code
from curriculum.pdf.content import Node, words
from curriculum.pdf.content import paper as nodes
from curriculum.portfolio.model import Badge, MadeObject, Photo, Portfolio, Test
from curriculum.portfolio.photo import format_of
from kit import i18n, printing
from kit.errors import FabnumError
from kit.i18n import _

HERE = Path(__file__).parent
LOOK = HERE.parent / "pdf"
LOOKS = ("look.typ", "code.tmTheme")


def paper(portfolio: Portfolio, folder: Path) -> bytes:
    """Return the PDF. ``folder``: that of the portfolio. Raises FabnumError if it is not writable.

    typst reads below one folder only, so the template comes to the photos: a copy of them on the
    machine would be what is personal, in a place that is not the learner's.
    """
    try:
        with tempfile.TemporaryDirectory(prefix=".portfolio-", dir=folder) as scratch:
            template = _template_in(Path(scratch))
            photos = [_photo(photo, folder) for photo in portfolio.photos]
            return printing.pdf(template, document(portfolio, photos), root=folder)
    except OSError as error:
        raise FabnumError(
            _("{folder} cannot be written to: {reason}.", folder=folder, reason=error.strerror),
            _("Plug in your USB stick, and name a folder on it."),
        ) from None


def document(portfolio: Portfolio, photos: list[dict[str, str]]) -> dict[str, Any]:
    """Return what the template reads."""
    return {
        "title": words(portfolio.title),
        "author": words(portfolio.title),
        "language": i18n.current(),
        "kind": _("Portfolio"),
        "footer": words(portfolio.title),
        "page_of": _("{page} of {pages}", page="{page}", pages="{pages}"),
        "words": nodes(portfolio.words, HERE),
        "badges": {
            "title": _("My badges"),
            "each": [_badge(badge) for badge in portfolio.badges],
        },
        "objects": {
            "title": _("What I built"),
            "each": [_object(made) for made in portfolio.objects],
        },
        "photos": {"title": _("In pictures"), "each": photos},
        "programs": {
            "title": _("My programs"),
            "each": [_program(one.name, one.text) for one in portfolio.programs],
        },
    }


def _template_in(scratch: Path) -> Path:
    """Put the template and its looks beside each other as they are in the kit."""
    (scratch / LOOK.name).mkdir()
    for name in LOOKS:
        shutil.copy(LOOK / name, scratch / LOOK.name)
    (scratch / HERE.name).mkdir()
    return Path(shutil.copy(HERE / "paper.typ", scratch / HERE.name))


def _badge(badge: Badge) -> dict[str, Any]:
    return {
        "name": words(badge.name),
        "words": words(badge.description),
        "criteria": [words(criterion) for criterion in badge.criteria],
        "given": words(_("Given by {issuer} on {day}.", issuer=badge.issuer, day=badge.day)),
    }


def _object(made: MadeObject) -> dict[str, Any]:
    tested = _("Tested on {day}.", day=made.day)
    if made.passed:
        tested = _("✓ All tests passed on {day}.", day=made.day).removeprefix("✓ ")
    return {
        "name": words(made.name),
        "what": words(", ".join(part for part in (made.build, made.place) if part)),
        "words": words(made.summary),
        "result": tested if made.tests else "",
        "tests": [words(_test(test)) for test in made.tests],
    }


def _test(test: Test) -> str:
    if test.passed is None:
        return _("{test}: left out", test=test.name)
    return (
        _("{test}: passed", test=test.name) if test.passed else _("{test}: failed", test=test.name)
    )


def _program(name: str, text: str) -> dict[str, Any]:
    code: list[Node] = nodes((Code("python", text),), HERE)
    return {"name": words(name), "code": code}


def _photo(photo: Photo, folder: Path) -> dict[str, str]:
    return {
        "file": f"/{photo.file.relative_to(folder).as_posix()}",
        "format": format_of(photo.file),
        "caption": words(photo.caption),
    }
