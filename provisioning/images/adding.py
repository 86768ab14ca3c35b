"""What a file is as an image: what its name, its bytes and whoever adds it say, made to agree."""

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from provisioning import cards
from provisioning.images import contents, names
from provisioning.images.model import CHIPS, Image, chip_words

LARGEST_BYTES = 16 << 20
"""No image is larger: no board of this kind has more flash."""


@dataclass(frozen=True)
class Claim:
    """What whoever adds an image takes it for; what is empty is not claimed.

    ``name`` is what the file is called where it comes from. ``source`` is that place as the list
    shall name it: an address, and no path of this PC, which may hold somebody's name.
    """

    chip: str = ""
    version: str = ""
    sha256: str = ""
    name: str = ""
    source: str = ""


def read(file: Path) -> bytes:
    """Return a file's bytes. Raises CardError ``image-unknown`` or ``image-incomplete``."""
    try:
        if not file.is_file() or file.stat().st_size > LARGEST_BYTES:
            raise cards.failure("image-unknown", file.name)
        return file.read_bytes()
    except OSError as error:
        raise cards.failure("image-incomplete", f"{file}: {error.strerror}") from None


def identify(data: bytes, claim: Claim, folder: Path) -> Image:
    """Say what image these bytes are, and what it shall be called in a folder.

    Raises CardError: ``image-unknown``, ``image-incomplete``, ``image-damaged``,
    ``image-differs``.
    """
    if claim.sha256 and sha256(data).hexdigest() != claim.sha256:
        raise cards.failure("image-damaged", claim.name)
    holds = _contents(data, claim.name)
    named = names.parse(claim.name)
    board, variant = (named.board, named.variant) if named else ("", "")
    _agree_on_chip(claim, board, holds)
    version = _agree_on_version(claim, named.version if named else "", holds)
    return Image(
        folder / (claim.name if named else f"{holds.chip.name}-v{version}.bin"),
        chip=holds.chip.name,
        board=board,
        variant=variant,
        version=version,
        offset=holds.chip.offset,
        flash_bytes=holds.flash_bytes,
        sha256=sha256(data).hexdigest(),
        source=claim.source,
    )


def _contents(data: bytes, name: str) -> contents.Contents:
    try:
        return contents.read(data)
    except contents.IncompleteError as error:
        raise cards.failure("image-incomplete", f"{name}: {error}") from None
    except contents.NoImageError as error:
        raise cards.failure("image-unknown", f"{name}: {error}") from None


def _agree_on_chip(claim: Claim, board: str, holds: contents.Contents) -> None:
    of_board = next((chip.name for chip in CHIPS.values() if chip.board == board), "")
    for told in (claim.chip, of_board):
        if told and told != holds.chip.name:
            raise cards.failure(
                "image-differs", f"{claim.name}: {chip_words(told)} ≠ {holds.chip.words}"
            )


def _agree_on_version(claim: Claim, by_name: str, holds: contents.Contents) -> str:
    """Return the version in MicroPython's own words, where it has any.

    Only the numbers must agree: previews write their commit more or less shortened.
    """
    told = claim.version.removeprefix("v") or by_name
    version = holds.version or told
    if not version:
        raise cards.failure("image-unknown", f"{claim.name}: --version ?")
    if told and told.partition("-")[0] != version.partition("-")[0]:
        raise cards.failure("image-differs", f"{claim.name}: {told} ≠ {version}")
    return version
