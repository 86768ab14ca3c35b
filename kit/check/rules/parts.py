"""Parts and commands that the build does not have: ``station.part("scd14")``."""

import ast
from collections.abc import Collection, Iterator

from kit.check import firmware_words
from kit.check.constants import text
from kit.check.finding import Finding
from kit.check.firmware_words import Word
from kit.check.nearest import nearest
from kit.check.program import Program
from kit.check.references import part_id, word
from kit.check.rules.arguments import argument
from kit.check.target import Target
from kit.i18n import _

_PART_PARAMETERS = ("part_id", "button", "part")


def check(program: Program, target: Target) -> Iterator[Finding]:
    """Yield the parts and commands that are named and not there."""
    for call in program.all(ast.Call):
        said = word(program, call.func)
        if said is None:
            continue
        yield from _part(program, call, said, target)
        if said.name == "on_command":
            yield from _command(program, call, said, target)


def _part(program: Program, call: ast.Call, said: Word, target: Target) -> Iterator[Finding]:
    given = next(
        (value for name in _PART_PARAMETERS if (value := argument(call, said, name)) is not None),
        None,
    )
    if given is None:
        return
    known = target.parts
    named = text(program, given)
    if isinstance(given, ast.Constant) and named is None:
        yield program.find(
            given,
            "part-no-text",
            _("A part is named by its text, between quotes."),
            _("Write for example: {code}", code=f'{program.text(call.func)}("{min(known)}")'),
        )
    elif named is not None and named not in known:
        yield program.find(
            given,
            "part-unknown",
            _("This object has no part “{name}”.", name=named)
            if target.build
            else _("No object of the kit has a part “{name}”.", name=named),
            choice(named, known),
        )
    elif said.name == "on_press":
        yield from _button(program, given, named or part_id(program, given), target)
    elif said.name == "light":
        yield from _light(program, given, named or "", target)


def _light(program: Program, given: ast.expr, named: str, target: Target) -> Iterator[Finding]:
    parts = target.parts.get(named, [])
    if not parts or any(part.bus == "ws2812" for part in parts):
        return
    strips = [name for name, all_ in target.parts.items() if any(p.bus == "ws2812" for p in all_)]
    yield program.find(
        given,
        "part-no-light",
        _("The part “{name}” is no light.", name=named),
        _("It has: {known}.", known=", ".join(strips))
        if strips
        else _("This object has no light: delete this line."),
    )


def _button(program: Program, given: ast.expr, named: str, target: Target) -> Iterator[Finding]:
    parts = target.parts.get(named, [])
    if not parts or any(firmware_words.driver_has(part.driver, "pressed") for part in parts):
        return
    buttons = [
        name
        for name, candidates in target.parts.items()
        if any(firmware_words.driver_has(part.driver, "pressed") for part in candidates)
    ]
    yield program.find(
        given,
        "part-no-button",
        _("The part “{name}” cannot be pressed.", name=named),
        _("It has: {known}.", known=", ".join(buttons))
        if buttons
        else _("This object has no button: delete this function."),
    )


def _command(program: Program, call: ast.Call, said: Word, target: Target) -> Iterator[Finding]:
    given = argument(call, said, "name")
    named = text(program, given) if given is not None else None
    if (
        given is None
        or named is None
        or named in target.commands
        or named in firmware_words.commands()
    ):
        return
    yield program.find(
        given,
        "command-unknown",
        _("Nobody can send this object the command “{name}”.", name=named),
        choice(named, target.commands),
    )


def choice(name: str, known: Collection[str]) -> str:
    """Return the action for a name that is not one of ``known``."""
    meant = nearest(name, known)
    if meant:
        return _("Did you mean “{near}”?", near=meant)
    if not known:
        return _("Delete this line: there is none.")
    return _("Take one of: {known}.", known=", ".join(sorted(known)))
