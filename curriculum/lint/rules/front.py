"""Whether a module can be read, and whether its front matter holds what it must."""

import datetime as dt
from collections.abc import Iterator
from typing import Any, cast

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError, best_match

from curriculum.lint import schema
from curriculum.lint.finding import Mistake
from curriculum.lint.subject import LANGUAGES, Subject
from kit.check import Severity
from kit.errors import FabnumError
from kit.i18n import _

TO_DO = ("À écrire", "To be written")
"""How ``fabnum curriculum new`` marks what somebody still has to write."""


def unreadable(subject: Subject) -> Iterator[Mistake]:
    """Find files that are not what they should be: text in UTF-8, YAML, Markdown without HTML."""
    yield from subject.mistakes


def file_missing(subject: Subject) -> Iterator[Mistake]:
    """Find texts that are not there: the booklet and the residents' sheet, in each language."""
    known = {mistake.file for mistake in subject.mistakes}
    for language in LANGUAGES:
        for name in (f"{language}.md", f"residents.{language}.md"):
            path = subject.folder / name
            if path not in known and not path.is_file():
                yield Mistake(
                    path,
                    0,
                    _("The module has no file {name}.", name=name),
                    _("Write it, with the same parts as in the other language."),
                )


def front_matter(subject: Subject) -> Iterator[Mistake]:
    """Find all lines of the front matter that the schema does not allow, and missing ones."""
    if subject.main not in {page.path for page in subject.pages}:
        return  # it is missing or cannot be read: said already
    head = _as_json(subject.head)
    errors = list(Draft202012Validator(schema.kept()).iter_errors(head))
    in_order = sorted(errors, key=lambda error: list(map(str, error.absolute_path)))
    # What lacks several lines is one sentence, and as many errors.
    for said in dict.fromkeys(_said(best_match([error]) or error) for error in in_order):
        yield Mistake(subject.main, 0, said, _("Correct it: docs/modules.md shows how."))
    if errors or subject.front is not None:
        return
    try:  # what only the model knows, such as a day that no calendar has
        from curriculum import reading  # noqa: PLC0415

        reading.front_matter(subject.main, subject.head)
    except FabnumError as error:
        yield Mistake(subject.main, 0, error.cause, error.action)


def to_do(subject: Subject) -> Iterator[Mistake]:
    """Find what the template left to be written; in a draft that is a reminder."""
    severity = Severity.WARNING if subject.is_draft else Severity.ERROR
    for place, _language, text in subject.texts():
        if text.startswith(TO_DO):
            message = _("“{place}” still has to be written.", place=place)
            yield Mistake(subject.main, 0, message, _("Write it."), severity)
    for page in subject.pages:
        for line, text in page.prose():
            if text.startswith(TO_DO):
                message = _("“{text}” is still there.", text=text)
                yield Mistake(page.path, line, message, _("Write it."), severity)


def _said(error: ValidationError) -> str:  # noqa: PLR0911 - one for each kind of mistake
    """Return one sentence for what a validator found, in the language in use."""
    place, allowed = _place(error), cast("Any", error.validator_value)
    found = cast("Any", error.instance)
    match error.validator:
        case "required":
            missing = ", ".join(one for one in allowed if one not in found)
            return _("“{name}” is missing in “{place}”.", name=missing, place=place)
        case "additionalProperties" if allowed is False:
            known = cast("Any", error.schema).get("properties", {})
            strange = ", ".join(str(one) for one in found if one not in known)
            return _("“{place}” does not know “{name}”.", name=strange, place=place)
        case "type":
            return _(
                "“{place}” is “{value}”, but has to be: {kind}.",
                place=place,
                value=_short(found),
                kind=_kind(allowed),
            )
        case "enum":
            return _(
                "“{place}” is “{value}”, but has to be one of: {known}.",
                place=place,
                value=_short(found),
                known=", ".join(allowed),
            )
        case "minItems" | "minLength":
            return _("“{place}” has too little in it.", place=place)
        case "minimum" | "maximum":
            return _("“{place}” cannot be {value}.", place=place, value=_short(found))
        case "pattern":
            return _(
                "“{place}” is “{value}”, which is not written as it should be: {pattern}.",
                place=place,
                value=_short(found),
                pattern=allowed,
            )
    return _(
        "“{place}” is “{value}”, which is no such thing.",
        place=place,
        value=_short(found),
    )


def _kind(name: str) -> str:
    """Return what people call a type of JSON."""
    kinds = {
        "string": _("a text"),
        "integer": _("a whole number"),
        "number": _("a number"),
        "array": _("a list"),
        "object": _("several lines with names"),
    }
    return kinds.get(name, name)


def _place(error: ValidationError) -> str:
    """Return where in the front matter it is, as people count: ``objectives 2.text``."""
    place = ""
    for step in error.absolute_path:
        place += f" {step + 1}" if isinstance(step, int) else f".{step}" if place else str(step)
    return place or _("front matter")


def _short(value: object) -> str:
    text = str(value)
    return text if len(text) <= 40 else text[:39] + "…"


def _as_json(value: Any) -> Any:
    """Return what YAML read as JSON knows it: days as text."""
    match value:
        case dict():
            return {str(key): _as_json(one) for key, one in value.items()}
        case list():
            return [_as_json(one) for one in value]
        case dt.date():
            return value.isoformat()
    return value
