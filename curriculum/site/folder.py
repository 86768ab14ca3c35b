"""Put the site into a folder: a new one, or one that was made here before. Whole or not at all."""

import json
import tempfile
from collections.abc import Mapping
from pathlib import Path

from kit.errors import FabnumError
from kit.i18n import _

MARKER = "fabnum-booklets.json"
"""It names the version, and every file that was made: others are nobody's to take away."""
_LITTER = {".DS_Store", "Thumbs.db", "desktop.ini"}
"""What file managers leave in folders."""


def version_in(folder: Path) -> str:
    """Return which version a folder holds; empty if it holds none."""
    return str(_marked(folder).get("version", ""))


def refuse_others(folder: Path) -> None:
    """Raise FabnumError if a folder holds anything that was not made here."""
    if folder.exists() and not folder.is_dir():
        raise _refusal(folder, folder.name)
    ours = {*_files_made(_marked(folder)), MARKER}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if name not in ours and path.name not in _LITTER and not path.is_dir():
            raise _refusal(folder, name)


def write(folder: Path, files: Mapping[str, bytes], version: str) -> None:
    """Let a folder hold these files, by their path in it, and nothing else.

    They are written beside it, then take its place. Raises FabnumError if the folder holds anything
    that was not made here, or cannot be written.
    """
    refuse_others(folder)
    folder = folder.resolve()
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".fabnum-") as scratch:
            new, old = Path(scratch, "new"), Path(scratch, "old")
            _fill(new, files, version)
            if folder.exists():
                folder.rename(old)
            try:
                new.rename(folder)
            except OSError:
                if old.exists():
                    old.rename(folder)
                raise
    except OSError as error:
        raise FabnumError(
            _("{file} cannot be written: {reason}.", file=folder, reason=error.strerror or error),
            _("Name a new folder, in a place where you may write."),
        ) from None


def _fill(new: Path, files: Mapping[str, bytes], version: str) -> None:
    for path, content in files.items():
        target = new / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    marked = {"version": version, "files": sorted(files)}
    new.mkdir(exist_ok=True)
    (new / MARKER).write_text(json.dumps(marked, indent=1) + "\n", encoding="utf-8")
    new.chmod(0o755)


def _refusal(folder: Path, name: str) -> FabnumError:
    return FabnumError(
        _("{folder} holds something else: {file}.", folder=folder, file=name),
        _("Name a new folder, or one that this command has made."),
    )


def _files_made(marked: dict[str, object]) -> list[str]:
    names = marked.get("files")
    return [str(name) for name in names] if isinstance(names, list) else []


def _marked(folder: Path) -> dict[str, object]:
    try:
        marked = json.loads((folder / MARKER).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return marked if isinstance(marked, dict) else {}
