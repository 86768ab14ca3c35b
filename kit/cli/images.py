"""`fabnum images`: which MicroPython images there are, and how they come and go."""

from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn
from rich.table import Table

from kit.cli.exits import EXPECTED_FAILURE
from kit.errors import FabnumError
from kit.i18n import _, ngettext

if TYPE_CHECKING:
    from collections.abc import Sequence

    from provisioning.images import Image, ImageFolder

_BAR = 1000
"""Steps of a progress bar."""


def show_images(folder: Path | None = None) -> None:
    """List the images, the one each chip gets first. Damaged ones are marked."""
    from provisioning.images import ImageFolder

    images = ImageFolder(folder)
    console = Console()
    found = images.images()
    if not found:
        console.print(_("There is no image in {folder} yet.", folder=images.path))
        console.print(_("Next: “fabnum images add”, from the internet or from a USB stick."))
        return
    table = Table(_("Chip"), _("MicroPython"), _("Flash"), _("File"), "", box=None)
    for image in found:
        table.add_row(*_row(image))
    console.print(table)


def add_images(
    what: str = "", *, chip: str = "", version: str = "", folder: Path | None = None
) -> int:
    """Add an image: a file, a folder such as a USB stick, an address, or the newest of all chips.

    Returns 2 when nothing could be added. What was left out is said with its reason.
    """
    from provisioning.images import Claim, ImageFolder, download

    images = ImageFolder(folder)
    claim = Claim(chip=chip, version=version)
    before = {image.file for image in _known(images)}
    left_out: Sequence[tuple[str, FabnumError]] = ()
    with _Bars() as bars:
        if not what:
            added = download.add_newest(images, progress=bars.hear)
        elif "://" in what:
            added = [download.add(images, what, claim, progress=bars.hear)]
        elif Path(what).is_dir():
            added, left_out = images.add_folder(Path(what))
        else:
            added = [images.add(_existing(what), claim)]
    for image in added:
        new = image.file not in before
        say = _("Added: {image}") if new else _("There already: {image}")
        print(say.format(image=image.words))
    for name, error in left_out:
        print(_("Left out: {file} — {reason}", file=name, reason=error.cause))
    return 0 if added else EXPECTED_FAILURE


def export_images(target: Path, folder: Path | None = None) -> None:
    """Copy all images to a folder, of a USB stick for example."""
    from provisioning import cards
    from provisioning.images import ImageFolder

    images = ImageFolder(folder)
    if not images.images():
        raise cards.failure("image-missing", str(images.path))
    copied = images.export(target)
    print(
        ngettext(
            "{n} image lies in {folder} now.",
            "{n} images lie in {folder} now.",
            len(copied),
            folder=target,
        )
    )
    print(_("On another computer: fabnum images add {folder}", folder=target))


def _row(image: "Image") -> tuple[str, ...]:
    from provisioning.images.model import chip_words

    version = f"{image.version} {image.variant}".strip()
    try:
        image.check()
    except FabnumError as error:
        state = f"[red]{error.cause}[/red]"
    else:
        state = "[green]✓[/green]"
    size = _("{n} MB", n=image.flash_bytes >> 20)
    return chip_words(image.chip), version, size, image.file, state


def _known(images: "ImageFolder") -> "list[Image]":
    """Return the images of a list that can be read; adding renews one that cannot."""
    try:
        return images.images()
    except FabnumError:
        return []


def _existing(what: str) -> Path:
    path = Path(what)
    if not path.exists():
        raise FabnumError(
            _("There is no file or folder “{name}”.", name=what),
            _("Drag it from the file manager into this window to get its exact name."),
        )
    return path


class _Bars:
    """A bar for each file that is fetched; lines only, where the output is no terminal."""

    def __init__(self) -> None:
        console = Console(stderr=True)
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.percentage:>3.0f} %"),
            console=console,
            disable=not console.is_terminal,
        )
        self._tasks: dict[str, TaskID] = {}

    def __enter__(self) -> "_Bars":
        self._progress.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._progress.stop()

    def hear(self, part: float, name: str) -> None:
        """Show how much of a file is there."""
        if name not in self._tasks:
            self._tasks[name] = self._progress.add_task(name, total=_BAR)
            if not self._progress.console.is_terminal:
                self._progress.console.print(_("Fetching {file}", file=name))
        self._progress.update(self._tasks[name], completed=part * _BAR)
