"""``station.run()``: once, as the last line; and what only works after it."""

import ast
from collections.abc import Iterator
from itertools import chain

from kit.check.finding import Finding
from kit.check.firmware_words import STATION, station
from kit.check.program import Program
from kit.check.references import path, word
from kit.check.target import Target
from kit.i18n import _

_RUN = "station.run()"


def check(program: Program, _target: Target) -> Iterator[Finding]:
    """Yield what is wrong with the start of everything."""
    calls = [call for call in program.all(ast.Call) if path(program, call.func) == f"{STATION}.run"]
    if not calls:
        yield from _missing(program)
        return
    at_top = []
    for call in calls:
        if program.function(call) is None:
            at_top.append(call)
        elif len(calls) == 1 and not _is_started_from_top(program, call):
            yield program.find(
                call,
                "run-in-function",
                _("{code} stands inside a function that nothing calls.", code=_RUN),
                _("Write it as the last line, without spaces before it."),
            )
    for call in at_top[1:]:
        if not _is_alternative(program, call):
            yield program.find(
                call,
                "run-twice",
                _("{code} is there twice: the first never ends.", code=_RUN),
                _("Keep only the last line."),
            )
    if at_top:
        yield from _after(program, at_top[0])
        yield from _before(program, at_top[0])


def _missing(program: Program) -> Iterator[Finding]:
    used = [
        node
        for node in chain(program.all(ast.Attribute), program.all(ast.Name))
        if (said := word(program, node)) is not None and said.name not in ("setting", "run")
    ]
    if (
        not used
        or _is_meant(program)
        or any(
            said.name == "run"
            for n in chain(program.all(ast.Attribute), program.all(ast.Name))
            if (said := word(program, n))
        )
    ):
        return
    last = program.tree.body[-1]
    place = ast.Pass(
        lineno=last.end_lineno or last.lineno,
        col_offset=0,
        end_lineno=last.end_lineno or last.lineno,
        end_col_offset=last.end_col_offset,
    )
    yield program.find(
        place,
        "run-missing",
        _("Nothing starts: {code} is missing.", code=_RUN),
        _("Add it as the last line: {code}", code=_RUN),
    )


def _is_meant(program: Program) -> bool:
    """Whether ``run`` is asked of something that is not known: that is said already."""
    return any(
        node.attr == "run" and not path(program, node) for node in program.all(ast.Attribute)
    )


def _is_started_from_top(program: Program, call: ast.Call) -> bool:
    """Whether the function with this call may be called from the program's top."""
    function = program.function(call)
    name = getattr(function, "name", "")
    return not name or any(
        node.id == name and isinstance(node.ctx, ast.Load) for node in program.all(ast.Name)
    )


def _is_alternative(program: Program, call: ast.Call) -> bool:
    """Whether it may be that only one of several is reached."""
    return any(
        isinstance(outer, (ast.If, ast.Try, ast.TryStar, ast.IfExp, ast.Match))
        for outer in program.ancestors(call)
    )


def _after(program: Program, call: ast.Call) -> Iterator[Finding]:
    top = program.top_statement(call)
    if not isinstance(top, ast.Expr) or top.value is not call:
        return
    later = [
        s for s in program.tree.body[program.tree.body.index(top) + 1 :] if not _is_run(program, s)
    ]
    if later:
        yield program.find(
            call,
            "run-not-last",
            _("What follows {code} never runs: it does not end.", code=_RUN),
            _("Move it to the end of the program."),
        )


def _is_run(program: Program, statement: ast.stmt) -> bool:
    return (
        isinstance(statement, ast.Expr)
        and isinstance(statement.value, ast.Call)
        and path(program, statement.value.func) == f"{STATION}.run"
    )


def _before(program: Program, run: ast.Call) -> Iterator[Finding]:
    late = {word.name for word in station().words.values() if word.needs_run}
    for call in program.all(ast.Call):
        said = word(program, call.func)
        if said is None or said.name not in late or program.function(call) is not None:
            continue
        if call.lineno < run.lineno:
            yield program.find(
                call,
                "send-early",
                _("{word} comes before the start of everything.", word=program.text(call.func)),
                _("Move it into a function under {code}", code="@station.every(60)"),
            )
