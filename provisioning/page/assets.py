"""Our own style sheet, script and icon, under names that change with their content."""

import hashlib
import mimetypes
from pathlib import Path
from typing import NamedTuple

_FOLDER = Path(__file__).parent / "static"


class Asset(NamedTuple):
    """One file: its address, what it is, what it holds."""

    path: str
    media_type: str
    content: bytes


class Assets:
    """The files of ``static/``, read once."""

    def __init__(self) -> None:
        self._by_name = {path.name: _read(path) for path in sorted(_FOLDER.iterdir())}
        self._by_path = {asset.path: asset for asset in self._by_name.values()}

    def url(self, name: str) -> str:
        """Return the address of a file; it may be kept for ever."""
        return self._by_name[name].path

    def find(self, path: str) -> Asset | None:
        """Return what lies at an address, or ``None``."""
        return self._by_path.get(path)


def _read(path: Path) -> Asset:
    content = path.read_bytes()
    digest = hashlib.sha256(content).hexdigest()[:12]
    # Not by the machine: on Windows its registry may call a script plain text.
    media_type = mimetypes.types_map.get(path.suffix, "application/octet-stream")
    return Asset(f"/static/{path.stem}.{digest}{path.suffix}", media_type, content)
