"""What the linter says: one mistake, where it is, and what to do about it."""

from pathlib import Path

import msgspec

from kit.check import Severity


class Mistake(msgspec.Struct, frozen=True):
    """One mistake in a module, as a rule finds it.

    ``line`` counts from 1; 0 where it is about the file as a whole, or its front matter.
    ``message`` is one sentence with the cause, ``action`` one with what to do, both in the language
    in use.
    """

    file: Path
    line: int
    message: str
    action: str
    severity: Severity = Severity.ERROR


class Finding(msgspec.Struct, frozen=True):
    """A mistake with the ``code`` of its rule, which never changes."""

    code: str
    file: Path
    line: int
    message: str
    action: str
    severity: Severity


def found(code: str, mistake: Mistake) -> Finding:
    """Return a mistake as the finding of a rule."""
    return Finding(
        code, mistake.file, mistake.line, mistake.message, mistake.action, mistake.severity
    )
