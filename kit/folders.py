"""Folders that are made where somebody named them."""

from pathlib import Path

from kit.errors import FabnumError
from kit.i18n import _


def make_folder(path: Path, action: str, *, mode: int = 0o777) -> None:
    """Make a folder where there is none. Raises FabnumError with ``action`` if it cannot be."""
    try:
        path.mkdir(mode=mode, parents=True, exist_ok=True)
    except OSError as error:
        raise FabnumError(
            _("{folder} cannot be made: {reason}.", folder=path, reason=error.strerror), action
        ) from None
