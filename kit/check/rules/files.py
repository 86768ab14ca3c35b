"""The firmware's own files: a program that writes them can lose the object's name or readings."""

import ast
from collections.abc import Iterator

from kit.check.constants import text
from kit.check.finding import Finding, Severity
from kit.check.program import Program
from kit.check.references import path
from kit.check.target import Target
from kit.i18n import _

OWN_FILES = frozenset(
    {"boot.py", "main.py", "build.json", "config.json", "ca.der", "lamp.json", "tally.json"}
)
_OWN_FOLDERS = ("fabnum", "drivers", "queue")
_REMOVES = frozenset({"os.remove", "os.unlink", "os.rename", "os.rmdir"})


def check(program: Program, _target: Target) -> Iterator[Finding]:
    """Yield where a program writes or removes what belongs to the firmware."""
    for call in program.all(ast.Call):
        name = path(program, call.func)
        if not call.args:
            continue
        if name == "builtins.open" and _writes(program, call):
            yield from _own(program, call.args[0])
        elif name in _REMOVES:
            for argument in call.args:
                yield from _own(program, argument)


def _own(program: Program, place: ast.expr) -> Iterator[Finding]:
    named = text(program, place)
    if named is None:
        return
    plain = named.removeprefix("./").strip("/")
    if plain in OWN_FILES or plain.split("/")[0] in _OWN_FOLDERS:
        yield program.find(
            place,
            "file-of-firmware",
            _("The firmware needs its file “{file}”: without it the object is lost.", file=plain),
            _("Give your own file another name."),
            Severity.WARNING,
        )


def _writes(program: Program, call: ast.Call) -> bool:
    modes = [*call.args[1:2], *(k.value for k in call.keywords if k.arg == "mode")]
    mode = text(program, modes[0]) if modes else None
    return mode is not None and any(letter in mode for letter in "wax+")
