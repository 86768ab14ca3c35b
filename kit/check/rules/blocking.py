"""Loops that let nothing else run: no Wi-Fi, no button, no rescue."""

import ast
from collections.abc import Iterator
from itertools import chain

from kit.check.constants import number
from kit.check.finding import Finding
from kit.check.program import Loop, Program
from kit.check.references import path, uses_station
from kit.check.target import Target
from kit.i18n import _

MANY_TURNS = 200_000
"""An ESP32 does about a hundred thousand simple lines a second: two seconds and more."""

_WAYS_OUT = (
    ast.Await,
    ast.AsyncFor,
    ast.AsyncWith,
    ast.Return,
    ast.Raise,
    ast.Yield,
    ast.YieldFrom,
)
_EVERY = "@station.every(60)"


def check(program: Program, _target: Target) -> Iterator[Finding]:
    """Yield the loops that stop everything else."""
    if not uses_station(program):
        return
    loops: Iterator[ast.While | ast.For] = chain(program.all(ast.While), program.all(ast.For))
    for loop in loops:
        if _has_way_out(program, loop):
            continue
        if isinstance(loop, ast.While) and _never_ends(program, loop):
            yield _endless(program, loop)
        elif isinstance(loop, ast.For):
            turns = _turns(program, loop)
            if turns >= MANY_TURNS:
                yield program.find(
                    loop,
                    "loop-long",
                    _("While this loop makes its {n} turns, nothing else runs.", n=turns),
                    _(
                        "Make fewer turns, or wait a moment in each: {code}",
                        code="await asyncio.sleep(0)",
                    ),
                )


def is_endless(program: Program, loop: ast.While) -> bool:
    """Return whether a loop never ends and waits nowhere."""
    return not _has_way_out(program, loop) and _never_ends(program, loop)


def _endless(program: Program, loop: ast.While) -> Finding:
    function = program.function(loop)
    if function is None:
        action = _("Put what it does into a function under {code}", code=_EVERY)
    elif isinstance(function, ast.AsyncFunctionDef):
        action = _("Wait a moment in each turn: {code}", code="await asyncio.sleep(1)")
    else:
        action = _("Delete the loop, and have the function called by {code}", code=_EVERY)
    return program.find(
        loop,
        "loop-endless",
        _("This loop never ends, and nothing else runs meanwhile."),
        action,
    )


def _has_way_out(program: Program, loop: Loop) -> bool:
    """Whether a loop waits, or may be left from inside."""
    for node in program.within(loop.body):
        if isinstance(node, _WAYS_OUT):
            return True
        if isinstance(node, ast.Break) and _loop_of(program, node) is loop:
            return True
        if isinstance(node, ast.Call) and path(program, node.func) in _LEAVE:
            return True
    return False


_LEAVE = frozenset(
    {"sys.exit", "machine.reset", "machine.soft_reset", "machine.deepsleep", "fabnum.station.run"}
)


def _loop_of(program: Program, node: ast.AST) -> ast.AST | None:
    loops = (ast.While, ast.For, ast.AsyncFor)
    return next((outer for outer in program.ancestors(node) if isinstance(outer, loops)), None)


def _never_ends(program: Program, loop: ast.While) -> bool:
    test = loop.test
    if isinstance(test, ast.Constant):
        return bool(test.value)
    names = [node for node in ast.walk(test) if isinstance(node, ast.Name)]
    if not names or not _is_simple(test):
        return False
    return all(_stays(program, name, loop) for name in names)


def _is_simple(test: ast.expr) -> bool:
    """Whether a condition is one name, or compares names with numbers."""
    if isinstance(test, ast.Name):
        return True
    return isinstance(test, ast.Compare) and all(
        isinstance(side, (ast.Name, ast.Constant)) for side in [test.left, *test.comparators]
    )


def _stays(program: Program, name: ast.Name, loop: ast.While) -> bool:
    """Whether a variable is a number or a truth value for sure, and nothing in the loop sets it."""
    home = program.lookup(name.id, program.scope(name))
    if home is None:
        return False
    for binding in home.bound[name.id]:
        if loop in program.ancestors(binding) or program.scope(binding) is not home:
            return False
        if program.function(binding) is not program.function(loop):
            return False
        assignment = program.parent(binding)
        if not isinstance(assignment, ast.Assign) or not isinstance(assignment.value, ast.Constant):
            return False
    return True


def _turns(program: Program, loop: ast.For) -> int:
    """Return how often a loop over ``range(…)`` is run; 0 if that is not known."""
    call = loop.iter
    if not isinstance(call, ast.Call) or path(program, call.func) != "builtins.range":
        return 0
    bounds = [number(program, argument) for argument in call.args]
    if call.keywords or not 1 <= len(bounds) <= 3:
        return 0
    whole = [bound for bound in bounds if isinstance(bound, int)]
    if len(whole) != len(bounds) or (len(whole) == 3 and whole[2] == 0):
        return 0
    turns = range(*whole)
    return max(0, (turns.stop - turns.start + turns.step - (turns.step > 0)) // turns.step)
