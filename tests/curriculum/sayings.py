"""Everything that the kit and its boards can say, as patterns: messages with places for values."""

import ast
import re
from functools import cache
from pathlib import Path

from babel.messages.pofile import read_po

from kit import catalogue
from kit.catalogue import Build
from kit.cli.curriculum_known import known
from kit.firmware import DEVICE
from kit.i18n import DEFAULT_LANGUAGE, LOCALE_FOLDER
from tests.curriculum.quoted import ANYTHING, NO_BREAK

_PLACE = re.compile(r"\{[^{}]*\}|%[-+0-9.]*[a-z]")
_MARKS = re.compile(r"^[\s✓✗!→·•│┃|-]+")
_FEWEST_LETTERS = 4
"""A message of values alone would stand for anything."""


class Sayings:
    """What may be seen on a terminal in one language."""

    def __init__(self, texts: set[str]) -> None:
        shown = (text.replace(NO_BREAK, " ") for text in texts)
        lines = {line.strip() for text in shown for line in text.splitlines()}
        spoken = [line for line in lines if _letters(line) >= _FEWEST_LETTERS]
        self._literal = [_PLACE.sub("0", line) for line in spoken]
        self._patterns = [re.compile(_pattern(line)) for line in spoken]

    @classmethod
    @cache
    def of(cls, language: str) -> "Sayings":
        return cls({*_messages(language), *_firmware(), *_facts(language)})

    def may_say(self, line: str) -> bool:
        """Whether a line, without the marks before it, is a message with its values filled in."""
        text = _MARKS.sub("", line.replace(NO_BREAK, " ")).strip()
        if any(pattern.fullmatch(text) for pattern in self._patterns):
            return True
        quoted = re.compile(".*".join(map(re.escape, text.split(ANYTHING))))
        return _letters(text) >= _FEWEST_LETTERS and any(map(quoted.fullmatch, self._literal))


def _pattern(message: str) -> str:
    return ".*".join(re.escape(piece) for piece in _PLACE.split(message))


def _letters(text: str) -> int:
    return sum(character.isalpha() for character in _PLACE.sub("", text))


def _messages(language: str) -> set[str]:
    with (LOCALE_FOLDER / f"{DEFAULT_LANGUAGE}.po").open("rb") as file:
        messages = [message for message in read_po(file) if message.id]
    texts: set[str] = set()
    for message in messages:
        said = message.string if language == DEFAULT_LANGUAGE else message.id
        texts.update(said if isinstance(said, tuple | list) else [said])
    return texts


@cache
def _firmware() -> set[str]:
    """Return what boards write: they speak French whatever the kit speaks."""
    texts: set[str] = set()
    for folder in ("fabnum", "drivers"):
        for path in (DEVICE / folder).rglob("*.py"):
            texts.update(_strings(path))
    return texts


def _strings(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    texts = {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            pieces = (v.value if isinstance(v, ast.Constant) else "{}" for v in node.values)
            texts.add("".join(map(str, pieces)))
    return texts


def _facts(language: str) -> set[str]:
    told = known()
    cards = (t for c in told.cards.values() for t in (c.title, c.cause, c.action))
    builds = map(catalogue.load_build, catalogue.builds())
    return {text[language] for text in cards} | {t for b in builds for t in _of(b, language)}


def _of(build: Build, language: str) -> set[str]:
    named = (build, *build.parts, *build.channels, *build.tests, *build.commands)
    texts = {one.name[language] for one in named}
    readings = {f"{c.id} = {{}} {c.unit}".strip() for c in build.channels}
    words = {f"{{}} ({band.word[language]})" for c in build.channels for band in c.bands}
    return texts | readings | words | {t.ask[language] for t in build.tests if t.ask}
