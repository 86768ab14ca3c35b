"""A learner's program as a tree, with the scope and the surroundings of every place in it.

Nothing here calls itself: a program may be nested as deeply as Python reads it.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeVar

from kit.check.finding import Finding, Place, Severity, at

Function = ast.FunctionDef | ast.AsyncFunctionDef
Loop = ast.While | ast.For | ast.AsyncFor

_Node = TypeVar("_Node", bound=ast.AST)

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_WITHOUT_PLACE = (ast.expr_context, ast.operator, ast.unaryop, ast.cmpop, ast.boolop)
"""Nodes that stand in a tree many times over, as one and the same object."""


_LONGEST_TEXT = 60


@dataclass(eq=False)
class Scope:
    """Where names live: the module, a function, a lambda, a class or a comprehension.

    ``bound``: by name, the nodes that give it a value here. ``declared``: names that a ``global``
    or ``nonlocal`` here hands to a scope outside.
    """

    node: ast.AST
    outer: "Scope | None" = None
    bound: dict[str, list[ast.AST]] = field(default_factory=dict)
    declared: set[str] = field(default_factory=set)

    def bind(self, name: str, node: ast.AST) -> None:
        """Note that ``node`` gives ``name`` a value."""
        self.bound.setdefault(name, []).append(node)


class Program:
    """The tree of a program, walked once. ``nodes``: all of them, in the order of the text."""

    def __init__(self, source: str, tree: ast.Module) -> None:
        self.source = source
        self.lines = lines_of(source)
        self.tree = tree
        self.module = Scope(tree)
        self.nodes: list[ast.AST] = []
        self._parents: dict[ast.AST, ast.AST] = {}
        self._scopes: dict[ast.AST, Scope] = {}
        self._inner: dict[ast.AST, Scope] = {tree: self.module}
        self._walk()
        self._hand_over_declared()

    def all(self, kind: type[_Node]) -> Iterator[_Node]:
        """Yield the nodes of a kind, in the order of the text."""
        return (node for node in self.nodes if isinstance(node, kind))

    def functions(self) -> Iterator[Function]:
        """Yield the program's own functions, plain and async."""
        return (node for node in self.nodes if isinstance(node, _FUNCTIONS))

    def parent(self, node: ast.AST) -> ast.AST | None:
        """Return the node that ``node`` stands in; ``None`` of the module."""
        return self._parents.get(node)

    def ancestors(self, node: ast.AST) -> Iterator[ast.AST]:
        """Yield what ``node`` stands in, from the innermost to the module."""
        outer = self._parents.get(node)
        while outer is not None:
            yield outer
            outer = self._parents.get(outer)

    def scope(self, node: ast.AST) -> Scope:
        """Return the scope in which ``node`` is read."""
        return self._scopes[node]

    def inside(self, function: ast.AST) -> Scope:
        """Return the scope that a function, lambda, class or comprehension opens."""
        return self._inner[function]

    def function(self, node: ast.AST) -> Function | ast.Lambda | None:
        """Return the function whose work ``node`` is part of; ``None`` at the program's top."""
        scope: Scope | None = self._scopes[node]
        while scope is not None and not isinstance(scope.node, (*_FUNCTIONS, ast.Lambda)):
            scope = scope.outer
        return None if scope is None else scope.node  # type: ignore[return-value]

    def top_statement(self, node: ast.AST) -> ast.AST:
        """Return the statement of the module that ``node`` stands in."""
        top = node
        for outer in self.ancestors(node):
            if outer is self.tree:
                break
            top = outer
        return top

    def lookup(self, name: str, scope: Scope) -> Scope | None:
        """Return the scope that a name read in ``scope`` comes from; ``None`` if from none."""
        inner: Scope | None = scope
        while inner is not None:
            hidden = inner is not scope and isinstance(inner.node, ast.ClassDef)
            if name in inner.bound and not hidden:
                return inner
            inner = inner.outer
        return None

    def bindings(self, name: ast.Name) -> list[ast.AST]:
        """Return the nodes that give a value to the variable that ``name`` reads."""
        scope = self.lookup(name.id, self.scope(name))
        return [] if scope is None else scope.bound[name.id]

    def only_value(self, name: ast.Name) -> ast.expr | None:
        """Return what the variable is set to, if that happens in one place and plainly."""
        bindings = self.bindings(name)
        if len(bindings) != 1:
            return None
        assignment = self.parent(bindings[0])
        if isinstance(assignment, ast.Assign) and bindings[0] in assignment.targets:
            return assignment.value
        if isinstance(assignment, ast.AnnAssign) and assignment.target is bindings[0]:
            return assignment.value
        return None

    def own_function(self, node: ast.expr) -> Function | None:
        """Return the program's own function that an expression names, if it is one for sure."""
        if not isinstance(node, ast.Name):
            return None
        bindings = self.bindings(node)
        if len(bindings) == 1 and isinstance(bindings[0], _FUNCTIONS):
            return bindings[0]
        return None

    def within(self, body: list[ast.stmt]) -> Iterator[ast.AST]:
        """Yield what is run with these statements: not what functions inside only hold ready."""
        stack: list[ast.AST] = list(reversed(body))
        while stack:
            node = stack.pop()
            yield node
            if not isinstance(node, (*_FUNCTIONS, ast.Lambda, ast.ClassDef)):
                stack.extend(reversed(list(ast.iter_child_nodes(node))))

    def text(self, node: ast.expr) -> str:
        """Return how an expression is written, cut short where it is long."""
        line = self.lines[node.lineno - 1]
        place = at(node, self.lines, "", "", "")
        written = line[place.column - 1 : place.column - 1 + place.width]
        whole = node.end_lineno == node.lineno and len(written) <= _LONGEST_TEXT
        return written if whole else written[: _LONGEST_TEXT - 1].rstrip() + "…"

    def find(
        self,
        node: Place,
        code: str,
        message: str,
        action: str,
        severity: Severity = Severity.ERROR,
    ) -> Finding:
        """Return a finding about a node of this program."""
        return at(node, self.lines, code, message, action, severity)

    def _walk(self) -> None:
        stack: list[tuple[ast.AST, ast.AST | None, Scope]] = [(self.tree, None, self.module)]
        while stack:
            node, parent, scope = stack.pop()
            self.nodes.append(node)
            self._scopes[node] = scope
            if parent is not None:
                self._parents[node] = parent
            self._bind(node, scope)
            children = [
                (child, node, inner)
                for child, inner in self._children(node, scope)
                if not isinstance(child, _WITHOUT_PLACE)
            ]
            stack.extend(reversed(children))

    def _children(self, node: ast.AST, scope: Scope) -> list[tuple[ast.AST, Scope]]:
        """Return the nodes directly in ``node``, each with the scope in which it is read."""
        inside: list[ast.AST] = []
        inner = outer = scope
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                inside, inner = [node.args, *node.body], self._open(node, scope)
            case ast.Lambda():
                inside, inner = [node.args, node.body], self._open(node, scope)
            case ast.ClassDef():
                inside, inner = [*node.body], self._open(node, scope)
            case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
                outer = self._open(node, scope)
            case ast.arguments() | ast.arg():
                # Defaults and annotations are worked out where the function is defined.
                inside = [
                    child for child in ast.iter_child_nodes(node) if isinstance(child, ast.arg)
                ]
                outer = scope.outer or scope
            case ast.comprehension() if _is_first(node, scope):
                inside = [node.target, *node.ifs]
                outer = scope.outer or scope
            case _:
                pass
        held = {id(child) for child in inside}
        return [
            (child, inner if id(child) in held else outer) for child in ast.iter_child_nodes(node)
        ]

    def _open(self, node: ast.AST, scope: Scope) -> Scope:
        self._inner[node] = Scope(node, scope)
        return self._inner[node]

    def _bind(self, node: ast.AST, scope: Scope) -> None:
        match node:
            case ast.Name(ctx=ast.Store() | ast.Del()):
                if isinstance(self._parents.get(node), ast.NamedExpr):
                    while isinstance(scope.node, _COMPREHENSIONS) and scope.outer is not None:
                        scope = scope.outer
                scope.bind(node.id, node)
            case ast.arg():
                scope.bind(node.arg, node)
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                scope.bind(node.name, node)
            case ast.alias() if node.name != "*":
                scope.bind(node.asname or node.name.split(".")[0], node)
            case (
                ast.ExceptHandler(name=str(name))
                | ast.MatchAs(name=str(name))
                | ast.MatchStar(name=str(name))
                | ast.MatchMapping(rest=str(name))
            ):
                scope.bind(name, node)
            case ast.Global() | ast.Nonlocal():
                scope.declared.update(node.names)
            case _:
                pass

    def _hand_over_declared(self) -> None:
        for scope in self._inner.values():
            for name in scope.declared & scope.bound.keys():
                if scope is self.module:
                    continue
                outer = self._declared_home(scope, name)
                for node in scope.bound.pop(name):
                    outer.bind(name, node)

    def _declared_home(self, scope: Scope, name: str) -> Scope:
        outer = scope.outer
        body = scope.node.body if isinstance(scope.node, _FUNCTIONS) else []
        if any(isinstance(n, ast.Global) and name in n.names for n in self.within(body)):
            return self.module
        while outer is not None and outer is not self.module:
            if name in outer.bound:
                return outer
            outer = outer.outer
        return self.module


def _is_first(node: ast.comprehension, scope: Scope) -> bool:
    """Whether it is the first ``for`` of its comprehension, whose data are worked out outside."""
    return isinstance(scope.node, _COMPREHENSIONS) and scope.node.generators[0] is node


def lines_of(source: str) -> list[str]:
    """Return the lines of a text as Python counts them: a form feed ends none."""
    return source.replace("\r\n", "\n").replace("\r", "\n").split("\n")
