"""Whether the facts that a text asks for exist."""

from collections.abc import Iterator

from curriculum import facts
from curriculum.document.nodes import Code, Directive
from curriculum.known import Known
from curriculum.lint.finding import Mistake
from curriculum.lint.subject import Subject
from curriculum.model import Module
from kit import i18n
from kit.errors import FabnumError
from kit.i18n import _


def directive(subject: Subject) -> Iterator[Mistake]:
    """Find facts that there are not, and arguments that name nothing."""
    module = subject.module
    if module is None:
        return
    # Each once: a drawing takes a moment, and facts are the same in all languages.
    tried: dict[Directive, FabnumError | None] = {}
    for page in subject.pages:
        for line, block in page.walk():
            if not isinstance(block, Directive):
                continue
            if block not in tried:
                tried[block] = _complaint(module, block, subject.known)
            error = tried[block]
            if error is not None:
                yield Mistake(page.path, line, error.cause, error.action)


def _complaint(module: Module, block: Directive, known: Known) -> FabnumError | None:
    try:
        facts.fill(module, i18n.current(), (block,), known)
    except FabnumError as error:
        return error
    return None


def directive_written(subject: Subject) -> Iterator[Mistake]:
    """Find ``{{`` that is not read as a fact, because it is not alone or not written as one."""
    for page in subject.pages:
        for line, text in page.prose():
            if "{{" in text or "}}" in text:
                yield Mistake(
                    page.path,
                    line,
                    _("This is not read as a fact: {text}", text=text),
                    _("Put it alone on its line: {{ name }} or {{ name: argument }}."),
                )


def directive_in_sheet(subject: Subject) -> Iterator[Mistake]:
    """Find facts and code in a residents' sheet, which is sentences and pictures alone."""
    for page in subject.sheets.values():
        for line, block in page.walk():
            if isinstance(block, Directive | Code):
                yield Mistake(
                    page.path,
                    line,
                    _("A residents’ sheet holds headings, sentences, lists and pictures."),
                    _("Say it in a sentence."),
                )
