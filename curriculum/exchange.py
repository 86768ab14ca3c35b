"""Modules from site to site: one module is one zip file, and nothing in it can do harm.

What comes in is looked at before anything of it is written: names, kinds and sizes of the files,
then the linter. A module of the kit itself is never replaced.
"""

import re
import stat
import tempfile
import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path, PurePosixPath
from typing import Literal

import msgspec

from curriculum import reading
from curriculum.known import Known
from curriculum.lint import Finding, lint
from kit.check import Severity
from kit.errors import FabnumError
from kit.i18n import _

MOST_FILES = 100
LARGEST_FILE = 5 * 2**20
LARGEST_MODULE = 20 * 2**20
"""Bytes: a module is texts, programs and some pictures."""

_FOLDER = re.compile(r"[0-9]{2}-[a-z0-9-]{1,32}")
_FILES = re.compile(
    r"(?:residents\.)?[a-z]{2}\.md|solutions/[0-9]{1,2}\.py|[A-Za-z0-9_-]{1,64}\.(?:svg|png|jpe?g|webp)"
)
# A picture that is opened by itself could run what stands in it, or ask another site.
_ACTIVE_SVG = re.compile(
    rb"<script|<foreignobject|\son[a-z]+\s*=|javascript:|href\s*=\s*[\"']\s*(?!#|data:image/)|<!entity",
    re.IGNORECASE,
)
_BROKEN = (zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, EOFError, ValueError, RuntimeError)
"""What ``zipfile`` raises for a file that is damaged, encrypted, or packed in an unknown way."""

_SAME_DAY = (2026, 1, 1, 0, 0, 0)
"""The time of all files in a zip file, so that the same module is the same bytes."""


class Taken(msgspec.Struct, frozen=True):
    """What became of a module that came in. ``before``: the version that it replaced."""

    module_id: str
    version: str
    result: Literal["new", "replaced", "same"]
    folder: Path
    before: str = ""


