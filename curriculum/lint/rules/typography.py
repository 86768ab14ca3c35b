"""French typography: no-break spaces, the curved apostrophe, guillemets, the one sign for dots.

Lexique des règles typographiques en usage à l’Imprimerie nationale; a plain no-break space
(U+00A0) serves for the narrow one, which many fonts of old phones lack.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from curriculum.lint.finding import Mistake
from curriculum.lint.subject import Subject
from kit.i18n import _

_NO_BREAK = "\u00a0\u202f"
# Times (10:30), addresses and smileys have no space before the colon, and no letter before it.
_BEFORE = re.compile(rf"(?<=[^\s{_NO_BREAK}?!«…])([;!?»]|:(?=\s|$))| ([:;!?»%€])")
_AFTER = re.compile(rf"«(?![{_NO_BREAK}])")
_NUMBER_PERCENT = re.compile(r"\d%")
_STRAIGHT = re.compile(r"(?<=\w)'(?=\w)|\"|(?<!\w)'\w|(?<!\.)\.\.\.(?!\.)")


def french_spaces(subject: Subject) -> Iterator[Mistake]:
    """Find signs without the no-break space that French puts before or behind them."""
    for file, line, text in _french(subject):
        for pattern in (_BEFORE, _AFTER, _NUMBER_PERCENT):
            for match in pattern.finditer(text):
                yield Mistake(
                    file,
                    line,
                    _("A no-break space is missing at “{text}”.", text=_around(text, match)),
                    _("Put the character U+00A0 before : ; ! ? » % and behind «."),
                )


def french_signs(subject: Subject) -> Iterator[Mistake]:
    """Find the signs of a typewriter: ' " and three dots."""
    for file, line, text in _french(subject):
        for match in _STRAIGHT.finditer(text):
            yield Mistake(
                file,
                line,
                _("“{text}” holds a sign of typewriters.", text=_around(text, match)),
                _("Write ’ and « » and …"),
            )


def _french(subject: Subject) -> Iterator[tuple[Path, int, str]]:
    """Yield all French texts: file, line, words."""
    for _place, language, text in subject.texts():
        if language == "fr":
            yield subject.main, 0, text
    for page in subject.pages:
        if page.language == "fr":
            for line, text in page.prose():
                yield page.path, line, text


def _around(text: str, match: re.Match[str]) -> str:
    return text[max(0, match.start() - 12) : match.end() + 6].strip()
