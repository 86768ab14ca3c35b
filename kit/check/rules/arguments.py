"""What is put between the parentheses of a word: too much, too little, or what does not fit."""

import ast
from collections.abc import Iterator

from kit.check.constants import number, text
from kit.check.finding import Finding
from kit.check.firmware_words import Kind, Word
from kit.check.nearest import nearest
from kit.check.program import Program
from kit.check.references import called
from kit.check.target import Target
from kit.i18n import _

LONGEST_TEXT = 200
"""Characters of a message: device/fabnum/say.py."""


def check(program: Program, _target: Target) -> Iterator[Finding]:
    """Yield the calls of the firmware's words that cannot work."""
    for call in program.all(ast.Call):
        word = called(program, call)
        if word is None:
            continue
        wrong = next(_wrong(program, call, word), None)
        if wrong is not None:
            yield wrong


def _wrong(program: Program, call: ast.Call, word: Word) -> Iterator[Finding]:
    written = program.text(call.func)
    if word.kind is Kind.DECORATOR and not call.args and not call.keywords:
        return  # rules/decorators.py says it better
    yield from _too_many(program, call, word, written)
    yield from _unknown(program, call, word, written)
    yield from _missing(program, call, word, written)
    yield from _seconds(program, call, word, written)
    yield from _margin(program, call, word, written)
    yield from _text(program, call, word, written)


def _too_many(program: Program, call: ast.Call, word: Word, written: str) -> Iterator[Finding]:
    allowed = [parameter for parameter in word.parameters if parameter.positional]
    if word.more or len(call.args) <= len(allowed):
        return
    extra = call.args[len(allowed)]
    if isinstance(extra, ast.Starred):
        return
    if word.named and isinstance(extra, (ast.Name, ast.Dict, ast.Await)):
        yield program.find(
            extra,
            "stars-missing",
            _("{word} takes values by their names.", word=written),
            _("Put ** before it: {code}", code=f"{written}(**{program.text(extra)})"),
        )
    elif word.named:
        yield program.find(
            extra,
            "value-without-name",
            _("{word} takes values by their names.", word=written),
            _("Write the name before the value: {code}", code=_named(program, extra, written)),
        )
    else:
        yield program.find(
            extra,
            "argument-extra",
            _("There is one value too many between the parentheses of {word}.", word=written),
            _("Delete it.")
            if not word.parameters
            else _("Write: {code}", code=_example(word, written)),
        )


def _named(program: Program, value: ast.expr, written: str) -> str:
    key = text(program, value.slice) if isinstance(value, ast.Subscript) else None
    return f"{written}({key or '…'}={program.text(value)})"


def _unknown(program: Program, call: ast.Call, word: Word, written: str) -> Iterator[Finding]:
    known = [parameter.name for parameter in word.parameters]
    for keyword in call.keywords:
        if keyword.arg is None or word.named or keyword.arg in known:
            continue
        meant = nearest(keyword.arg, known)
        yield program.find(
            keyword,
            "argument-unknown",
            _("{word} has no argument “{name}”.", word=written, name=keyword.arg),
            _("Did you mean “{near}”?", near=meant)
            if meant
            else _("Write: {code}", code=_example(word, written)),
        )


def _missing(program: Program, call: ast.Call, word: Word, written: str) -> Iterator[Finding]:
    stars = any(isinstance(argument, ast.Starred) for argument in call.args)
    if stars or any(keyword.arg is None for keyword in call.keywords):
        return
    given = {keyword.arg for keyword in call.keywords}
    positional = [parameter for parameter in word.parameters if parameter.positional]
    given |= {parameter.name for parameter in positional[: len(call.args)]}
    if any(p.required and p.name not in given for p in word.parameters):
        yield program.find(
            call,
            "argument-missing",
            _("Something is missing between the parentheses of {word}.", word=written),
            _("Write: {code}", code=_example(word, written)),
        )


def _seconds(program: Program, call: ast.Call, word: Word, written: str) -> Iterator[Finding]:
    value = argument(call, word, "seconds")
    if value is None:
        return
    text = isinstance(value, ast.Constant) and not isinstance(value.value, (int, float))
    seconds = number(program, value)
    if text or (seconds is not None and seconds <= 0):
        yield program.find(
            value,
            "seconds-wrong",
            _("{word} needs a number of seconds above 0.", word=written),
            _("Write: {code}", code=f"{written}(60)"),
        )


def _margin(program: Program, call: ast.Call, word: Word, written: str) -> Iterator[Finding]:
    value = argument(call, word, "margin")
    margin = None if value is None else number(program, value)
    if value is not None and margin is not None and margin < 0:
        yield program.find(
            value,
            "margin-negative",
            _("The margin of {word} is less than 0.", word=written),
            _("Write it without the minus sign."),
        )


def _text(program: Program, call: ast.Call, word: Word, written: str) -> Iterator[Finding]:
    value = argument(call, word, "text")
    if not isinstance(value, ast.Constant):
        return
    if not isinstance(value.value, str) or not value.value.strip():
        yield program.find(
            value,
            "text-wrong",
            _("{word} needs a text.", word=written),
            _("Write it between quotes: {code}", code=f'{written}("…")'),
        )
    elif len(value.value) > LONGEST_TEXT:
        yield program.find(
            value,
            "text-long",
            _(
                "This text has {n} characters; {most} are sent at most.",
                n=len(value.value),
                most=LONGEST_TEXT,
            ),
            _("Say it in fewer words."),
        )


def argument(call: ast.Call, word: Word, name: str) -> ast.expr | None:
    """Return what a call gives for a parameter of its word; ``None`` if that is not to be seen."""
    for keyword in call.keywords:
        if keyword.arg == name:
            return keyword.value
    for parameter, value in zip(word.parameters, call.args, strict=False):
        if isinstance(value, ast.Starred):
            return None
        if parameter.positional and parameter.name == name:
            return value
    return None


_EXAMPLES = {
    "part_id": '"…"',
    "name": '"…"',
    "channel": '"…"',
    "button": '"…"',
    "seconds": "60",
}


def _example(word: Word, written: str) -> str:
    values = [_EXAMPLES.get(p.name, p.name) for p in word.parameters if p.required]
    return f"{written}({', '.join(values)})"
