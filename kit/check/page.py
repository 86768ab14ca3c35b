"""docs/mistakes.md: every mistake that the checker knows, with an example and its sentence.

python -m kit.check.page > docs/mistakes.md
"""

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from kit import i18n
from kit.catalogue import load_build
from kit.check import Finding, Target, check
from kit.check.examples import EXAMPLES, Example

_HEAD = """\
# Mistakes in programs

What `fabnum check` knows, each with an example: what is wrong, what is said about it, and the same
put right. Lessons link to the codes (`mistakes.md#await-missing`), which never change.

This page is made by `python -m kit.check.page` from `kit/check/examples.py`; a test compares it.
"""
_MOST_LINES = 8
_LONGEST_LINE = 88
_SEEN = {"\u00a0": "⍽", "\t": "⇥       ", "\0": "␀"}


def page() -> str:
    """Return the page."""
    return _HEAD + "".join(_section(code, example) for code, example in EXAMPLES.items())


def found(example: Example, language: str) -> Finding:
    """Return what the checker says about the wrong lines of an example, in a language."""
    with _speaking(language):
        return check(example.program(example.wrong), Target(load_build(example.build)))[0]


def _section(code: str, example: Example) -> str:
    french, english = found(example, "fr"), found(example, "en")
    parts = [
        f"\n## {code}\n",
        _block(example.wrong or "…\n"),
        f"{_plain(french.message)} → {_plain(french.action)}\n",
        f"> {_plain(english.message)} → {_plain(english.action)}\n",
    ]
    if example.right:
        parts.append(_block(example.right))
    return "\n".join(parts)


def _block(lines: str) -> str:
    shown = [_visible(line) for line in lines.strip("\n").split("\n")]
    lead = min(len(line) - len(line.lstrip()) for line in shown if line.strip())
    shown = [line[lead:] for line in shown]
    if len(shown) > _MOST_LINES:
        shown = [*shown[: _MOST_LINES - 1], "…"]
    return "```python\n" + "\n".join(shown) + "\n```\n"


def _plain(sentence: str) -> str:
    """Return a sentence in which Markdown finds no sign of its own."""
    return re.sub(r"([\\`*_<\[])", r"\\\1", sentence)


def _visible(line: str) -> str:
    for character, sign in _SEEN.items():
        line = line.replace(character, sign)
    return line if len(line) <= _LONGEST_LINE else line[: _LONGEST_LINE - 1] + "…"


@contextmanager
def _speaking(language: str) -> Iterator[None]:
    before = i18n.current()
    i18n.use(language)
    try:
        yield
    finally:
        i18n.use(before)


if __name__ == "__main__":
    sys.stdout.write(page())
