"""Functions that call themselves without end."""

import ast
from collections.abc import Iterator

from kit.check.finding import Finding
from kit.check.program import Function, Program
from kit.check.references import handlers
from kit.check.target import Target
from kit.i18n import _

_SOMETIMES = (
    ast.If,
    ast.IfExp,
    ast.While,
    ast.For,
    ast.AsyncFor,
    ast.Try,
    ast.TryStar,
    ast.BoolOp,
    ast.Match,
    ast.Lambda,
    ast.ListComp,
    ast.SetComp,
    ast.DictComp,
    ast.GeneratorExp,
    ast.Assert,
    ast.With,
    ast.AsyncWith,
)
_LEAVES = (ast.Return, ast.Raise, ast.Yield, ast.YieldFrom)


def check(program: Program, _target: Target) -> Iterator[Finding]:
    """Yield the calls that a function always makes of itself."""
    called_again = {
        handler.function for handler in handlers(program) if handler.word.name == "every"
    }
    for function in program.functions():
        call = _always_itself(program, function)
        if call is None:
            continue
        yield program.find(
            call,
            "recursion-endless",
            _("The function “{name}” calls itself, without end.", name=function.name),
            _("Delete this line: {code} calls it again already.", code="@station.every")
            if function in called_again
            else _("Call it only under a condition: {code}", code="if …:"),
        )


def _always_itself(program: Program, function: Function) -> ast.Call | None:
    for statement in function.body:
        for node in program.within([statement]):
            if not isinstance(node, ast.Call) or program.own_function(node.func) is not function:
                continue
            if _is_reached(program, node, statement) and _runs(program, node, function):
                return node
        if any(isinstance(node, _LEAVES) for node in program.within([statement])):
            return None  # perhaps it is left here
    return None


def _is_reached(program: Program, node: ast.AST, statement: ast.stmt) -> bool:
    if isinstance(statement, _SOMETIMES):
        return False
    for outer in program.ancestors(node):
        if isinstance(outer, _SOMETIMES):
            return False
        if outer is statement:
            break
    return True


def _runs(program: Program, call: ast.Call, function: Function) -> bool:
    return isinstance(function, ast.FunctionDef) or isinstance(program.parent(call), ast.Await)
