"""What an image of MicroPython is, and for which chips the kit takes images."""

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from provisioning import cards

_READ_BYTES = 1 << 20


@dataclass(frozen=True)
class Chip:
    """One sort of chip, as far as its images differ.

    ``name`` is what esptool calls it, ``words`` what people do; ``image_id`` stands in the header
    of its images (ESP-IDF, ``esp_chip_id_t``); ``offset`` is where its ROM looks for the
    bootloader; ``board`` is what micropython.org calls boards of no particular maker.
    """

    name: str
    words: str
    image_id: int
    offset: int
    board: str


CHIPS: dict[str, Chip] = {
    chip.name: chip
    for chip in (
        Chip("esp32", "ESP32", 0, 0x1000, "ESP32_GENERIC"),
        Chip("esp32s3", "ESP32-S3", 9, 0x0, "ESP32_GENERIC_S3"),
        Chip("esp32c3", "ESP32-C3", 5, 0x0, "ESP32_GENERIC_C3"),
    )
}


def chip_words(name: str) -> str:
    """Return what people call a chip: ``esp32s3`` is the ESP32-S3."""
    return CHIPS[name].words if name in CHIPS else name


@dataclass(frozen=True)
class Image:
    """One image in a folder, as the folder's manifest has it.

    ``board`` and ``variant`` are micropython.org's (``ESP32_GENERIC_S3``, ``SPIRAM_OCT``), empty
    where unknown; ``version`` has no leading ``v``; ``offset`` is where it is written to, in bytes;
    ``flash_bytes`` the least flash it needs, its file system included; ``sha256`` is that of the
    file; ``source`` says where it came from.
    """

    path: Path
    chip: str
    board: str
    variant: str
    version: str
    offset: int
    flash_bytes: int
    sha256: str
    source: str = ""

    @property
    def file(self) -> str:
        """Its name in the folder."""
        return self.path.name

    @property
    def words(self) -> str:
        """What it is, in a few words: ``MicroPython 1.28.0 · ESP32-S3 (SPIRAM_OCT)``."""
        variant = f" ({self.variant})" if self.variant else ""
        return f"MicroPython {self.version} · {chip_words(self.chip)}{variant}"

    def check(self) -> None:
        """Read the whole file. Raises CardError ``image-damaged`` if it is not what was added."""
        try:
            actual = sha256_of(self.path)
        except OSError as error:
            raise cards.failure("image-damaged", f"{self.file}: {error.strerror}") from None
        if actual != self.sha256:
            raise cards.failure("image-damaged", self.file)


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_READ_BYTES):
            digest.update(chunk)
    return digest.hexdigest()


def rank(image: Image) -> tuple[bool, bool, bool, tuple[int, ...], str]:
    """Return how well an image suits a board of which only the chip is known; more is better.

    Images for boards of no particular maker come first, then those without a variant (a variant is
    for other memory or another partitioning), then releases before previews, then the newer.
    """
    generic = image.board == CHIPS[image.chip].board
    release = re.fullmatch(r"[\d.]+", image.version) is not None
    numbers = tuple(int(number) for number in re.findall(r"\d+", image.version.split("-")[0]))
    return generic, not image.variant, release, numbers, image.version
