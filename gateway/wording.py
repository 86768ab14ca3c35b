"""The question of a vote box: what people read instead of “Answer 1”, and since when it stands.

It is configuration of one object, kept in the registry; its board knows nothing of it. Votes of
different questions are not mixed: pages count only what was given since the question stands.
"""

import re
from collections.abc import Sequence

import msgspec

from gateway.messages import one_line
from kit import i18n
from kit.catalogue import Build, Channel, Text
from kit.errors import FabnumError
from kit.i18n import _

LONGEST = 120
"""Characters of a question or of an option: what fits on a box and on a telephone."""
FEWEST_OPTIONS = 2

_BEFORE_MARKS = re.compile(r" (?=[?!:;»%])|(?<=«) ")
_OPTION = re.compile(r"option[1-9]", re.ASCII)


class Wording(msgspec.Struct, frozen=True):
    """A question and its options, each by language; ``since``: when it was set (Unix seconds)."""

    question: dict[str, str]
    options: tuple[dict[str, str], ...]
    since: float = 0.0

    def asked(self) -> str:
        """Return the question in the language in use, else in the one it was written in."""
        return in_use(self.question)


def in_use(text: dict[str, str]) -> str:
    """Return a text in the language in use, else in any that it has."""
    return text.get(i18n.current()) or next(iter(text.values()), "")


def options_of(build: Build) -> list[Channel]:
    """Return the channels that count the votes for an option, in their order."""
    return [channel for channel in build.channels if _OPTION.fullmatch(channel.id)]


def worded(build: Build, wording: Wording) -> Build:
    """Return a build whose options are called as the wording says; those not in use are gone."""
    options = options_of(build)
    names = {
        channel.id: _text(option) for channel, option in zip(options, wording.options, strict=False)
    }
    left_out = {channel.id for channel in options} - names.keys()
    channels = tuple(
        msgspec.structs.replace(channel, name=names.get(channel.id, channel.name))
        for channel in build.channels
        if channel.id not in left_out
    )
    return msgspec.structs.replace(build, channels=channels)


def checked(build: Build, question: dict[str, str], options: Sequence[dict[str, str]]) -> Wording:
    """Return the wording of an object of that build. Raises FabnumError if it cannot be one.

    ``question`` and each option are by language, in one at least.
    """
    most = len(options_of(build))
    if not most:
        raise FabnumError(
            _("Objects of the build “{build}” ask no question.", build=build.id),
            _("Name a vote box; “fabnum devices” lists the objects."),
        )
    if not FEWEST_OPTIONS <= len(options) <= most:
        raise FabnumError(
            _("A question has {least} to {most} options.", least=FEWEST_OPTIONS, most=most),
            _("Give each with --option, in the order of the buttons."),
        )
    tidy = Wording(_tidy(question), tuple(_tidy(option) for option in options))
    for language in {language for option in options for language in option}:
        said = {_text(option)[language].casefold() for option in tidy.options}
        if len(said) != len(options):
            raise FabnumError(
                _("Two options say the same: nobody could tell them apart."),
                _("Give each option words of its own."),
            )
    return tidy


def _tidy(text: dict[str, str]) -> dict[str, str]:
    """Return a text on one line, in each of its languages. Raises FabnumError if it is none."""
    tidy = {language: _spaced(one_line(said), language) for language, said in text.items()}
    for said in tidy.values() or [""]:
        if not 0 < len(said) <= LONGEST:
            raise FabnumError(
                _("A question or an option has 1 to {most} characters.", most=LONGEST),
                _("Say it in fewer words."),
            )
    return tidy


def _spaced(text: str, language: str) -> str:
    """Return a text whose marks stay with their words: French sets a space before some."""
    return _BEFORE_MARKS.sub("\u00a0", text) if language == "fr" else text


def _text(option: dict[str, str]) -> Text:
    """Return an option in every language: in one that it was written in where it lacks another."""
    written = next(iter(option.values()), "")
    return Text({language: option.get(language, written) for language in i18n.languages()})
