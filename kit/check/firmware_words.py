"""What a program can say to the firmware: read from the firmware's own source, never imported.

So a new word of ``device/fabnum/station.py`` is known here as soon as it is written there.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

from kit.firmware import DEVICE, parse

STATION = "fabnum.station"
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_LEARNERS_FUNCTION = "_Function"  # the type that station.py gives a learner's function
_NEEDS_RUN = "_running"  # the function of station.py that fails before station.run()


class Kind(StrEnum):
    """How a word is used: called; as ``@word(…)``; as ``@word``."""

    PLAIN = "plain"
    DECORATOR_WITH_ARGUMENTS = "decorator with arguments"
    DECORATOR = "decorator"


@dataclass(frozen=True)
class Parameter:
    """One parameter of a word. ``positional``: it can be given without its name."""

    name: str
    required: bool
    positional: bool


@dataclass(frozen=True)
class Word:
    """A function of the firmware. ``more``: takes any positional arguments; ``named``: any names.

    ``returns`` is the class that it gives, where it says so; ``needs_run``: only works once
    ``station.run()`` has started.
    """

    name: str
    parameters: tuple[Parameter, ...]
    more: bool
    named: bool
    is_async: bool
    returns: str
    kind: Kind
    needs_run: bool

    def parameter(self, name: str) -> Parameter | None:
        """Return the parameter of that name, or ``None``."""
        return next((p for p in self.parameters if p.name == name), None)


@dataclass(frozen=True)
class Thing:
    """A class of the firmware: its methods, and the names of all it has.

    ``open``: it may have more than its source says.
    """

    name: str
    methods: dict[str, Word]
    names: frozenset[str]
    create: Word
    open: bool


@dataclass(frozen=True)
class Module:
    """A module of the firmware. ``open``: it may have more names than its source says."""

    words: dict[str, Word]
    things: dict[str, Thing]
    names: frozenset[str]
    open: bool

    @property
    def public(self) -> list[str]:
        """The names that programs are meant to use."""
        return sorted(name for name in {*self.words, *self.things} if not name.startswith("_"))


@cache
def module(dotted: str) -> Module | None:
    """Return what a module of the firmware has (``fabnum.station``); ``None`` if there is none."""
    path = path_of(dotted)
    if path is None:
        return None
    tree = parse(path.read_text(encoding="utf-8"))
    names: set[str] = set()
    words: dict[str, Word] = {}
    things: dict[str, Thing] = {}
    defined, says_what_is_loaded = _declared(tree)
    for node in defined:
        names.update(_names_of(node))
        if isinstance(node, _FUNCTIONS):
            words[node.name] = _word(node)
        elif isinstance(node, ast.ClassDef):
            things[node.name] = _thing(node)
    unsure = "__getattr__" in names and not says_what_is_loaded
    return Module(words, things, frozenset(names), unsure)


@cache
def commands() -> frozenset[str]:
    """Return the commands that every object knows, whatever its build."""
    path = path_of("fabnum.commands")
    assert path is not None, "device/fabnum/commands.py is missing"
    for node in parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and _text(node.targets[0]) == "BUILT_IN":
            return frozenset(ast.literal_eval(node.value))
    return frozenset()


def _declared(tree: ast.Module) -> tuple[list[ast.stmt], bool]:
    """Return what a module defines, and whether it declares functions for type checkers only.

    So it names those that its ``__getattr__`` loads when they are used.
    """
    found: list[ast.stmt] = []
    late: list[ast.stmt] = []
    for node in tree.body:
        if isinstance(node, ast.If) and _text(node.test) == "TYPE_CHECKING":
            late += node.body
        else:
            found.append(node)
    return found + late, any(isinstance(node, _FUNCTIONS) for node in late)


def path_of(dotted: str) -> Path | None:
    """Return the file of a module of the firmware or of a driver; ``None`` if there is none."""
    parts = dotted.split(".")
    if not all(part.isidentifier() for part in parts) or parts[0] not in ("fabnum", "drivers"):
        return None
    folder = DEVICE.joinpath(*parts)
    candidates = (folder.with_suffix(".py"), folder / "__init__.py")
    return next((path for path in candidates if path.is_file()), None)


def modules() -> list[str]:
    """Return the names of all modules of the firmware and of all drivers."""
    return [
        ".".join(path.relative_to(DEVICE).with_suffix("").parts)
        for folder in ("fabnum", "drivers")
        for path in sorted((DEVICE / folder).rglob("*.py"))
        if path.name != "__init__.py"
    ]


def station() -> Module:
    """Return the vocabulary."""
    found = module(STATION)
    assert found is not None, "device/fabnum/station.py is missing"
    return found


def thing(name: str) -> Thing | None:
    """Return the class of that name that the vocabulary hands out: ``Part``, ``Lamp``."""
    for dotted in _imported_from(STATION, name):
        home = module(dotted)
        if home is not None and name in home.things:
            return home.things[name]
    return None


@cache
def _imported_from(dotted: str, name: str) -> tuple[str, ...]:
    """Return the modules that a module imports ``name`` from, for its types or inside functions."""
    path = path_of(dotted)
    if path is None:
        return ()
    tree = parse(path.read_text(encoding="utf-8"))
    return tuple(
        node.module
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module
        if any(alias.name == name for alias in node.names)
    )


def driver_has(driver: str, method: str) -> bool:
    """Return whether a driver's source has a method of that name."""
    found = module("drivers." + driver)
    return found is None or any(method in thing.methods for thing in found.things.values())


