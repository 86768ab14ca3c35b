"""Images for boards where no real MicroPython image is at hand."""

import random
from pathlib import Path

from device.twin.chip.image import (
    PARTITION_TABLE,
    Partition,
    make_image,
    make_partitions,
)
from device.twin.chip.profiles import PROFILES

VERSION = "1.29.0"
DAY = "2026-07-05"

_PROGRAM_AT = 0x10000
_PARTITIONS = (
    Partition(1, 0x02, 0x9000, 0x6000, "nvs"),
    Partition(1, 0x01, 0xF000, 0x1000, "phy_init"),
    Partition(0, 0x00, _PROGRAM_AT, 0x1F0000, "factory"),
    Partition(1, 0x81, 0x200000, 0x200000, "vfs"),
)
_PROGRAM_SIZE = 1_625_000
_RANDOM_SHARE = 0.61
"""How much of the program cannot be compressed: so the whole shrinks as the official images do."""


def virtual_image(
    chip: str, path: Path, *, version: str = VERSION, name: str = "MicroPython"
) -> Path:
    """Write an image that esptool takes and a virtual board starts; return the path.

    It is to be flashed at the chip's ``loader_offset`` (``device/twin/chip/profiles.py``), and is
    as long as an official image and shrinks as well. Another ``name`` makes it another program than
    MicroPython: a board with it says nothing.
    """
    profile = PROFILES[chip]
    loader = make_image(
        profile.chip_id, 0x40080400, [(0x3FFF0030, _content(4892)), (0x40078000, _content(14896))]
    )
    words = f"{name} v{version} on {DAY}; {profile.machine}".encode().ljust(128, b"\0")
    program = make_image(
        profile.chip_id,
        0x40081200,
        [(0x3F400020, words + _content(600_000)), (0x400D0020, _content(_PROGRAM_SIZE - 600_000))],
    )
    image = bytearray(loader)
    for address, content in (
        (PARTITION_TABLE, make_partitions(_PARTITIONS)),
        (_PROGRAM_AT, program),
    ):
        start = address - profile.loader_offset
        image += b"\xff" * (start - len(image)) + content
    path.write_bytes(image)
    return path


def _content(size: int) -> bytes:
    """Return bytes that look like a program to a compressor; the same each time."""
    chance = random.Random(size)  # noqa: S311 - no secret
    size -= size % 4
    return b"".join(
        chance.randbytes(int(256 * _RANDOM_SHARE)).ljust(256, b"\x36")
        for _ in range(-(-size // 256))
    )[:size]
