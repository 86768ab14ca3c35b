"""The languages of everything people see: French first, English complete, others by a .po file.

Messages are written in English in the code; ``kit/locale/<language>.po`` holds the translations.
They are read as they are, without compiling, so that a translator only ever edits a text file.
"""

import contextvars
import io
import os
from functools import cache
from gettext import NullTranslations
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations

LOCALE_FOLDER = Path(__file__).parent / "locale"
DEFAULT_LANGUAGE = "fr"

_current: contextvars.ContextVar[str] = contextvars.ContextVar("language", default=DEFAULT_LANGUAGE)


def languages() -> list[str]:
    """Return the languages the kit speaks, French first."""
    translated = {path.stem for path in LOCALE_FOLDER.glob("*.po")}
    return [DEFAULT_LANGUAGE, *sorted((translated | {"en"}) - {DEFAULT_LANGUAGE})]


@cache
def translations(language: str) -> NullTranslations:
    """Return the messages of one language; English (the messages themselves) if it has no file."""
    path = LOCALE_FOLDER / f"{language}.po"
    if not path.exists():
        return NullTranslations()
    with path.open("rb") as file:
        catalogue = read_po(file, locale=language)
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return Translations(compiled)


def use(language: str) -> None:
    """Make ``language`` the one that ``_`` answers in, for this task or thread."""
    _current.set(language if language in languages() else DEFAULT_LANGUAGE)


def current() -> str:
    """Return the language in use."""
    return _current.get()


def from_environment() -> str:
    """Return the language that the shell asks for: ``FABNUM_LANG``, else French.

    ``LANG`` is not asked: a fresh Raspberry Pi says ``en_GB`` whoever sits before it.
    """
    wanted = os.environ.get("FABNUM_LANG", DEFAULT_LANGUAGE)[:2].lower()
    return wanted if wanted in languages() else DEFAULT_LANGUAGE


def gettext(message: str, **values: object) -> str:
    """Translate ``message`` into the language in use and fill in its ``{values}``."""
    text = translations(_current.get()).gettext(message)
    return text.format(**values) if values else text


def ngettext(one: str, many: str, n: int, **values: object) -> str:
    """Translate the form that ``n`` asks for, and fill in ``{n}`` and its ``{values}``."""
    text = translations(_current.get()).ngettext(one, many, n)
    return text.format(n=n, **values)


_ = gettext
