"""The known name that somebody may have meant."""

import difflib
import unicodedata
from collections.abc import Iterable

_LIKENESS = 0.7


def nearest(name: str, known: Iterable[str]) -> str:
    """Return the known name most like ``name``; empty if none is.

    Accents, capitals and underscores count for nothing: « Température » is ``temperature``.
    """
    names = sorted(set(known))
    plain: dict[str, str] = {}
    for candidate in names:
        plain.setdefault(_plain(candidate), candidate)
    if _plain(name) in plain:
        return plain[_plain(name)]
    found = difflib.get_close_matches(_plain(name), plain, n=1, cutoff=_LIKENESS)
    return plain[found[0]] if found else ""


def _plain(name: str) -> str:
    letters = unicodedata.normalize("NFKD", name[:80].casefold())
    return "".join(c for c in letters if not unicodedata.combining(c) and c != "_")
