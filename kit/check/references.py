"""What a name in a program stands for: a word of the firmware, a part, a module of the board."""

import ast
from dataclasses import dataclass
from itertools import chain

from kit.check import firmware_words
from kit.check.board_python import AWAITED, BUILTINS, plain
from kit.check.firmware_words import STATION, Kind, Thing, Word
from kit.check.program import Function, Program

_AS_BUILT_IN = "builtins"


def path(program: Program, node: ast.AST) -> str:
    """Return what an expression stands for, as ``fabnum.station.every``; empty if that is unsure.

    A built-in function is ``builtins.print``.
    """
    attributes: list[str] = []
    while isinstance(node, ast.Attribute):
        attributes.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return ""
    start = _of_name(program, node)
    return ".".join([start, *reversed(attributes)]) if start else ""


def word(program: Program, node: ast.AST) -> Word | None:
    """Return the word of the vocabulary that an expression names, or ``None``."""
    module, _, name = path(program, node).rpartition(".")
    return firmware_words.station().words.get(name) if module == STATION else None


def thing(program: Program, node: ast.expr) -> Thing | None:
    """Return the class of what an expression gives, where that is one of the firmware's."""
    if isinstance(node, ast.Name):
        value = program.only_value(node)
        return None if value is None or isinstance(value, ast.Name) else thing(program, value)
    if not isinstance(node, ast.Call):
        return None
    said = word(program, node.func)
    if said is not None:
        return firmware_words.thing(said.returns) if said.returns else None
    module, _, name = path(program, node.func).rpartition(".")
    home = firmware_words.module(module) if module else None
    return home.things.get(name) if home else None


def called(program: Program, call: ast.Call) -> Word | None:
    """Return the firmware's function or method that a call is of, or ``None``."""
    said = word(program, call.func)
    if said is not None:
        return said
    if isinstance(call.func, ast.Attribute):
        return method(program, call.func)
    module, _, name = path(program, call.func).rpartition(".")
    home = firmware_words.module(module) if module else None
    return home.things[name].create if home and name in home.things else None


def method(program: Program, node: ast.Attribute) -> Word | None:
    """Return the firmware's method that ``thing.name`` names, or ``None``."""
    owner = thing(program, node.value)
    return owner.methods.get(node.attr) if owner else None


def part_id(program: Program, node: ast.expr) -> str:
    """Return the id of the part that an expression gives; empty if it is no part for sure."""
    if isinstance(node, ast.Name):
        value = program.only_value(node)
        return "" if value is None or isinstance(value, ast.Name) else part_id(program, value)
    if not isinstance(node, ast.Call) or not node.args:
        return ""
    said = word(program, node.func)
    if said is None or said.returns != "Part" or not isinstance(node.args[0], ast.Constant):
        return ""
    return str(node.args[0].value)


def is_async(program: Program, call: ast.Call) -> bool | None:
    """Return whether a call must be awaited; ``None`` if that is not known."""
    own = program.own_function(call.func)
    if own is not None:
        return _own_is_async(program, own)
    known = called(program, call)
    if known is not None:
        return known.is_async
    module, _, name = path(program, call.func).rpartition(".")
    if name in AWAITED.get(module, ()):
        return True
    if module in ("time", _AS_BUILT_IN) and name not in ("eval", "exec", "getattr", "next"):
        return False
    return None


@dataclass(frozen=True)
class Handler:
    """A function of the program that the firmware calls. ``word``: by which word it was given."""

    function: Function
    word: Word
    given: ast.expr
    call: ast.Call | None


def handlers(program: Program) -> list[Handler]:
    """Return the functions that the program hands to the firmware, with ``@`` or by a call."""
    found = []
    for function in program.functions():
        for decorator in function.decorator_list:
            call = decorator if isinstance(decorator, ast.Call) else None
            said = word(program, call.func if call else decorator)
            wanted = Kind.DECORATOR_WITH_ARGUMENTS if call else Kind.DECORATOR
            if said is not None and said.kind is wanted:
                found.append(Handler(function, said, decorator, call))
    for call in program.all(ast.Call):
        inner = call.func if isinstance(call.func, ast.Call) else None
        said = word(program, inner.func if inner else call.func)
        wanted = Kind.DECORATOR_WITH_ARGUMENTS if inner else Kind.DECORATOR
        if said is None or said.kind is not wanted or len(call.args) != 1:
            continue
        own = program.own_function(call.args[0])
        if own is not None:
            found.append(Handler(own, said, call, inner))
    return found


def uses_station(program: Program) -> bool:
    """Return whether the program is one of the kit's: it imports ``station``."""
    for node in chain(program.all(ast.Import), program.all(ast.ImportFrom)):
        for alias in getattr(node, "names", ()):
            origin = getattr(node, "module", None)
            whole = f"{origin}.{alias.name}" if origin else alias.name
            if (whole + ".").startswith(STATION + "."):
                return True
    return False


def _own_is_async(program: Program, function: Function) -> bool | None:
    if function.decorator_list and not all(
        word(program, d.func if isinstance(d, ast.Call) else d) for d in function.decorator_list
    ):
        return None
    body = list(program.within(function.body))
    if isinstance(function, ast.AsyncFunctionDef):
        return not any(isinstance(node, (ast.Yield, ast.YieldFrom)) for node in body) or None
    # A plain function may hand on what has to be awaited.
    gives = (ast.Return, ast.Yield, ast.YieldFrom)
    if any(isinstance(node, gives) and node.value is not None for node in body):
        return None
    return False


def _of_name(program: Program, name: ast.Name) -> str:
    bindings = program.bindings(name)
    if not bindings:
        return f"{_AS_BUILT_IN}.{name.id}" if name.id in BUILTINS else ""
    origins = {_of_import(program, binding) for binding in bindings}
    return origins.pop() if len(origins) == 1 else ""


def _of_import(program: Program, binding: ast.AST) -> str:
    if not isinstance(binding, ast.alias):
        return ""
    statement = program.parent(binding)
    if isinstance(statement, ast.ImportFrom):
        return f"{plain(statement.module)}.{binding.name}" if statement.module else ""
    return plain(binding.name if binding.asname else binding.name.split(".")[0])
