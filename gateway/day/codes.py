"""The code of a session: four letters that are read off a wall and typed on a telephone.

Consonants only, so that no word comes about. None of two that look or sound alike on a screen
across the room: B but not P or 8, C but not G, D but not Q or O, F but not S, K but not X … Each at
most once in a code.
"""

import secrets
from collections.abc import Collection

LETTERS = "BCDFHJKLMRTX"
LENGTH = 4
_RUDE = ("FCK", "DCK", "BTCH", "FKT", "CHL", "MRD")
"""What people read as a word all the same, without its vowels."""
LONGEST_TYPED = 40


def is_code(text: str) -> bool:
    """Whether ``text`` is written as a code is."""
    return (
        len(text) == LENGTH
        and len(set(text)) == LENGTH
        and set(text) <= set(LETTERS)
        and not any(word in text for word in _RUDE)
    )


def read_code(typed: str) -> str:
    """Return the code that somebody typed, in whatever case and spacing; empty if it is none."""
    letters = "".join(sign for sign in typed[:LONGEST_TYPED] if sign.isalnum()).upper()
    return letters if is_code(letters) else ""


def new_code(used: Collection[str]) -> str:
    """Return a code that is not in use."""
    while True:
        code = "".join(secrets.SystemRandom().sample(LETTERS, LENGTH))
        if is_code(code) and code not in used:
            return code
