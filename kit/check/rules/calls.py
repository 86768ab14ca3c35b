"""A function that is named but not called: ``station.run`` without its parentheses."""

import ast
from collections.abc import Iterator
from itertools import chain

from kit.check.finding import Finding
from kit.check.firmware_words import Kind
from kit.check.program import Program
from kit.check.references import method, path, word
from kit.check.target import Target
from kit.i18n import _


def check(program: Program, _target: Target) -> Iterator[Finding]:
    """Yield the lines that only name a function."""
    nodes: Iterator[ast.Expr | ast.Await] = chain(program.all(ast.Expr), program.all(ast.Await))
    for node in nodes:
        value = node.value
        if _is_function(program, value):
            yield program.find(
                value,
                "call-forgotten",
                _("{name} is named here, but not called.", name=program.text(value)),
                _("Add parentheses: {code}", code=f"{program.text(value)}()"),
            )


def _is_function(program: Program, node: ast.expr) -> bool:
    if not isinstance(node, (ast.Name, ast.Attribute)):
        return False
    said = word(program, node)
    if said is not None:
        return said.kind is Kind.PLAIN
    if program.own_function(node) is not None:
        return True
    if isinstance(node, ast.Attribute) and method(program, node) is not None:
        return True
    return path(program, node) in ("builtins.print", "asyncio.sleep", "time.sleep")
