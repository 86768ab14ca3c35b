"""Names that nothing has given a value: misspelt, forgotten, or not yet there."""

import ast
import builtins
from collections.abc import Iterator

from kit.check.board_python import BUILTINS
from kit.check.finding import Finding
from kit.check.nearest import nearest
from kit.check.program import Program, Scope
from kit.check.target import Target
from kit.i18n import _

_PC_BUILTINS = frozenset(name for name in dir(builtins) if not name.startswith("_"))
_IMPORTS = {
    **{name: f"from machine import {name}" for name in ("Pin", "ADC", "PWM", "I2C", "SoftI2C")},
    **{name: f"import {name}" for name in ("asyncio", "time", "random", "math", "json", "machine")},
    "NeoPixel": "from neopixel import NeoPixel",
    "Lamp": "from fabnum.lamp import Lamp",
    "station": "from fabnum import station",
}
"""What is used so often without being imported."""

_CATCHES = frozenset({"NameError", "Exception", "BaseException"})


def check(program: Program, _target: Target) -> Iterator[Finding]:
    """Yield the names that are not known where they are read, each once."""
    if _names_come_from_elsewhere(program):
        return
    said: set[str] = set()
    for name in program.all(ast.Name):
        if not isinstance(name.ctx, ast.Load) or _is_tried(program, name):
            continue
        home = program.lookup(name.id, program.scope(name))
        if home is None:
            if name.id not in BUILTINS | said and not name.id.startswith("__"):
                said.add(name.id)
                yield _unknown(program, name)
        elif home is program.module and _is_too_early(program, name, home):
            yield program.find(
                name,
                "name-early",
                _("“{name}” only gets its value further down.", name=name.id),
                _("Move the line that gives it its value above this one."),
            )
    yield from _without_value(program)


def _unknown(program: Program, name: ast.Name) -> Finding:
    if name.id in _PC_BUILTINS:
        return program.find(
            name,
            "name-not-on-board",
            _("Python on a PC knows “{name}”, but not the board’s.", name=name.id),
            _("Find another way without it."),
        )
    meant = nearest(name.id, _visible(program.scope(name)))
    if name.id in _IMPORTS:
        action = _("Add at the top of the program: {code}", code=_IMPORTS[name.id])
    elif meant:
        action = _("Did you mean “{near}”?", near=meant)
    else:
        action = _("Check its spelling, or give it a value above this line.")
    message = _("“{name}” is not known here.", name=name.id)
    return program.find(name, "name-unknown", message, action)


def _visible(scope: Scope | None) -> set[str]:
    known = {name for name in BUILTINS if not name.startswith("_")}
    while scope is not None:
        known |= scope.bound.keys()
        scope = scope.outer
    return known


def _is_too_early(program: Program, name: ast.Name, home: Scope) -> bool:
    """Whether the program's top reads a name in a statement before all that give it a value."""
    if name.id in BUILTINS or program.function(name) is not None:
        return False
    if program.scope(name) is not program.module:
        return False
    top = program.top_statement(name)
    # A loop may have given it its value the time before.
    if isinstance(top, (ast.While, ast.For, ast.AsyncFor)):
        return False
    bindings = home.bound[name.id]
    if any(isinstance(program.function(b), ast.AST) for b in bindings):
        return False  # a function with ``global`` may have been called
    order: dict[ast.AST, int] = {statement: i for i, statement in enumerate(program.tree.body)}
    first = min(
        order[statement] for b in bindings if (statement := program.top_statement(b)) in order
    )
    return order.get(top, first) < first


def _without_value(program: Program) -> Iterator[Finding]:
    """Yield variables that a function changes before they have a value in it."""
    for function in program.functions():
        inside = program.inside(function)
        for name, bindings in inside.bound.items():
            if not all(_changes_itself(program, binding, name) for binding in bindings):
                continue
            home = program.lookup(name, inside.outer) if inside.outer else None
            if home is program.module:
                yield program.find(
                    bindings[0],  # type: ignore[arg-type]
                    "global-missing",
                    _("“{name}” is given its first value outside of this function.", name=name),
                    _("Write as the first line of the function: {code}", code=f"global {name}"),
                )
            elif home is None:
                yield program.find(
                    bindings[0],  # type: ignore[arg-type]
                    "value-missing",
                    _("“{name}” has no value yet when this line changes it.", name=name),
                    _first_value(program, bindings[0], name),
                )


def _first_value(program: Program, binding: ast.AST, name: str) -> str:
    loops = (ast.While, ast.For, ast.AsyncFor)
    if any(isinstance(outer, loops) for outer in program.ancestors(binding)):
        return _("Write before the loop: {code}", code=f"{name} = 0")
    return _(
        "Write {value} above the function, and as its first line: {code}",
        value=f"{name} = 0",
        code=f"global {name}",
    )


def _changes_itself(program: Program, binding: ast.AST, name: str) -> bool:
    statement = program.parent(binding)
    if isinstance(statement, ast.AugAssign):
        return statement.target is binding
    if not isinstance(statement, ast.Assign) or binding not in statement.targets:
        return False
    return any(
        isinstance(node, ast.Name)
        and node.id == name
        and isinstance(node.ctx, ast.Load)
        and program.scope(node) is program.scope(statement)
        for node in ast.walk(statement.value)
    )


def _is_tried(program: Program, name: ast.Name) -> bool:
    """Whether the program expects that the name may be missing."""
    for outer in program.ancestors(name):
        if isinstance(outer, (ast.Try, ast.TryStar)):
            for handler in outer.handlers:
                caught = (
                    {n.id for n in ast.walk(handler.type) if isinstance(n, ast.Name)}
                    if handler.type
                    else _CATCHES
                )
                if caught & _CATCHES:
                    return True
    return False


def _names_come_from_elsewhere(program: Program) -> bool:
    stars = (alias.name == "*" for node in program.all(ast.ImportFrom) for alias in node.names)
    return any(stars) or any(
        name.id in ("exec", "execfile", "globals") for name in program.all(ast.Name)
    )
