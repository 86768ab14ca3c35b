"""Style sheets, scripts and icons, under names that change with their content."""

import hashlib
import mimetypes
from pathlib import Path
from typing import NamedTuple

from starlette.exceptions import HTTPException
from starlette.responses import Response


class Asset(NamedTuple):
    """One file: its address, what it is, what it holds."""

    path: str
    media_type: str
    content: bytes


class Assets:
    """The files of a folder, read once, and served below ``/static/``."""

    def __init__(self, folder: Path) -> None:
        self._by_name = {path.name: _read(path) for path in sorted(folder.iterdir())}
        self._by_path = {asset.path: asset for asset in self._by_name.values()}

    def url(self, name: str) -> str:
        """Return the address of a file; it may be kept for ever."""
        return self._by_name[name].path

    def answer(self, path: str) -> Response:
        """Serve what lies at an address. Raises HTTPException 404 where nothing does."""
        asset = self._by_path.get(path)
        if asset is None:
            raise HTTPException(404)
        headers = {"Cache-Control": "public, max-age=31536000, immutable"}
        return Response(asset.content, media_type=asset.media_type, headers=headers)


def _read(path: Path) -> Asset:
    content = path.read_bytes()
    digest = hashlib.sha256(content).hexdigest()[:12]
    # Not by the machine: on Windows its registry may call a script plain text.
    media_type = mimetypes.types_map.get(path.suffix, "application/octet-stream")
    return Asset(f"/static/{path.stem}.{digest}{path.suffix}", media_type, content)
