"""The folder of images: finding the one for a chip, adding some, copying them to a stick."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from kit import settings
from kit.errors import FabnumError
from kit.i18n import _
from provisioning import cards
from provisioning.images import adding, manifest
from provisioning.images.adding import Claim
from provisioning.images.model import Image, chip_words, rank


class Added(NamedTuple):
    """What came of adding a folder: its images, and the files left out with the reason of each."""

    images: list[Image]
    left_out: list[tuple[str, cards.CardError]]


def default_folder() -> Path:
    """Return the folder of images: ``FABNUM_IMAGES``, else ``images`` in the data folder."""
    named = os.environ.get("FABNUM_IMAGES")
    return Path(named).expanduser() if named else settings.default_folder() / "images"


class ImageFolder:
    """The images of a site, by default those of :func:`default_folder`.

    A folder that is not there yet holds none.
    """

    def __init__(self, path: Path | None = None) -> None:
        self.path = default_folder() if path is None else path
        self.manifest = self.path / manifest.NAME

    def images(self) -> list[Image]:
        """Return all images, the best of each chip first.

        Raises CardError ``image-manifest`` if the list cannot be read.
        """
        return sorted(manifest.read(self.path), key=rank, reverse=True)

    def find(self, chip: str, flash_bytes: int | None = None) -> Image:
        """Return the image for a chip: the newest release that fits into its flash (bytes).

        Raises CardError: ``image-missing``, ``image-too-large``, ``image-damaged``,
        ``image-manifest``.
        """
        of_chip = [image for image in self.images() if image.chip == chip]
        if not of_chip:
            raise cards.failure("image-missing", chip_words(chip))
        for image in of_chip:
            if flash_bytes is None or image.flash_bytes <= flash_bytes:
                image.check()
                return image
        raise cards.failure("image-too-large", f"{(flash_bytes or 0) / 2**20:g} MB")

    def add(self, file: Path, claim: Claim | None = None) -> Image:
        """Copy an image into the folder and onto its list; return it as it is there.

        Raises CardError: those of :func:`provisioning.images.adding.identify`, and
        ``image-folder`` where the folder cannot be written.
        """
        claim = claim or Claim()
        claim = replace(claim, name=claim.name or file.name, source=claim.source or file.name)
        data = adding.read(file)
        image = adding.identify(data, claim, self.path)
        with self._writing():
            self.path.mkdir(parents=True, exist_ok=True)
            self._renew_list()
            _write_whole(image.path, data)
            others = [other for other in self.images() if other.file != image.file]
            _write_whole(self.manifest, manifest.text([*others, image]).encode())
        return image

    def add_folder(self, folder: Path) -> Added:
        """Copy all images of a folder, of a USB stick for example, and of the folders in it.

        Where it has a list, its files must be what that says. Raises FabnumError if there is no
        file to be tried.
        """
        listed = {image.path: image for image in manifest.read(folder)}
        files = sorted({*folder.glob("*.bin"), *folder.glob("*/*.bin")})
        if not files:
            raise FabnumError(
                _("There is no .bin file in {folder}.", folder=folder),
                _("Name the folder in which the images lie."),
            )
        added = Added([], [])
        for file in files:
            known = listed.get(file)
            claim = Claim(sha256=known.sha256, source=known.source) if known else Claim()
            try:
                added.images.append(self.add(file, claim))
            except cards.CardError as error:
                if error.code == "image-folder":
                    raise
                added.left_out.append((file.name, error))
        return added

    def export(self, folder: Path) -> list[Image]:
        """Copy all images with their list to a folder, of a USB stick for example.

        Returns all that are there then: what that folder had stays. Raises CardError as
        :meth:`add` does.
        """
        target = ImageFolder(folder)
        for image in self.images():
            target.add(image.path, Claim(sha256=image.sha256, source=image.source))
        return target.images()

    def _renew_list(self) -> None:
        """Where the list cannot be read, put it aside and make it anew from the images here."""
        try:
            self.images()
        except cards.CardError:
            self.manifest.replace(self.manifest.with_suffix(".unreadable"))
            for file in sorted(self.path.glob("*.bin")):
                try:
                    self.add(file)
                except cards.CardError:
                    continue  # it stays where it is, and no board gets it

    @contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise cards.failure("image-folder", f"{self.path}: {error.strerror}") from None


def _write_whole(target: Path, data: bytes) -> None:
    """Write a file so that it is there whole or not at all, readable by all users of this PC."""
    descriptor, name = tempfile.mkstemp(dir=target.parent, suffix=".part")
    unfinished = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        unfinished.chmod(0o644)
        unfinished.replace(target)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise
