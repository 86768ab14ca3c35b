"""Which version the pages of a site are of: it changes whenever they would."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

from kit.catalogue import BUILDS_FOLDER
from kit.i18n import LOCALE_FOLDER

_CURRICULUM = Path(__file__).parents[1]
_CARRYING = (_CURRICULUM, BUILDS_FOLDER, LOCALE_FOLDER, _CURRICULUM.parent / "kit" / "parts")
"""The folders of which pages are made: texts, templates and their code, builds, words, prices."""
_IGNORED = {"__pycache__", ".DS_Store"}


def version_of(*own: Path) -> str:
    """Return the version of the pages; ``own``: the site's own folders of modules."""
    digest = hashlib.sha256()
    for root in (*_CARRYING, *own):
        for path in _files(root):
            digest.update(path.relative_to(root).as_posix().encode() + b"\0")
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:16]


def _files(root: Path) -> Iterator[Path]:
    for path in sorted(root.rglob("*")):
        if path.is_file() and not _IGNORED & set(path.parts):
            yield path
