"""What can be seen in a text that Python does not read: quotes, brackets, odd characters."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

_PAIRS = {")": "(", "]": "[", "}": "{"}
QUOTES = "“”„‟«»‹›‘’‚‛´`"
SPACES = "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b"
SPACES += "\u200c\u200d\u202f\u205f\u2060\u3000\ufeff"
_STRING = re.compile(r'("""|\'\'\'|"|\')')


@dataclass(frozen=True)
class Spot:
    """A character of the text. ``line`` and ``column`` count from 1."""

    line: int
    column: int
    character: str


@dataclass
class Seen:
    """What is odd outside of texts and comments.

    ``quotes``: typographic ones, the first of each line; ``spaces``: the same for spaces that only
    look like one. ``apostrophes``: where a text in '…' ends within a word. ``open``: brackets
    without their end. ``wrong``: an end without its bracket.
    """

    quotes: list[Spot] = field(default_factory=list)
    spaces: list[Spot] = field(default_factory=list)
    apostrophes: list[Spot] = field(default_factory=list)
    open: list[Spot] = field(default_factory=list)
    wrong: Spot | None = None


def scan(lines: list[str]) -> Seen:
    """Return what is odd in a program."""
    seen = Seen()
    for line, column, text, character in _code(lines):
        spot = Spot(line, column, character)
        if character in QUOTES:
            _first_of_line(seen.quotes, spot)
        elif character in SPACES:
            _first_of_line(seen.spaces, spot)
        elif character == "'" and text[column : column + 1].isalnum():
            _first_of_line(seen.apostrophes, spot)
        elif character in "([{":
            seen.open.append(spot)
        elif character in _PAIRS and seen.wrong is None:
            if seen.open and seen.open[-1].character == _PAIRS[character]:
                seen.open.pop()
            else:
                seen.wrong = spot
    return seen


def _code(lines: list[str]) -> Iterator[tuple[int, int, str, str]]:
    """Yield (line, column, text of the line, character) outside of texts and comments.

    Of a text in '…' the last quote is given too.
    """
    inside = ""  # the three quotes of a text over several lines
    for number, text in enumerate(lines, 1):
        i = 0
        while i < len(text):
            if inside:
                end = text.find(inside, i)
                if end < 0:
                    break
                i, inside = end + 3, ""
            elif text[i] == "#":
                break
            elif opened := _STRING.match(text, i):
                quote = opened.group()
                if len(quote) == 3:
                    i, inside = i + 3, quote
                    continue
                end = _end_of_text(text, i + 1, quote)
                if end < len(text) and quote == "'":
                    yield number, end + 1, text, quote
                i = end + 1
            else:
                yield number, i + 1, text, text[i]
                i += 1


def _end_of_text(text: str, i: int, quote: str) -> int:
    while i < len(text) and text[i] != quote:
        i += 2 if text[i] == "\\" else 1
    return i


def _first_of_line(spots: list[Spot], spot: Spot) -> None:
    if not spots or spots[-1].line != spot.line:
        spots.append(spot)
