"""``await``: forgotten, in the wrong place, or where there is nothing to wait for."""

import ast
from collections.abc import Iterator
from itertools import chain

from kit.check.finding import Finding
from kit.check.program import Program
from kit.check.references import is_async, path, word
from kit.check.target import Target
from kit.i18n import _

_USES = (
    *(ast.Expr, ast.Subscript, ast.BinOp, ast.Compare, ast.UnaryOp),
    *(ast.FormattedValue, ast.For, ast.AugAssign),
)
"""What does not wait for a value, and cannot do without it."""

_OF_COROUTINES = frozenset({"send", "throw", "close"})
_TAKE_VALUES = frozenset(
    {"print", "round", "int", "float", "str", "len", "abs", "sum", "min", "max"}
)


def check(program: Program, _target: Target) -> Iterator[Finding]:
    """Yield what is wrong with waiting."""
    for call in program.all(ast.Call):
        waits = is_async(program, call)
        parent = program.parent(call)
        if waits and not isinstance(parent, ast.Await) and _is_forgotten(program, call):
            yield _forgotten(program, call)
        elif waits is False and isinstance(parent, ast.Await):
            yield program.find(
                parent,
                "await-useless",
                _("{call} has nothing to wait for.", call=program.text(call.func)),
                _("Delete “await” before it."),
            )
    yield from _outside(program)


def _forgotten(program: Program, call: ast.Call) -> Finding:
    written = program.text(call)
    if program.function(call) is None:
        return program.find(
            call,
            "await-missing-at-top",
            _("{call} does nothing here: it must be waited for.", call=written),
            _("Move it into a function that begins with {code}", code="async def"),
        )
    return program.find(
        call,
        "await-missing",
        _("“await” is missing before {call}.", call=written),
        _("Write: {code}", code=f"await {written}"),
    )


def _is_forgotten(program: Program, call: ast.Call) -> bool:
    """Whether a coroutine is certainly used as if it were its result, or not used at all."""
    parent = program.parent(call)
    match parent:
        case ast.Attribute(attr=attribute):
            return attribute not in _OF_COROUTINES
        case ast.keyword(arg=given):
            return given is None or _wants_value(program, program.parent(parent))
        case ast.Call():
            return _wants_value(program, parent)
        case ast.Assign(targets=[ast.Name() as name]):
            return _is_used_as_value(program, name)
        case _:
            return isinstance(parent, _USES)


def _wants_value(program: Program, call: ast.AST | None) -> bool:
    if not isinstance(call, ast.Call):
        return False
    said = word(program, call.func)
    if said is not None and said.named:
        return True
    module, _dot, name = path(program, call.func).rpartition(".")
    return module == "builtins" and name in _TAKE_VALUES


def _is_used_as_value(program: Program, name: ast.Name) -> bool:
    """Whether a variable that holds a coroutine is used as its result, and never waited for."""
    if len(program.bindings(name)) != 1:
        return False
    home = program.lookup(name.id, program.scope(name))
    uses = [
        other
        for other in program.all(ast.Name)
        if other.id == name.id
        and isinstance(other.ctx, ast.Load)
        and program.lookup(other.id, program.scope(other)) is home
    ]
    return not uses or any(_is_value(program, use) for use in uses)


def _is_value(program: Program, use: ast.Name) -> bool:
    match program.parent(use):
        case ast.Subscript(value=value):
            return value is use
        case ast.BinOp() | ast.Compare() | ast.FormattedValue():
            return True
        case ast.keyword(arg=arg) as keyword:
            return arg is None or _wants_value(program, program.parent(keyword))
        case ast.Call() as call:
            return use in call.args and _wants_value(program, call)
        case _:
            return False


def _outside(program: Program) -> Iterator[Finding]:
    said: set[ast.AST | None] = set()
    waiting: Iterator[ast.Await | ast.AsyncFor | ast.AsyncWith] = chain(
        program.all(ast.Await), program.all(ast.AsyncFor), program.all(ast.AsyncWith)
    )
    for node in waiting:
        function = program.function(node)
        if isinstance(function, ast.AsyncFunctionDef) or function in said:
            continue
        said.add(function)
        if isinstance(function, ast.FunctionDef):
            yield program.find(
                node,
                "await-in-plain-function",
                _("“{name}” waits, but does not say so.", name=function.name),
                _(
                    "Change line {line}: {code}",
                    line=function.lineno,
                    code=f"async def {function.name}(…):"
                    if function.args.args
                    else f"async def {function.name}():",
                ),
            )
        else:
            yield program.find(
                node,
                "await-outside",
                _("“await” only works inside a function."),
                _("Move this line into a function that begins with {code}", code="async def"),
            )