class FaultyModuleError(FabnumError):
    """The linter refuses the module; ``findings`` says why."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__(
            _("The module has mistakes, so it was not taken in."),
            _("Ask those who sent it to correct it: fabnum curriculum lint."),
        )
        self.findings = tuple(findings)


def give(folder: Path, out: Path) -> None:
    """Write a module as a zip file. Raises FabnumError if it cannot be read or written."""
    reading.load(folder)
    files = [path for path in sorted(folder.rglob("*")) if _is_given(folder, path)]
    try:
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            for path in files:
                name = f"{folder.name}/{path.relative_to(folder).as_posix()}"
                archive.writestr(_entry(name), path.read_bytes())
    except OSError as error:
        raise FabnumError(
            _("{file} cannot be written: {reason}", file=out, reason=error.strerror),
            _("Name another file with --out."),
        ) from None


def take(archive: Path, into: Path, known: Known) -> Taken:
    """Take a module in among a site's own, in the folder ``into``.

    A newer version takes the place of the one that is there; the same one changes nothing. Raises
    FabnumError if the file is no module, is older, or is one of the kit's own;
    :class:`FaultyModuleError` if the linter finds mistakes.
    """
    files = contents(archive)
    folder_name = next(iter(files)).parts[0]
    into.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".incoming-", dir=into) as temporary:
        incoming = Path(temporary) / folder_name
        _write(files, incoming.parent)
        module = reading.load(incoming)
        there = _there(module.front.id, into)
        taken = _compare(module.front.id, module.front.version, there)
        if taken.result == "same":
            return taken
        beside = [folder for folder in reading.folders(into) if folder != there]
        findings = lint([incoming], known, beside=beside)
        if any(finding.severity is Severity.ERROR for finding in findings):
            raise FaultyModuleError(findings)
        target = into / folder_name
        if there is not None:  # away first, so that a moment without it is the worst that can be
            there.rename(Path(temporary) / "before")
        incoming.rename(target)
    return msgspec.structs.replace(taken, folder=target)


# --- what is in a zip file -----------------------------------------------------------------------


def contents(path: Path) -> dict[PurePosixPath, bytes]:
    """Return the files of a module in a zip file. Raises FabnumError for what is none."""
    try:
        with zipfile.ZipFile(path) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            if not 0 < len(entries) <= MOST_FILES:
                raise _refused(path, _("it holds {n} files", n=len(entries)))
            return _read_all(path, archive, entries)
    except OSError as error:
        raise _refused(path, error.strerror or str(error)) from None
    except _BROKEN as error:
        raise _refused(path, _("it is no usable zip file ({reason})", reason=error)) from None


def _read_all(
    path: Path, archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo]
) -> dict[PurePosixPath, bytes]:
    files: dict[PurePosixPath, bytes] = {}
    left = LARGEST_MODULE
    for entry in entries:
        name = PurePosixPath(entry.filename)
        if not _is_usable(entry) or name in files:
            raise _refused(path, _("“{name}” does not belong into a module", name=entry.filename))
        # As much as is allowed is read, whatever the file says of its size.
        with archive.open(entry) as source:
            content = source.read(min(LARGEST_FILE, left) + 1)
        left -= len(content)
        if len(content) > LARGEST_FILE or left < 0:
            raise _refused(path, _("“{name}” is too large", name=entry.filename))
        if name.suffix == ".svg" and _ACTIVE_SVG.search(content):
            raise _refused(path, _("the picture “{name}” holds a program", name=entry.filename))
        files[name] = content
    if len({name.parts[0] for name in files}) != 1:
        raise _refused(path, _("it holds more than one folder"))
    return files


def _is_usable(entry: zipfile.ZipInfo) -> bool:
    """Whether an entry is a plain file of a module, under a name that stays in its folder."""
    mode = entry.external_attr >> 16
    if entry.flag_bits & 1 or (stat.S_IFMT(mode) not in (0, stat.S_IFREG)):
        return False
    folder, _slash, rest = entry.filename.partition("/")
    return bool(_FOLDER.fullmatch(folder) and _FILES.fullmatch(rest))


def _refused(path: Path, reason: str) -> FabnumError:
    return FabnumError(
        _("{file} is no module: {reason}.", file=path.name, reason=reason),
        _("Ask for a file that “fabnum curriculum export” has made."),
    )


def _write(files: dict[PurePosixPath, bytes], to: Path) -> None:
    for name, content in files.items():
        path = to / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def _is_given(folder: Path, path: Path) -> bool:
    name = path.relative_to(folder).as_posix()
    return path.is_file() and not path.is_symlink() and bool(_FILES.fullmatch(name))


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _SAME_DAY)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = (stat.S_IFREG | 0o644) << 16
    return entry


# --- which version is there ----------------------------------------------------------------------


def _there(module_id: str, into: Path) -> Path | None:
    """Return the folder of the module that is there already, the kit's own or the site's."""
    ids = {reading.id_of(folder): folder for folder in reading.folders(into)}
    return ids.get(module_id)


def _compare(module_id: str, version: str, there: Path | None) -> Taken:
    if there is None:
        return Taken(module_id, version, "new", Path())
    present = reading.load(there).front.version
    if _number(version) == _number(present):
        return Taken(module_id, version, "same", there, present)
    if there.parent == reading.MODULES:
        raise FabnumError(
            _("The kit has its own module {module}, which nothing replaces.", module=module_id),
            _("Give yours another id, such as M10; a newer kit brings newer modules."),
        )
    if _number(version) < _number(present):
        raise FabnumError(
            _(
                "{module} is there in version {present}; this is {version}.",
                module=module_id,
                present=present,
                version=version,
            ),
            _("Nothing was changed. To go back, remove {folder} first.", folder=there),
        )
    return Taken(module_id, version, "replaced", there, present)


def _number(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")))
