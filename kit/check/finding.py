"""What the checker says: one mistake, where it is, and what to do about it."""

import ast
from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """``ERROR``: the program would not do what it says. ``WARNING``: it may go wrong one day."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, order=True)
class Finding:
    """One mistake in a program.

    ``line`` and ``column`` count from 1, in characters; ``width`` is how many of them it is about.
    ``code`` never changes: docs/mistakes.md explains it. ``message`` is one sentence with the
    cause, ``action`` one with what to do, both in the language in use.
    """

    line: int
    column: int
    code: str
    message: str
    action: str
    severity: Severity = Severity.ERROR
    width: int = 1


Place = ast.stmt | ast.expr | ast.alias | ast.arg | ast.excepthandler | ast.keyword


def at(  # noqa: PLR0913, PLR0917 - the fields of a finding, and where it is
    node: Place,
    lines: list[str],
    code: str,
    message: str,
    action: str,
    severity: Severity = Severity.ERROR,
) -> Finding:
    """Return a finding about a node of the program whose ``lines`` are given.

    What goes over several lines is marked to the end of its first.
    """
    line = lines[node.lineno - 1] if node.lineno <= len(lines) else ""
    start = _characters(line, node.col_offset)
    whole = node.end_lineno == node.lineno and node.end_col_offset is not None
    end = _characters(line, node.end_col_offset or 0) if whole else len(line.rstrip())
    return Finding(node.lineno, start + 1, code, message, action, severity, max(1, end - start))


def _characters(line: str, offset: int) -> int:
    """Return how many characters the first ``offset`` bytes are: ``ast`` counts in UTF-8."""
    return len(line.encode(errors="replace")[:offset].decode(errors="ignore"))
