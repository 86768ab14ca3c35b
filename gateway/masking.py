"""Secrets by value, and text without them."""

import base64
import json
import re
from pathlib import Path
from urllib.parse import quote, quote_plus

MASK = "•••••"
SHORTEST = 4
"""Masking fewer characters would blank out half of every line, and guard nothing."""


class Secrets:
    """Values that may appear nowhere, however a library writes them."""

    def __init__(self) -> None:
        self._forms: set[str] = set()
        self._pattern: re.Pattern[str] | None = None

    def add(self, value: str) -> None:
        """Hide a value from now on. What is shorter than ``SHORTEST`` is left alone."""
        if len(value) >= SHORTEST:
            self._forms |= _forms(value)
            longest_first = sorted(self._forms, key=len, reverse=True)
            self._pattern = re.compile("|".join(map(re.escape, longest_first)))

    def add_folder(self, folder: Path) -> None:
        """Hide the contents of all files of a folder. A folder that is missing holds none."""
        for path in sorted(folder.glob("*")) if folder.is_dir() else ():
            if path.is_file():
                self.add(path.read_text(encoding="utf-8", errors="replace").strip())

    def masked(self, text: str) -> str:
        """Return ``text`` with a mask instead of each secret."""
        return text if self._pattern is None else self._pattern.sub(MASK, text)


def _forms(value: str) -> set[str]:
    """Return how a value may be written: as it is, in Python, in JSON, in URLs, in HTTP Basic."""
    raw = value.encode("utf-8", "surrogatepass")
    forms = {
        value,
        repr(value)[1:-1],
        ascii(value)[1:-1],
        repr(raw)[2:-1],
        json.dumps(value)[1:-1],
        json.dumps(value, ensure_ascii=False)[1:-1],
        quote(raw),
        quote(raw, safe=""),
        quote_plus(raw),
        base64.b64encode(raw).decode(),
    }
    return {form for form in forms if len(form) >= SHORTEST}
