"""``time.sleep``: the whole board sleeps, not only this function."""

import ast
from collections.abc import Iterator

from kit.check.constants import number
from kit.check.finding import Finding, Severity
from kit.check.program import Program
from kit.check.references import path, uses_station
from kit.check.rules.blocking import is_endless
from kit.check.target import Target
from kit.i18n import _

_HARMLESS_MS = 100
_LONG_MS = 1000
_UNITS_MS = {"time.sleep": 1000, "time.sleep_ms": 1}
_INSTEAD = {"time.sleep": "asyncio.sleep", "time.sleep_ms": "asyncio.sleep_ms"}


def check(program: Program, _target: Target) -> Iterator[Finding]:
    """Yield the pauses during which nothing else runs. Those before the start do no harm."""
    if not uses_station(program):
        return
    for call in program.all(ast.Call):
        name = path(program, call.func)
        if name not in _UNITS_MS or program.function(call) is None or not call.args:
            continue
        pause = number(program, call.args[0])
        milliseconds = None if pause is None else pause * _UNITS_MS[name]
        if milliseconds is not None and milliseconds <= _HARMLESS_MS:
            continue
        if _in_endless_loop(program, call):
            continue  # the loop is said already
        long = milliseconds is not None and milliseconds >= _LONG_MS
        yield program.find(
            call,
            "sleep-blocks",
            _("{call} stops everything: Wi-Fi, buttons, other functions.", call=program.text(call)),
            _("Write: {code}", code=f"await {_INSTEAD[name]}({program.text(call.args[0])})")
            if isinstance(program.function(call), ast.AsyncFunctionDef)
            else _(
                "Write {code} in a function that begins with “async def”.",
                code=f"await {_INSTEAD[name]}({program.text(call.args[0])})",
            ),
            Severity.ERROR if long else Severity.WARNING,
        )


def _in_endless_loop(program: Program, call: ast.Call) -> bool:
    return any(
        isinstance(outer, ast.While) and is_endless(program, outer)
        for outer in program.ancestors(call)
    )
