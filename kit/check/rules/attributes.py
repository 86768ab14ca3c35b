"""Words that the firmware, a part or a module does not have: ``station.evry``, ``air.reed``."""

import ast
from collections.abc import Collection, Iterator

from kit.check import firmware_words
from kit.check.board_python import NAMES
from kit.check.finding import Finding
from kit.check.nearest import nearest
from kit.check.program import Program
from kit.check.references import path, thing
from kit.check.target import Target
from kit.i18n import _


def check(program: Program, _target: Target) -> Iterator[Finding]:
    """Yield what is asked of something that has no such thing."""
    for node in program.all(ast.Attribute):
        if not isinstance(node.ctx, ast.Load):
            continue
        known = _known(program, node.value)
        if known is None or node.attr in known[0] or node.attr.startswith("__"):
            continue
        yield program.find(
            _name_itself(node),
            "word-unknown",
            _("“{owner}” has no “{name}”.", owner=program.text(node.value), name=node.attr),
            _action(node.attr, known[1]),
        )


def _known(program: Program, owner: ast.expr) -> tuple[Collection[str], Collection[str]] | None:
    """Return all that ``owner`` has and what of it is offered; ``None`` if that is not known."""
    name = path(program, owner)
    if name in NAMES:
        return NAMES[name], NAMES[name]
    module = firmware_words.module(name) if name.startswith("fabnum.") else None
    if module is not None:
        return None if module.open else (module.names, module.public)
    found = thing(program, owner)
    if found is None or found.open:
        return None
    assigned = {
        node.attr for node in program.all(ast.Attribute) if not isinstance(node.ctx, ast.Load)
    }
    offered = sorted(name for name in found.names if not name.startswith("_"))
    return found.names | assigned, offered


def _name_itself(node: ast.Attribute) -> ast.stmt:
    """Return a place that marks what stands after the point."""
    end = node.end_col_offset or 0
    start = end - len(node.attr.encode())
    line = node.end_lineno or node.lineno
    return ast.Pass(lineno=line, col_offset=start, end_lineno=line, end_col_offset=end)


def _action(name: str, offered: Collection[str]) -> str:
    meant = nearest(name, offered)
    if meant:
        return _("Did you mean “{near}”?", near=meant)
    if len(offered) > 20:
        return _("Check its spelling.")
    return _("It has: {known}.", known=", ".join(sorted(offered)))
