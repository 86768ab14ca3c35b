"""Whether a module names nobody: people are neither named nor reached through it."""

import re
from collections.abc import Iterator
from pathlib import Path

from curriculum.document.nodes import Code
from curriculum.lint.finding import Mistake
from curriculum.lint.subject import Subject
from kit.i18n import _

_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+\.[a-z]{2,}")
_TELEPHONE = re.compile(r"(?<![\w.])(?:\+33|0)[\s.\u00a0-]?[1-9](?:[\s.\u00a0-]?\d{2}){4}(?!\d)")
_NAME = re.compile(
    r"\b(?:Madame|Monsieur|Mademoiselle|Mme|Mlle|M\.|Mr\.?|Mrs\.?|Ms\.?|Dr\.?)[\s\u00a0]+[A-ZÀ-Ý]\w+"
)


def person(subject: Subject) -> Iterator[Mistake]:
    """Find addresses of people, telephone numbers, and names with a title before them."""
    for file, line, text in _everything(subject):
        for pattern in (_ADDRESS, _TELEPHONE, _NAME):
            for match in pattern.finditer(text):
                yield Mistake(
                    file,
                    line,
                    _("“{text}” leads to a person.", text=match[0]),
                    _("Name a place or a role instead."),
                )


def _everything(subject: Subject) -> Iterator[tuple[Path, int, str]]:
    for _place, _language, text in subject.texts():
        yield subject.main, 0, text
    for page in subject.pages:
        for line, text in page.prose():
            yield page.path, line, text
        for line, block in page.walk():
            if isinstance(block, Code):
                yield page.path, line, block.text
    for path in sorted((subject.folder / "solutions").glob("*.py")):
        for line, text in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            yield path, line, text
