"""Writing the files that a broker reads: closed to others, and whole or not at all."""

import contextlib
import os
from pathlib import Path

OWNER_ONLY = 0o600


def write_whole(path: Path, content: bytes, mode: int = OWNER_ONLY) -> bool:
    """Write a file by temporary file and rename, so that power may fail at any moment.

    Returns whether the content is new; a file that already says the same is left alone but for its
    mode. The file gets the group of its folder, so that a folder can be opened to a broker that
    runs as another user.
    """
    if path.is_file() and path.read_bytes() == content:
        path.chmod(mode)
        return False
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, OWNER_ONLY)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        _follow_group(temporary, path.parent)
        temporary.chmod(mode)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    _sync_folder(path.parent)
    return True


def closed_folder(path: Path) -> Path:
    """Make a folder that only this user can enter, if it is not there; return it."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def _follow_group(path: Path, folder: Path) -> None:
    group = folder.stat().st_gid
    if os.name == "posix" and path.stat().st_gid != group:
        with contextlib.suppress(
            PermissionError
        ):  # not our group to give: the folder may have setgid
            os.chown(path, -1, group)


def _sync_folder(folder: Path) -> None:
    """Make a rename last: on POSIX it is the folder that holds the name."""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
