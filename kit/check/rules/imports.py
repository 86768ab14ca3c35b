"""Modules that a board does not have, and those whose work the firmware does."""

import ast
from collections.abc import Iterator

from kit.check import firmware_words
from kit.check.board_python import (
    FIRMWARE_DOES_IT,
    INSTEAD,
    MODULES,
    NAMES,
    WAITS_FOR_NETWORK,
    plain,
)
from kit.check.finding import Finding, Place, Severity
from kit.check.nearest import nearest
from kit.check.program import Program
from kit.check.references import uses_station
from kit.check.target import Target
from kit.i18n import _


def check(program: Program, _target: Target) -> Iterator[Finding]:
    """Yield the imports that a board cannot follow."""
    for node in program.all(ast.Import):
        for alias in node.names:
            yield from _module(program, alias, alias.name)
    for origin in program.all(ast.ImportFrom):
        if origin.level or origin.module is None:
            yield from _module(program, origin, "." * origin.level + (origin.module or ""))
            continue
        wrong = list(_module(program, origin, origin.module))
        yield from wrong
        if not wrong:
            for alias in origin.names:
                yield from _name(program, alias, origin.module)


def _module(program: Program, place: Place, written: str) -> Iterator[Finding]:
    if _may_be_missing(program, place):
        return
    name = plain(written)
    first = name.split(".")[0]
    if first in ("fabnum", "drivers"):
        if name != first and firmware_words.path_of(name) is None:
            yield _unknown(program, place, written, [first, *firmware_words.modules()])
    elif first not in MODULES:
        yield _unknown(program, place, written, MODULES | {"fabnum"})
    elif uses_station(program) and first in FIRMWARE_DOES_IT:
        yield program.find(
            place,
            "module-not-needed",
            _("The firmware already does the work of “{module}”.", module=written),
            _("Delete this line, and what uses it."),
        )
    elif uses_station(program) and first in WAITS_FOR_NETWORK:
        yield program.find(
            place,
            "module-waits",
            _("“{module}” holds up everything else until the network answers.", module=written),
            _("Send your values with {code}.", code="station.send(…)"),
            Severity.WARNING,
        )


def _name(program: Program, alias: ast.alias, written: str) -> Iterator[Finding]:
    module = plain(written)
    if alias.name == "*" or _may_be_missing(program, alias):
        return
    own = firmware_words.module(module)
    if own is not None and not own.open:
        known: frozenset[str] = own.names
        offered = own.public
        if firmware_words.path_of(f"{module}.{alias.name}") is not None:
            return
        if module in ("fabnum", "drivers"):
            offered = [
                n.rpartition(".")[2] for n in firmware_words.modules() if n.startswith(module)
            ]
    elif module in NAMES:
        known = NAMES[module]
        offered = sorted(known)
    else:
        return
    if alias.name not in known:
        yield program.find(
            alias,
            "import-name-unknown",
            _("“{module}” has no “{name}”.", module=written, name=alias.name),
            _meant(nearest(alias.name, offered)),
        )


def _unknown(
    program: Program, place: Place, written: str, known: "list[str] | frozenset[str]"
) -> Finding:
    first = written.split(".", maxsplit=1)[0]
    instead = INSTEAD.get(first)
    if first == "station":
        action = _("Write: {code}", code="from fabnum import station")
    elif instead is not None:
        action = _("Look into the module “{module}” instead.", module=instead)
    else:
        action = _meant(nearest(written, known))
    return program.find(
        place,
        "module-unknown",
        _("The board has no module “{module}”.", module=written),
        action,
    )


def _meant(near: str) -> str:
    return _("Did you mean “{near}”?", near=near) if near else _("Do without it: delete this line.")


def _may_be_missing(program: Program, place: Place) -> bool:
    """Whether the program is ready for the module not to be there, or asks where it runs."""
    cases = (ast.Try, ast.TryStar, ast.If)
    return any(isinstance(outer, cases) for outer in program.ancestors(place))
