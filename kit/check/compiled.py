"""What the board's own compiler makes of a program: what it refuses, and how much room it takes."""

import ast
import re

from kit.check.board_memory import FREE_BYTES, grouped
from kit.check.finding import Finding, Severity
from kit.check.program import lines_of
from kit.firmware import NotCompiledError, compile_program, parse
from kit.i18n import _

_NAME = "main.py"


def complaints(source: str) -> list[Finding]:
    """Return what MicroPython has against a program that Python reads."""
    try:
        size = len(compile_program(source.encode(), _NAME))
    except NotCompiledError as refusal:
        return [_refused(source, refusal)]
    if size <= FREE_BYTES // 2:
        return []
    return [
        Finding(
            1,
            1,
            "program-large",
            _(
                "The program takes {size} bytes; the board has about {free} for all of it.",
                size=grouped(size),
                free=grouped(FREE_BYTES),
            ),
            _("Shorten it, or leave out what you do not need."),
            Severity.ERROR if size > FREE_BYTES else Severity.WARNING,
        )
    ]


def _refused(source: str, refusal: NotCompiledError) -> Finding:
    lines = lines_of(source)
    number = min(max(refusal.line, 1), len(lines))
    text = lines[number - 1]
    column = len(text) - len(text.lstrip()) + 1
    code, message, action = _reason(source, number, refusal.reason)
    return Finding(number, column, code, message, action, width=max(1, len(text.strip())))


def _reason(source: str, line: int, said: str) -> tuple[str, str, str]:
    if "'return' outside" in said:
        return (
            "return-outside",
            _("“{word}” stands outside of any function.", word="return"),
            _("Indent it into the function that it belongs to."),
        )
    if "outside loop" in said:
        return (
            "break-outside",
            _("This word only makes sense inside a loop."),
            _("Indent it into the loop that it belongs to."),
        )
    if "reused" in said:
        return (
            "parameter-twice",
            _("Two parameters of this function have the same name."),
            _("Give each its own name."),
        )
    if "redefined as" in said:
        return (
            "global-late",
            _("“{word}” comes after the name has been used.", word="global"),
            _("Write it as the first line of the function."),
        )
    return (
        "micropython-refuses",
        _(
            "Python on a PC knows this, but not the board’s: {what}.",
            what=_unknown(source, line) or re.sub(r"^\w+Error: ", "", said),
        ),
        _("Write it in a simpler way."),
    )


def _unknown(source: str, line: int) -> str:
    """Return what on a line is known not to be part of MicroPython; empty if that is unsure."""
    for node in ast.walk(parse(source)):
        start = getattr(node, "lineno", 0)
        if not start <= line <= (getattr(node, "end_lineno", 0) or 0):
            continue
        for kind, name in _NOT_ON_THE_BOARD:
            if isinstance(node, kind):
                return name
        if isinstance(node, ast.Dict) and None in node.keys:
            return "{**…}"
        if isinstance(node, (ast.List, ast.Tuple, ast.Set)):
            loads = isinstance(getattr(node, "ctx", ast.Load()), ast.Load)
            if loads and any(isinstance(part, ast.Starred) for part in node.elts):
                return "[*…]"
    return ""


_NOT_ON_THE_BOARD: tuple[tuple[type[ast.AST], str], ...] = (
    (ast.Match, "match"),
    (ast.TryStar, "except*"),
)
