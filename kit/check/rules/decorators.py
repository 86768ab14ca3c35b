"""The line above a function that says when it is called: forgotten, incomplete, or not fitting."""

import ast
from collections.abc import Iterator

from kit.check.finding import Finding, Severity
from kit.check.firmware_words import STATION, Kind
from kit.check.program import Function, Program
from kit.check.references import Handler, handlers, path, uses_station, word
from kit.check.target import Target
from kit.i18n import _

_CALLED_WITHOUT = frozenset({"every", "task", "on_press"})
"""The words whose function gets nothing."""

_CALLED_WITH_ONE = frozenset({"above", "below", "on_message", "follow"})
"""The words whose function gets the value, if it has a parameter."""

_EVERY = "station.every"


def check(program: Program, target: Target) -> Iterator[Finding]:
    """Yield the functions that would never be called, or not as they are written."""
    yield from _without_parentheses(program)
    yield from _empty_parentheses(program)
    yield from _without_at(program)
    given = handlers(program)
    for handler in given:
        yield from _parameters(program, handler, target)
    if uses_station(program):
        yield from _unused(program)


def _without_parentheses(program: Program) -> Iterator[Finding]:
    for function in program.functions():
        for decorator in function.decorator_list:
            said = word(program, decorator)
            if said is not None and said.kind is Kind.DECORATOR_WITH_ARGUMENTS:
                written = program.text(decorator)
                inside = "60" if said.name == "every" else '"…"'
                yield program.find(
                    decorator,
                    "decorator-without-parentheses",
                    _("The parentheses are missing after @{word}.", word=written),
                    _("Write: {code}", code=f"@{written}({inside})"),
                )


def _empty_parentheses(program: Program) -> Iterator[Finding]:
    for call in program.all(ast.Call):
        said = word(program, call.func)
        if said is not None and said.kind is Kind.DECORATOR and not call.args and not call.keywords:
            written = program.text(call.func)
            yield program.find(
                call,
                "decorator-with-parentheses",
                _("{word} is written without parentheses.", word=f"@{written}"),
                _("Write: {code}", code=f"@{written}"),
            )


def _without_at(program: Program) -> Iterator[Finding]:
    for statement in _lines_without_at(program):
        written = program.text(statement.value)
        yield program.find(
            statement.value,
            "at-missing",
            _("This line has no effect on the function below: its @ is missing."),
            _("Write: {code}", code=f"@{written}"),
        )


def _lines_without_at(program: Program) -> Iterator[ast.Expr]:
    for statement in program.all(ast.Expr):
        call = statement.value
        named = call.func if isinstance(call, ast.Call) else call
        said = word(program, named)
        if said is None or said.kind is Kind.PLAIN:
            continue
        if isinstance(call, ast.Call) and said.kind is Kind.DECORATOR:
            continue  # it is given its function between the parentheses
        yield statement


def _parameters(program: Program, handler: Handler, target: Target) -> Iterator[Finding]:
    arguments = handler.function.args
    required = [a.arg for a in [*arguments.posonlyargs, *arguments.args]]
    required = required[: len(required) - len(arguments.defaults)]
    if handler.word.name in _CALLED_WITHOUT and required:
        yield program.find(
            handler.function.args.args[0],
            "handler-parameters",
            _(
                "@{word} calls this function without any value.",
                word=f"station.{handler.word.name}",
            ),
            _(
                "Leave the parentheses of the function empty: {code}",
                code=f"def {handler.function.name}():",
            ),
        )
    elif handler.word.name in _CALLED_WITH_ONE and len(required) > 1:
        yield program.find(
            handler.function.args.args[1],
            "handler-parameters",
            _("@{word} gives this function one value only.", word=f"station.{handler.word.name}"),
            _("Keep one parameter: {code}", code=f"def {handler.function.name}({required[0]}):"),
        )
    elif handler.word.name == "on_command":
        yield from _command_parameters(program, handler, target)


def _command_parameters(program: Program, handler: Handler, target: Target) -> Iterator[Finding]:
    if handler.call is None or not handler.call.args or handler.function.args.kwarg is not None:
        return
    name = handler.call.args[0]
    commands = target.commands.get(str(name.value), []) if isinstance(name, ast.Constant) else []
    if len(commands) != 1:
        return
    wanted = list(commands[0].arguments)
    arguments = handler.function.args
    named = [a.arg for a in [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]]
    optional = len(arguments.defaults) + sum(d is not None for d in arguments.kw_defaults)
    if set(wanted) - set(named) or len(set(named) - set(wanted)) > optional:
        yield program.find(
            handler.given,
            "command-parameters",
            _("This command gives the function: {names}.", names=", ".join(wanted) or "–"),
            _("Write: {code}", code=f"def {handler.function.name}({', '.join(wanted)}):"),
        )


def _unused(program: Program) -> Iterator[Finding]:
    """Yield the functions that nothing names: most likely the line with @ was forgotten."""
    read = {n.id for n in program.all(ast.Name) if isinstance(n.ctx, ast.Load)}
    said = {statement.end_lineno for statement in _lines_without_at(program)}
    for function in program.functions():
        if function.name in read or not _is_plain(program, function):
            continue
        if function.lineno - 1 in said:
            continue
        if any(path(program, node) == f"{STATION}.run" for node in program.within(function.body)):
            continue  # rules/running.py says it better
        yield program.find(
            _headline(program, function),
            "function-unused",
            _("The function “{name}” is never called.", name=function.name),
            _("Say above it when to call it, for example: {code}", code=f"@{_EVERY}(60)"),
            Severity.WARNING,
        )


def _is_plain(program: Program, function: Function) -> bool:
    if function.decorator_list or function.name.startswith("_"):
        return False
    return program.parent(function) is program.tree and not any(
        path(program, name) in ("builtins.globals", "builtins.locals", "builtins.eval")
        for name in program.all(ast.Name)
    )


def _headline(program: Program, function: Function) -> ast.arg:
    """Return a place that marks ``def name`` and not the whole function."""
    line = program.lines[function.lineno - 1]
    end = line.encode(errors="replace").find(b"(", function.col_offset)
    return ast.arg(
        arg=function.name,
        lineno=function.lineno,
        col_offset=function.col_offset,
        end_lineno=function.lineno,
        end_col_offset=end if end > 0 else len(line.encode(errors="replace")),
    )
