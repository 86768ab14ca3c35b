"""What a room may wish of an object, and what it chose, in words."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from gateway.day import Choice, Day, Session, Wish
from gateway.live import LiveObject
from gateway.web.controls import Control, controls
from gateway.web.words import Words
from kit.i18n import _

MOST_BARS = 5
"""A room of sixty wishes of many colours: what few wished is in the sum alone."""


class Button(NamedTuple):
    """One wish that a phone can send: what it sends, its word, its colour where it has one."""

    wish: Wish
    word: str
    colour: str

    @property
    def value(self) -> str:
        """What the form sends."""
        return f"{self.wish.command}={self.wish.value}"


class Group(NamedTuple):
    """The wishes of one command, under its name."""

    name: str
    buttons: Sequence[Button]


class Bar(NamedTuple):
    """One wish and its votes; ``share``: how long its bar is, in % of the longest."""

    word: str
    colour: str
    votes: int
    share: int


class Chosen(NamedTuple):
    """What the room chose: a sentence, the bars, and why the object has not done it, if so."""

    sentence: str
    colour: str
    bars: Sequence[Bar]
    trouble: str


def groups(thing: LiveObject, words: Words) -> list[Group]:
    """Return what a room may wish of an object: of each command that has buttons."""
    return [
        Group(control.name, [_button(control, choice) for choice in control.choices])
        for control in controls(thing.build, words)
        if control.choices
    ]


def wish_of(thing: LiveObject, told: str, words: Words) -> Wish | None:
    """Return the wish that a form sent, or ``None`` if no button of the object sends it."""
    buttons = (button for group in groups(thing, words) for button in group.buttons)
    return next((button.wish for button in buttons if button.value == told), None)


def chosen(day: Day, session: Session, thing: LiveObject, words: Words) -> Chosen | None:
    """Return what the room chose last for an object; ``None`` before it has."""
    choice = day.choice(session, thing.key)
    if choice is None:
        return None
    names = _names(thing, words)
    word, colour = names.get(choice.wish, (choice.wish.value, ""))
    sentence = _(
        "The room has chosen: {word} ({count} of {of})",
        word=word,
        count=choice.votes,
        of=choice.of,
    )
    return Chosen(sentence, colour, _bars(choice, names), day.trouble(session, thing.key))


def _bars(choice: Choice, names: Mapping[Wish, tuple[str, str]]) -> list[Bar]:
    return [
        Bar(*names.get(wish, (wish.value, "")), votes, round(100 * votes / choice.votes))
        for wish, votes in choice.tally[:MOST_BARS]
    ]


def _names(thing: LiveObject, words: Words) -> dict[Wish, tuple[str, str]]:
    """Return how to call each wish, and its colour; a bare number also says of what."""
    found = {}
    for group in groups(thing, words):
        for button in group.buttons:
            is_word = button.colour or not button.word[:1].isdecimal()
            word = button.word if is_word else f"{group.name} {button.word}"
            found[button.wish] = (word, button.colour)
    return found


def _button(control: Control, choice: tuple[str, str, str]) -> Button:
    value, word, colour = choice
    return Button(Wish(control.command, control.argument, value), word, colour)
