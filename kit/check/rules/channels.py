"""Measures that the build does not have, and values that they cannot take."""

import ast
from collections.abc import Iterator

from kit.check.constants import number, text
from kit.check.finding import Finding
from kit.check.firmware_words import Word
from kit.check.program import Program
from kit.check.references import method, part_id, word
from kit.check.rules.arguments import argument
from kit.check.rules.parts import choice
from kit.check.target import Target
from kit.i18n import _

_BY_NAME = frozenset({"send", "show"})
"""The words that take values by the names of their channels."""

_BOUNDS = ("bound", "value", "limit", "threshold", "level")
_OF_OTHERS = frozenset({"follow"})
"""The words whose channel is another object's."""


def check(program: Program, target: Target) -> Iterator[Finding]:
    """Yield channels that are not there, and values out of their range."""
    for call in program.all(ast.Call):
        said = word(program, call.func)
        if said is None:
            continue
        if said.name in _BY_NAME and said.named:
            yield from _sent(program, call, target)
        yield from _named(program, call, said, target)
    yield from _read(program, target)
    yield from _with_point(program, target)


def _sent(program: Program, call: ast.Call, target: Target) -> Iterator[Finding]:
    for name, place, value in _values(call):
        if name not in target.channels:
            yield _unknown(program, place, name, target)
            continue
        wrong = isinstance(value, (ast.JoinedStr, ast.List, ast.Dict, ast.Set, ast.Tuple)) or (
            isinstance(value, ast.Constant)
            and (isinstance(value.value, (str, bytes)) or value.value is None)
        )
        if wrong:
            yield program.find(
                value,
                "value-no-number",
                _("What is sent as “{name}” must be a number.", name=name),
                _("Write the number without quotes or brackets."),
            )
        else:
            yield from _in_range(program, value, name, target)


def _values(call: ast.Call) -> Iterator[tuple[str, ast.expr | ast.keyword, ast.expr]]:
    """Yield (channel, its place, its value) for what a call gives by name."""
    for keyword in call.keywords:
        if keyword.arg is not None:
            yield keyword.arg, keyword, keyword.value
        elif isinstance(keyword.value, ast.Dict):
            for key, value in zip(keyword.value.keys, keyword.value.values, strict=True):
                if isinstance(key, ast.Constant) and isinstance(key.value, str):
                    yield key.value, key, value


def _named(program: Program, call: ast.Call, said: Word, target: Target) -> Iterator[Finding]:
    given = argument(call, said, "channel")
    if given is None:
        return
    named = text(program, given)
    where = Target() if said.name in _OF_OTHERS else target
    if named is None:
        return
    if named not in where.channels:
        yield _unknown(program, given, named, where)
        return
    for parameter in said.parameters:
        bound = argument(call, said, parameter.name)
        if parameter.name in _BOUNDS and bound is not None:
            yield from _in_range(program, bound, named, where)


def _in_range(program: Program, value: ast.expr, name: str, target: Target) -> Iterator[Finding]:
    fixed = number(program, value)
    channels = target.channels[name]
    if fixed is None or any(c.range[0] <= fixed <= c.range[1] for c in channels):
        return
    low, high = channels[0].range
    yield program.find(
        value,
        "value-out-of-range",
        _("“{name}” can never be {value}.", name=name, value=f"{fixed:g}"),
        _(
            "Choose a value from {low} to {high}.",
            low=f"{low:g}",
            high=" ".join(filter(None, [f"{high:g}", channels[0].unit])),
        ),
    )


def _unknown(program: Program, place: ast.expr | ast.keyword, name: str, target: Target) -> Finding:
    return program.find(
        place,
        "channel-unknown",
        _("This object has no measure “{name}”.", name=name)
        if target.build
        else _("No object of the kit has a measure “{name}”.", name=name),
        choice(name, target.channels),
    )


def _read(program: Program, target: Target) -> Iterator[Finding]:
    """Yield the keys asked of a reading that its part does not give: ``mesure["CO2"]``."""
    for node in program.all(ast.Subscript):
        key = text(program, node.slice)
        if key is None or not isinstance(node.ctx, ast.Load):
            continue
        part = _part_read(program, node.value)
        given = target.channels_of(part) if part else set()
        if given and key not in given and not _is_filled(program, node.value):
            yield program.find(
                node.slice,
                "channel-not-read",
                _("The part “{part}” does not give “{name}”.", part=part, name=key),
                choice(key, given),
            )


def _with_point(program: Program, target: Target) -> Iterator[Finding]:
    """Yield the measures asked of a reading with a point: ``mesure.co2``."""
    for node in program.all(ast.Attribute):
        part = _part_read(program, node.value)
        if part and node.attr in target.channels_of(part) and node.attr not in dir(dict):
            owner = program.text(node.value)
            yield program.find(
                node,
                "channel-with-point",
                _("A reading gives its measures between square brackets."),
                _("Write: {code}", code=f'{owner}["{node.attr}"]'),
            )


def _part_read(program: Program, node: ast.expr) -> str:
    """Return the id of the part whose reading an expression is; empty if it is none for sure."""
    if isinstance(node, ast.Name):
        value = program.only_value(node)
        return _part_read(program, value) if isinstance(value, ast.Await) else ""
    if not isinstance(node, ast.Await) or not isinstance(node.value, ast.Call):
        return ""
    call = node.value.func
    if not isinstance(call, ast.Attribute) or call.attr != "read":
        return ""
    return part_id(program, call.value) if method(program, call) is not None else ""


def _is_filled(program: Program, node: ast.expr) -> bool:
    """Whether the program adds to a reading itself."""
    if not isinstance(node, ast.Name):
        return False
    for other in program.all(ast.Name):
        outer = program.parent(other)
        if other.id != node.id or other is node:
            continue
        if isinstance(outer, ast.Attribute) and outer.attr in ("update", "setdefault"):
            return True
        if isinstance(outer, ast.Subscript) and isinstance(outer.ctx, ast.Store):
            return True
    return False
