"""Files as micropython.org names them, with small rehearsal images in them."""

from pathlib import Path

from provisioning.images import CHIPS, rehearsal

SMALL_BYTES = 80_000


def write(
    folder: Path,
    chip: str = "esp32",
    version: str = "1.28.0",
    *,
    variant: str = "",
    flash_bytes: int = 4 << 20,
    name: str = "",
    size: int = SMALL_BYTES,
) -> Path:
    """Put an image into a folder, under the name it has at micropython.org or another."""
    folder.mkdir(parents=True, exist_ok=True)
    board = "-".join(filter(None, (CHIPS[chip].board, variant)))
    file = folder / (name or f"{board}-20260406-v{version}.bin")
    file.write_bytes(rehearsal.make(chip, version=version, size=size, flash_bytes=flash_bytes))
    return file
