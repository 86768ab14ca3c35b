"""Decimal numbers written with a comma: ``seuil = 19,5`` is two numbers to Python."""

import ast
import re
from collections.abc import Iterator

from kit.check.finding import Finding, Severity
from kit.check.program import Program
from kit.check.target import Target
from kit.i18n import _

_NUMBER = re.compile(r"\d+,\d+")


def check(program: Program, _target: Target) -> Iterator[Finding]:
    """Yield the values that are two numbers with nothing but a comma between them."""
    for assignment in program.all(ast.Assign):
        value = assignment.value
        if not isinstance(value, ast.Tuple) or not isinstance(assignment.targets[0], ast.Name):
            continue
        written = program.text(value)
        if _NUMBER.fullmatch(written):
            yield program.find(
                value,
                "decimal-comma",
                _("To Python {value} is two numbers.", value=written),
                _("Write a point in place of the comma: {code}", code=written.replace(",", ".")),
                Severity.WARNING,
            )
