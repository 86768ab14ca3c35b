"""A file for one configuration, which holds a password: new, and closed to others."""

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from kit.errors import FabnumError
from kit.i18n import _


class _Writer:
    """Writes one configuration into a file that was opened before anything was changed."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self.written = False

    def __call__(self, configuration: Mapping[str, object]) -> None:
        with os.fdopen(self._descriptor, "w", encoding="utf-8") as file:
            json.dump(configuration, file, indent=2, ensure_ascii=False)
        self.written = True


@contextmanager
def new_private_file(path: Path) -> Iterator[_Writer]:
    """Open a new file, mode 0600, before a password is made: it could not be shown again.

    Raises FabnumError if the file is there already or cannot be written. Left out on failure.
    """
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise FabnumError(
            _("{file} is there already.", file=path), _("Name a new file with --config.")
        ) from None
    except OSError as error:
        raise FabnumError(
            _("{file} cannot be written: {reason}.", file=path, reason=error.strerror),
            _("Name another file with --config."),
        ) from None
    writer = _Writer(descriptor)
    try:
        yield writer
    finally:
        if not writer.written:
            os.close(descriptor)
            path.unlink(missing_ok=True)
