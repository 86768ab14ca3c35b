"""The files that pages lead to: pictures, drawings and programs of modules."""

import hashlib
from pathlib import Path

from curriculum.document.nodes import Drawing, Picture
from curriculum.model import Module
from kit.errors import FabnumError
from kit.i18n import _

FOLDER = "files"


class Files:
    """The files of all modules, by their path on the site; each only once."""

    def __init__(self) -> None:
        self.by_path: dict[str, bytes] = {}

    def shown(self, module: Module, name: str, picture: Picture | Drawing) -> str:
        """Keep what a picture or a drawing shows; return its path on the site.

        Raises FabnumError if the module's folder has no such picture.
        """
        if isinstance(picture, Picture):
            return self._keep(name, Path(picture.file).name, _read(module.folder / picture.file))
        content = picture.svg.encode()
        digest = hashlib.sha256(content).hexdigest()[:8]
        return self._keep(name, f"{digest}.svg", content)

    def program(self, module: Module, name: str, number: str) -> str:
        """Keep the whole program of a solution; return its path on the site."""
        solution = module.folder / "solutions" / f"{number}.py"
        return self._keep(name, f"solution-{number}.py", _read(solution))

    def _keep(self, module: str, name: str, content: bytes) -> str:
        path = f"{FOLDER}/{module}/{name}"
        self.by_path[path] = content
        return path


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise FabnumError(
            _("{place} cannot be used: {reason}.", place=path, reason=error.strerror),
            _("Correct that line, then try again."),
        ) from None
