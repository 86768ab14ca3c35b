"""Sentences and words of a text, in French and in English."""

import re

_SPACES = " \u00a0\u202f"
_ABBREVIATIONS = (
    "M.",
    "Mme.",
    "etc.",
    "p.",
    "ex.",
    "n.",
    "cf.",
    "env.",
    "min.",
    "max.",
    "e.g.",
    "i.e.",
)
"""What ends with a full stop and ends no sentence, unless a capital letter follows a space."""

# A sentence ends with its mark, with what closes a quotation, and then a space. The space before
# the mark (French) belongs to it. A full stop between digits or letters is none: 1.5, main.py.
_END = re.compile(rf"[{_SPACES}]?(?:[.!?]+|…)(?:[{_SPACES}]?[»”)])*(?=\s|$)")
_WORD = re.compile(r"[^\W_]", re.UNICODE)


def sentences(text: str) -> list[str]:
    """Return the sentences of a paragraph; what has no mark at its end is one, too."""
    found, begin = [], 0
    for end in _END.finditer(text):
        rest = text[end.end() :].lstrip()
        if _goes_on(text[begin : end.end()], rest):
            continue
        found.append(text[begin : end.end()].strip())
        begin = end.end()
    left = text[begin:].strip()
    return [one for one in (*found, left) if _WORD.search(one)]


def words(sentence: str) -> list[str]:
    """Return the words of a sentence: what stands between spaces and has a letter or a digit.

    ``l’air`` is one word, as people read it; a number and its unit are two.
    """
    return [one for one in re.split(rf"[\s{_SPACES}]+", sentence) if _WORD.search(one)]


def _goes_on(sentence: str, rest: str) -> bool:
    """Whether a sentence goes on behind its mark: an abbreviation, or a small letter."""
    if not rest:
        return False
    if rest[0].islower():  # « Bonjour ! » dit la lampe.
        return True
    *_others, last = sentence.split()
    return last in _ABBREVIATIONS and not (last == "etc." and rest[0].isupper())
