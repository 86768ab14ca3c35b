"""Numbers and texts that stand in a program, as far as they can be worked out for sure."""

import ast
import operator

from kit.check.program import Program

_DEPTH = 20
_LARGEST = 10**12
_OPERATIONS = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.FloorDiv: operator.floordiv,
    ast.Div: operator.truediv,
    ast.LShift: lambda a, b: a << b if 0 <= b < 40 else None,
    ast.Pow: lambda a, b: a**b if 0 <= b < 40 and abs(a) <= 1000 else None,
}


def number(program: Program, node: ast.expr, depth: int = _DEPTH) -> int | float | None:
    """Return the number that an expression always is; ``None`` if that is not sure."""
    match node:
        case _ if depth == 0:
            given = None
        case ast.Constant(value=int() | float() as value) if not isinstance(value, bool):
            return value if abs(value) <= _LARGEST else None
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            positive = number(program, operand, depth - 1)
            return None if positive is None else -positive
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _OPERATIONS:
            a, b = number(program, left, depth - 1), number(program, right, depth - 1)
            return None if a is None or b is None else _worked_out(type(op), a, b)
        case ast.Name():
            given = program.only_value(node)
        case ast.Call(func=ast.Name(id="const"), args=[inner]):
            given = inner
        case _:
            given = None
    return None if given is None else number(program, given, depth - 1)


def text(program: Program, node: ast.expr) -> str | None:
    """Return the text that an expression always is; ``None`` if that is not sure."""
    if isinstance(node, ast.Name):
        value = program.only_value(node)
        node = value if isinstance(value, ast.Constant) else node
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    return None


def _worked_out(operation: type[ast.operator], a: float, b: float) -> int | float | None:
    try:
        result: int | float | None = _OPERATIONS[operation](a, b)  # type: ignore[no-untyped-call]
    except (ArithmeticError, TypeError, ValueError):
        return None
    return result if isinstance(result, (int, float)) and abs(result) <= _LARGEST else None
