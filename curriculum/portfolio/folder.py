"""The folder of a portfolio: prepared with hints, read with patience.

A file that cannot be used is left out and named; the rest is shown.
"""

import codecs
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec

from curriculum.document import markdown
from curriculum.document.nodes import Blocks, Directive, Heading, Note, Picture, plain
from curriculum.portfolio.model import Badge, MadeObject, Photo, Portfolio, Program
from curriculum.portfolio.photo import is_printable
from kit import printing
from kit.errors import FabnumError
from kit.folders import make_folder
from kit.i18n import _

WORDS = "portfolio.md"
OBJECTS, PROGRAMS, PHOTOS, BADGES = "objets", "programmes", "photos", "badges"
FOLDERS = (OBJECTS, PROGRAMS, PHOTOS, BADGES)
PICTURES = (".jpg", ".jpeg", ".png", ".webp")
OTHER_PICTURES = (".heic", ".heif", ".gif", ".bmp", ".tif", ".tiff", ".avif")
"""What telephones and programs save too, and browsers or the PDF cannot show."""
LARGEST_PHOTO = 20 << 20
LARGEST_TEXT = 200_000

ReadBadge = Callable[[Path], Badge]
"""Reads a badge's file. Raises FabnumError with the reason where it cannot be shown."""


def prepare(folder: Path) -> None:
    """Make what is missing of the folder; what is there stays as it is."""
    for name in FOLDERS:
        make_folder(folder / name, _("Plug in your USB stick, and name a folder on it."))
    if not (folder / WORDS).exists():
        printing.write(folder / WORDS, _hints().encode())


def require_portfolio(folder: Path) -> None:
    """Raise FabnumError where ``folder`` was not prepared."""
    if not (folder / WORDS).is_file():
        raise FabnumError(
            _("There is no portfolio in {folder}.", folder=folder),
            _("Prepare it with “fabnum portfolio new {folder}”.", folder=folder),
        )


def read(folder: Path, read_badge: ReadBadge) -> Portfolio:
    """Return what is in the folder. Raises FabnumError where there is no portfolio in it."""
    require_portfolio(folder)
    left_out: list[str] = []
    title, words = _words(folder / WORDS, left_out)
    return Portfolio(
        title,
        words,
        tuple(_objects(folder, left_out)),
        tuple(_programs(folder, left_out)),
        tuple(_photos(folder, left_out)),
        tuple(_badges(folder, read_badge, left_out)),
        tuple(left_out),
    )


def _words(path: Path, left_out: list[str]) -> tuple[str, Blocks]:
    """Return the title and the learner's own words, without the hints and what is left empty."""
    title = _("My portfolio")
    try:
        blocks = markdown.read(_text(path))
    except (FabnumError, OSError) as error:
        left_out.append(_why(path, error))
        return title, ()
    kept: list[object] = []
    for block in blocks:
        if isinstance(block, Heading) and block.level == 1:
            title = plain(block.inlines) or title
        elif not isinstance(block, Note | Directive | Picture):
            while isinstance(block, Heading) and kept and isinstance(kept[-1], Heading):
                kept.pop()
            kept.append(block)
    if kept and isinstance(kept[-1], Heading):
        kept.pop()
    return title, tuple(kept)  # type: ignore[arg-type]


def _objects(folder: Path, left_out: list[str]) -> Iterator[MadeObject]:
    for path in _files(folder / OBJECTS, (".json",)):
        try:
            yield msgspec.json.decode(_text(path), type=MadeObject)
        except OSError as error:
            left_out.append(_why(path, error))
        except msgspec.DecodeError:
            left_out.append(_("{file}: this is no object of a site.", file=path.name))


def _programs(folder: Path, left_out: list[str]) -> Iterator[Program]:
    for path in _files(folder / PROGRAMS, (".py",)):
        try:
            yield Program(path.name, _text(path).rstrip() + "\n")
        except OSError as error:
            left_out.append(_why(path, error))


def _photos(folder: Path, left_out: list[str]) -> Iterator[Photo]:
    for path in _files(folder / PHOTOS, PICTURES + OTHER_PICTURES):
        if path.suffix.lower() in OTHER_PICTURES:
            left_out.append(_("{file}: save this picture as JPEG first.", file=path.name))
        elif path.stat().st_size > LARGEST_PHOTO:
            left_out.append(_("{file}: the picture is too large.", file=path.name))
        elif not is_printable(path):
            left_out.append(_("{file}: the picture is damaged.", file=path.name))
        else:
            yield Photo(path, path.stem.replace("-", " ").replace("_", " "))


def _badges(folder: Path, read_badge: ReadBadge, left_out: list[str]) -> Iterator[Badge]:
    for path in _files(folder / BADGES, (".svg", ".jwt")):
        try:
            yield read_badge(path)
        except FabnumError as error:
            left_out.append(error.cause)


def _files(folder: Path, endings: tuple[str, ...]) -> list[Path]:
    """Return the files that end so. Those with a dot before them are the computer's own."""
    if not folder.is_dir():
        return []
    return sorted(
        path
        for path in folder.iterdir()
        if path.is_file() and path.suffix.lower() in endings and not path.name.startswith(".")
    )


def _text(path: Path) -> str:
    """Return a text as any editor saves it. Raises OSError."""
    if path.stat().st_size > LARGEST_TEXT:
        raise OSError(_("it is too long"))
    saved = path.read_bytes()
    return _decoded(saved).replace("\r\n", "\n").replace("\0", "")


def _decoded(saved: bytes) -> str:
    """Return a text in UTF-8, or in what older editors on Windows write."""
    try:
        if saved.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return saved.decode("utf-16")
        return saved.decode("utf-8-sig")
    except UnicodeDecodeError:
        return saved.decode("cp1252", "replace")


def _why(path: Path, error: Exception) -> str:
    reason = error.cause if isinstance(error, FabnumError) else str(error)
    return _("{file}: {reason}", file=path.name, reason=reason)


def _hints() -> str:
    """Return the file that a learner writes in: each hint is a quotation, and is not shown."""
    parts = [
        ("#", _("My portfolio"), _("Put your first name or a nickname here, as you like.")),
        ("##", _("Who I am"), _("Two sentences: what you like to do, what you are good at.")),
        ("##", _("What I am proud of"), _("Which object? What was hard, and how did you manage?")),
        ("##", _("What I explained to others"), _("To whom, and what did they ask?")),
        ("##", _("What comes next"), _("A training, a job, an idea you want to try.")),
    ]
    lines = [f"{mark} {heading}\n\n> {hint}\n" for mark, heading, hint in parts]
    return "\n".join(lines)
