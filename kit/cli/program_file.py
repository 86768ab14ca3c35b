"""A learner's program, read from its file."""

from pathlib import Path

from kit.errors import FabnumError
from kit.i18n import _


def read_program(path: Path) -> str:
    """Return the text of a program. Raises FabnumError if there is none."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise FabnumError(
            _("{file} is no text in UTF-8.", file=path),
            _("Save it again in your editor, with the encoding UTF-8."),
        ) from None
    except OSError:
        raise FabnumError(
            _("There is no program {file}.", file=path),
            _("Give the path of your main.py."),
        ) from None