def _names_of(node: ast.stmt) -> Iterator[str]:
    if isinstance(node, (*_FUNCTIONS, ast.ClassDef)):
        yield node.name
        return
    for inner in ast.walk(node):
        if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Store):
            yield inner.id
        elif isinstance(inner, ast.alias):
            yield inner.asname or inner.name.split(".")[0]


def _thing(node: ast.ClassDef) -> Thing:
    methods: dict[str, Word] = {}
    names: set[str] = set()
    create = _word(node)
    for statement in node.body:
        if not isinstance(statement, _FUNCTIONS):
            names.update(_names_of(statement))
            continue
        names.add(statement.name)
        if statement.name == "__init__":
            create = _word(statement, bound=True)
        elif not statement.decorator_list:
            methods[statement.name] = _word(statement, bound=True)
    names.update(
        inner.attr
        for inner in ast.walk(node)
        if isinstance(inner, ast.Attribute) and isinstance(inner.ctx, ast.Store)
        if isinstance(inner.value, ast.Name) and inner.value.id == "self"
    )
    return Thing(
        node.name, methods, frozenset(names), create, bool(node.bases) or "__getattr__" in names
    )


def _word(
    node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef, *, bound: bool = False
) -> Word:
    if isinstance(node, ast.ClassDef):
        return Word(node.name, (), True, True, False, node.name, Kind.PLAIN, False)
    positional = [*node.args.posonlyargs, *node.args.args][1 if bound else 0 :]
    defaults = len(node.args.defaults)
    parameters = [
        Parameter(arg.arg, i < len(positional) - defaults, positional=True)
        for i, arg in enumerate(positional)
    ]
    parameters += [
        Parameter(arg.arg, default is None, positional=False)
        for arg, default in zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True)
    ]
    return Word(
        node.name,
        tuple(parameters),
        node.args.vararg is not None,
        node.args.kwarg is not None,
        isinstance(node, ast.AsyncFunctionDef),
        _class_in(node.returns),
        _kind(node),
        any(isinstance(n, ast.Name) and n.id == _NEEDS_RUN for n in ast.walk(node)),
    )


def _kind(node: ast.FunctionDef | ast.AsyncFunctionDef) -> Kind:
    returned = _text(node.returns)
    if _LEARNERS_FUNCTION not in returned:
        return Kind.PLAIN
    return Kind.DECORATOR_WITH_ARGUMENTS if "Callable" in returned else Kind.DECORATOR


def _class_in(annotation: ast.expr | None) -> str:
    returned = _text(annotation)
    return returned if returned.isidentifier() else ""


def _text(annotation: ast.expr | None) -> str:
    if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
        return annotation.value
    return "" if annotation is None else ast.unparse(annotation)
