"""What the modules quote of a terminal: commands, and what is seen after each."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from curriculum import reading
from curriculum.document.nodes import Blocks, Code, Listing, Note
from curriculum.lint.rules.code import words_of

ANYTHING = "…"
"""Within a line: anything. Alone on a line: any number of lines."""
NO_BREAK = "\u00a0"
"""On a screen it is a space like others."""


@dataclass(frozen=True)
class Typed:
    """One command, and the lines that are quoted after it. ``language``: what it then speaks."""

    words: tuple[str, ...]
    seen: tuple[str, ...]
    language: str


@dataclass(frozen=True)
class Terminal:
    """One quoted terminal. ``place``: module, file and number, for the name of a test.

    ``runs``: ``console run``. ``in_any_order``: ``console run=any-order``, where two functions of a
    program take their turns and nobody knows whose is first.
    """

    place: str
    typed: tuple[Typed, ...]
    runs: bool
    in_any_order: bool

    def __str__(self) -> str:
        return self.place


def terminals() -> list[Terminal]:
    """Return what all modules quote; what two languages share is there once."""
    every: dict[tuple[Typed, ...], Terminal] = {}
    for folder in reading.folders():
        for path in sorted(folder.glob("??.md")):
            for number, code in enumerate(_consoles(path), 1):
                place = f"{folder.name}-{path.stem}-{number}"
                typed = tuple(_typed(code.text))
                run = code.attributes.get("run")
                terminal = Terminal(place, typed, run is not None, run == "any-order")
                every.setdefault(typed, terminal)
    return list(every.values())


def matches(seen: tuple[str, ...], printed: str) -> bool:
    """Whether what was printed is what is quoted."""
    pattern = "".join(
        r"(?:[^\n]*\n)*" if line == ANYTHING else _pattern(line) + r"[ \t]*\n" for line in seen
    )
    shown = printed.replace(NO_BREAK, " ").rstrip("\n")
    return re.fullmatch(pattern, f"{shown}\n" if shown else "") is not None


def matches_in_any_order(seen: tuple[str, ...], printed: str) -> bool:
    """Whether the lines that were printed are those that are quoted, in whatever order."""
    left = printed.splitlines()
    for line in seen:
        same = next((one for one in left if matches((line,), one)), None)
        if same is None:
            return False
        left.remove(same)
    return not left


def _pattern(line: str) -> str:
    pieces = line.replace(NO_BREAK, " ").split(ANYTHING)
    return r"[^\n]*".join(map(re.escape, pieces))


def _consoles(path: Path) -> Iterator[Code]:
    module = reading.load(path.parent)
    yield from _within(module.texts[path.stem])


def _within(blocks: Blocks) -> Iterator[Code]:
    for block in blocks:
        match block:
            case Code(language="console"):
                yield block
            case Listing(_, items):
                for item in items:
                    yield from _within(item.blocks)
            case Note(_, inner):
                yield from _within(inner)


def _typed(text: str) -> Iterator[Typed]:
    words: tuple[str, ...] = ()
    language, seen = "fr", list[str]()
    for line in text.splitlines():
        if line.startswith("$"):
            if words:
                yield Typed(words, tuple(seen), language)
            language = "en" if "FABNUM_LANG=en" in line else "fr"
            words, seen = tuple(words_of(line)), []
        else:
            seen.append(line.rstrip())
    yield Typed(words, tuple(seen), language)
