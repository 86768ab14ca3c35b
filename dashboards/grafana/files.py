"""Boards as files, one for each board and language, that Grafana imports or finds by itself."""

import contextvars
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path, PurePosixPath
from typing import TypeVar

from dashboards.board import Board
from dashboards.grafana.dashboard import ANYWHERE, Surroundings, text
from kit import i18n
from kit.errors import FabnumError
from kit.i18n import _

T = TypeVar("T")


def board_files(
    boards: Callable[[], Iterable[Board]], around: Surroundings = ANYWHERE
) -> Iterator[tuple[PurePosixPath, str]]:
    """Yield ``<language>/<board>.json`` and its text, for each language of the surroundings.

    ``boards`` makes the boards in the language in use.
    """
    for language in around.languages:
        made = in_language(language, lambda: [(b.id, text(b, around)) for b in boards()])
        for board_id, content in made:
            yield PurePosixPath(language, f"{board_id}.json"), content


def in_language(language: str, make: Callable[[], T]) -> T:
    """Return what ``make`` returns in that language; the one in use stays in use."""

    def run() -> T:
        i18n.use(language)
        return make()

    return contextvars.copy_context().run(run)


def write(folder: Path, files: Iterable[tuple[PurePosixPath, str]]) -> Iterator[Path]:
    """Write files below a folder and yield their paths. Raises FabnumError if one cannot be."""
    for name, content in files:
        path = folder / name
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content, encoding="utf-8", newline="\n")
        except OSError as error:
            raise FabnumError(
                _("{file} cannot be written: {reason}.", file=path, reason=error.strerror),
                _("Name another folder with --out."),
            ) from None
        yield path
