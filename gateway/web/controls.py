"""What residents may tell an object: the commands of its build, as buttons with words on them."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from gateway.commands import MAX_TEXT, MESSAGE
from gateway.web.words import Words
from kit.catalogue import Build, Command
from kit.i18n import _

_STEPS = 5


class Choice(NamedTuple):
    """One button. ``colour`` is set for a button that shows one."""

    value: str
    word: str
    colour: str = ""


class Field(NamedTuple):
    """One field to fill in: its argument, what stands beside it, how many characters it takes."""

    argument: str
    word: str
    most: int


class Control(NamedTuple):
    """One command: buttons that each send a value of ``argument``, or ``fields`` to fill in."""

    command: str
    name: str
    argument: str
    choices: Sequence[Choice]
    fields: Sequence[Field]


def controls(build: Build | None, words: Words, *, listens: bool = False) -> list[Control]:
    """Return the commands of a build that residents may send; ``listens``: it hears texts."""
    commands = build.commands if build else ()
    offered = [command for command in commands if command.residents]
    if listens and MESSAGE.id not in {command.id for command in offered}:
        offered.append(MESSAGE)
    return [_control(command, words) for command in offered]


def _control(command: Command, words: Words) -> Control:
    choices: list[Choice] = []
    argument = ""
    if len(command.arguments) == 1:
        ((argument, kind),) = command.arguments.items()
        choices = _choices(argument, kind, words)
    elif not command.arguments:
        choices = [Choice("", str(command.name))]
    names = {"text": _("Your text")}
    fields = [] if choices else [Field(a, names.get(a, a), MAX_TEXT) for a in command.arguments]
    return Control(command.id, str(command.name), argument, choices, fields)


def _choices(argument: str, kind: Any, words: Words) -> list[Choice]:
    if kind == "colour":
        return _colours()
    if isinstance(kind, list | tuple) and isinstance(kind[0], str):
        names = _choice_words()
        return [Choice(value, names.get(value, value)) for value in kind]
    if isinstance(kind, list | tuple):
        low, high = kind
        steps = [low + (high - low) * n / (_STEPS - 1) for n in range(_STEPS)]
        unit = words.percent if argument == "percent" else ""
        return [Choice(f"{step:g}", words.number(step, 0) + unit) for step in steps]
    return []


def _colours() -> list[Choice]:
    """Return the colours that a lamp offers, as its LEDs show them best."""
    return [
        Choice("#ff0000", _("Red"), "#e60000"),
        Choice("#ff6a00", _("Orange"), "#ff7a1a"),
        Choice("#ffc400", _("Yellow"), "#ffd23c"),
        Choice("#00c832", _("Green"), "#00b030"),
        Choice("#00b4ff", _("Sky blue"), "#2bb8f5"),
        Choice("#0032ff", _("Blue"), "#1f4bff"),
        Choice("#8c00ff", _("Purple"), "#8a2be2"),
        Choice("#ff3c96", _("Pink"), "#ff5fa8"),
        Choice("#ffa050", _("Warm white"), "#ffe3bf"),
        Choice("#ffffff", _("White"), "#ffffff"),
    ]


def _choice_words() -> Mapping[str, str]:
    """Return the words of the choices that builds offer; one without a word shows its id."""
    return {
        "steady": _("Steady"),
        "breathe": _("Breathing"),
        "rainbow": _("Rainbow"),
        "wave": _("Wave"),
        "on": _("On"),
        "off": _("Off"),
    }
