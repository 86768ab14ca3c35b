"""Images as micropython.org makes and names them, but small."""

from pathlib import Path

from device.twin.chip.image import Partition, make_image, make_partitions
from provisioning.images import CHIPS
from provisioning.images.contents import TABLE_AT

APP_AT = 0x10000
FILES_AT = 0x200000


def make(
    chip: str,
    version: str = "1.28.0",
    *,
    flash_bytes: int = 4 << 20,
    body: bytes = b"a program",
    files_at: int = FILES_AT,
) -> bytes:
    """Return an image of some 60 kB."""
    offset, chip_id = CHIPS[chip].offset, CHIPS[chip].image_id
    banner = f"MicroPython v{version} on 2026-04-06; {chip}".encode().ljust(300, b"\0")
    body += bytes(-len(body) % 4)
    table = make_partitions(
        [
            Partition(1, 2, 0x9000, 0x6000, "nvs"),
            Partition(0, 0, APP_AT, files_at - APP_AT, "factory"),
            Partition(1, 0x81, files_at, flash_bytes - files_at, "vfs"),
        ]
    )
    boot = make_image(chip_id, 0x40080400, [(0x40080400, b"boot")])
    program = make_image(chip_id, 0x40081200, [(0x3F400020, banner + body)])
    image = boot.ljust(TABLE_AT - offset, b"\xff") + table
    return image.ljust(APP_AT - offset, b"\xff") + program


def write(
    folder: Path,
    chip: str = "esp32",
    version: str = "1.28.0",
    *,
    variant: str = "",
    flash_bytes: int = 4 << 20,
    name: str = "",
) -> Path:
    """Put an image into a folder, under the name it has at micropython.org or another."""
    folder.mkdir(parents=True, exist_ok=True)
    board = "-".join(filter(None, (CHIPS[chip].board, variant)))
    file = folder / (name or f"{board}-20260406-v{version}.bin")
    file.write_bytes(make(chip, version, flash_bytes=flash_bytes))
    return file
