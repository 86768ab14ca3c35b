"""Data that the board has no room for, and lists that only ever grow."""

import ast
from collections.abc import Iterator

from kit.check.board_memory import FREE_BYTES, grouped
from kit.check.board_python import LIST_SLOT_BYTES
from kit.check.constants import number
from kit.check.finding import Finding, Severity
from kit.check.program import Program
from kit.check.references import handlers, path
from kit.check.target import Target
from kit.i18n import _

_ENORMOUS = 10**12
_GROWS = frozenset({"append", "extend", "insert"})


def check(program: Program, _target: Target) -> Iterator[Finding]:
    """Yield what takes too much memory."""
    for node in program.all(ast.expr):
        size = _size(program, node)
        if size > FREE_BYTES and not _is_inside_larger(program, node):
            yield program.find(
                node,
                "memory-large",
                _(
                    "This takes {size} bytes; the board has about {free} for your program.",
                    size=grouped(int(size)),
                    free=grouped(FREE_BYTES),
                ),
                _("Keep fewer values: only the last ones, or their sum."),
            )
    yield from _growing(program)


def _size(program: Program, node: ast.expr) -> float:
    """Return the bytes that an expression takes on an ESP32, at least; 0 if that is not known."""
    match node:
        case ast.BinOp(op=ast.Mult(), left=left, right=right):
            return max(_repeated(program, left, right), _repeated(program, right, left))
        case ast.BinOp(op=ast.Pow(), left=left, right=right):
            return _size_of_power(number(program, left), _exponent(program, right))
        case ast.Call(args=[argument], keywords=[]):
            return _size_of_call(program, path(program, node.func), argument)
        case _:
            return _data(node)


def _exponent(program: Program, node: ast.expr) -> float | None:
    """Return the number that an exponent is, or one as large where it is a power too large."""
    known = number(program, node)
    if known is not None or not isinstance(node, ast.BinOp) or not isinstance(node.op, ast.Pow):
        return known
    base, exponent = number(program, node.left), number(program, node.right)
    return _ENORMOUS if _size_of_power(base, exponent) else None


def _size_of_power(base: float | None, exponent: float | None) -> float:
    """Return the bytes of a power of whole numbers: 10 ** 10 ** 8 is never worked out."""
    if not isinstance(base, int) or not isinstance(exponent, int) or exponent < 1:
        return 0
    return (abs(base).bit_length() - 1) * min(exponent, _ENORMOUS) / 8


def _repeated(program: Program, data: ast.expr, times: ast.expr) -> float:
    return max(0, number(program, times) or 0) * _data(data)


def _data(node: ast.expr) -> int:
    """Return the bytes of a text, of bytes, or of the places of a list; 0 of anything else."""
    match node:
        case ast.Constant(value=str() | bytes() as data):
            return len(data)
        case ast.List() | ast.Tuple():
            return len(node.elts) * LIST_SLOT_BYTES
        case _:
            return 0


def _size_of_call(program: Program, name: str, argument: ast.expr) -> float:
    if name in ("builtins.bytearray", "builtins.bytes"):
        return max(0.0, number(program, argument) or 0)
    if name in ("builtins.list", "builtins.tuple") and isinstance(argument, ast.Call):
        bounds = [number(program, bound) for bound in argument.args]
        if path(program, argument.func) == "builtins.range" and len(bounds) == 1:
            return max(0.0, bounds[0] or 0) * LIST_SLOT_BYTES
    return 0


def _is_inside_larger(program: Program, node: ast.expr) -> bool:
    return any(
        isinstance(outer, ast.expr) and _size(program, outer) > FREE_BYTES
        for outer in program.ancestors(node)
    )


def _growing(program: Program) -> Iterator[Finding]:
    """Yield where a list of the module gets longer at each call, and nothing ever shortens it."""
    again = {handler.function for handler in handlers(program)}
    said: set[str] = set()
    for name in program.all(ast.Name):
        if name.id in said or program.function(name) not in again:
            continue
        home = program.lookup(name.id, program.scope(name))
        if home is not program.module or not _adds(program, name):
            continue
        if _starts_as_list(program, name.id) and not _is_cut(program, name.id):
            said.add(name.id)
            yield program.find(
                name,
                "list-grows",
                _("The list “{name}” only gets longer: one day the memory is full.", name=name.id),
                _("Keep its last values only: {code}", code=f"del {name.id}[:-10]"),
                Severity.WARNING,
            )


def _adds(program: Program, name: ast.Name) -> bool:
    outer = program.parent(name)
    if isinstance(outer, ast.AugAssign):
        return outer.target is name and isinstance(outer.op, ast.Add)
    call = program.parent(outer) if outer is not None else None
    return (
        isinstance(outer, ast.Attribute)
        and outer.attr in _GROWS
        and isinstance(call, ast.Call)
        and call.func is outer
    )


def _starts_as_list(program: Program, name: str) -> bool:
    values = [program.parent(binding) for binding in program.module.bound[name]]
    return any(isinstance(v, ast.Assign) and isinstance(v.value, ast.List) for v in values)


def _is_cut(program: Program, name: str) -> bool:
    """Whether anything may shorten the list, or looks at how long it is."""
    return any(
        _may_shorten(program, node)
        for node in program.all(ast.Name)
        if node.id == name and program.lookup(name, program.scope(node)) is program.module
    )


def _may_shorten(program: Program, node: ast.Name) -> bool:
    match program.parent(node):
        case ast.Attribute(attr=attribute):
            return attribute not in _GROWS
        case ast.Call(func=function):
            return path(program, function) not in _ONLY_LOOK
        case ast.Subscript(ctx=context):
            return not isinstance(context, ast.Load)
        case ast.Assign(value=value) if value is node:  # it has another name, too
            return True
        case ast.Delete() | ast.Return() | ast.keyword():
            return True
        case _:
            set_again = not isinstance(node.ctx, ast.Load) and program.function(node) is not None
            return set_again and not _adds(program, node)


_ONLY_LOOK = frozenset(
    f"builtins.{name}" for name in ("print", "sum", "min", "max", "sorted", "str", "enumerate")
)
