"""Images to rehearse with, where no real one is at hand: for virtual boards and for tests.

A rehearsal image has everything by which tools tell an image (header, partition table, programs
with their hashes, the version) and about the size of a real one; about as much of it can be
compressed. What it does not have is MicroPython: a virtual board starts its own.
"""

import hashlib
import random
import struct

from provisioning.images.contents import (
    APP_TYPE,
    CHECKSUM_SEED,
    ENTRY,
    ENTRY_MAGIC,
    HEADER,
    IMAGE_MAGIC,
    SEGMENT,
    TABLE_AT,
    TABLE_END_MAGIC,
)
from provisioning.images.model import CHIPS, Chip

APP_AT = 0x10000
FILES_AT = 0x200000
REAL_BYTES = 1_690_000
"""About the size of MicroPython 1.24 for the ESP32."""

_FLASH_SIZE_4MB = 2 << 4
_DATA_TYPE = 1
_FAT_SUBTYPE = 0x81
_NVS_SUBTYPE = 2
_INSTRUCTIONS_AT = 0x40080400
_DATA_AT = 0x3F400020
_DESCRIPTION = struct.Struct("<I12x32s32s16s16s32s112x")
_DESCRIPTION_MAGIC = 0xABCD5432


def file_name(chip: str, version: str = "1.28.0") -> str:
    """Return the name micropython.org would give it, so that the folder reads it as any other."""
    return f"{CHIPS[chip].board}-REHEARSAL-20260101-v{version}.bin"


def make(
    chip: str,
    *,
    version: str = "1.28.0",
    size: int = REAL_BYTES,
    flash_bytes: int = 4 << 20,
    seed: int = 0,
) -> bytes:
    """Return a rehearsal image of about ``size`` bytes; another ``seed`` makes other bytes."""
    kind = CHIPS[chip]
    banner = f"MicroPython v{version} on 2026-01-01; rehearsal".encode() + b"\0"
    filler = random.Random(seed)  # noqa: S311 - nothing secret
    app_bytes = max(size + kind.offset - APP_AT, 1024)
    half = filler.randbytes(app_bytes // 2) + bytes(app_bytes - app_bytes // 2)
    parts = {
        0: _program(kind, _INSTRUCTIONS_AT, b"rehearsal boot"),
        TABLE_AT - kind.offset: _table(flash_bytes),
        APP_AT - kind.offset: _program(kind, _DATA_AT, _description(version) + banner + half),
    }
    return _at_their_places(parts)


def _at_their_places(parts: dict[int, bytes]) -> bytes:
    image = bytearray()
    for start, part in sorted(parts.items()):
        image += b"\xff" * (start - len(image)) + part
    return bytes(image)


def _description(version: str) -> bytes:
    """Return what ESP-IDF puts first in a program (``esp_app_desc_t``, 256 bytes)."""
    words = (version, "rehearsal", "00:00:00", "Jan  1 2026", "none")
    return _DESCRIPTION.pack(_DESCRIPTION_MAGIC, *(word.encode() for word in words))


def _program(chip: Chip, address: int, body: bytes) -> bytes:
    """Return a program of one segment, as the ROM and esptool read it."""
    body += bytes(-len(body) % 4)
    checksum = CHECKSUM_SEED
    for word in struct.iter_unpack("<I", body):
        checksum ^= word[0]
    checksum ^= checksum >> 16
    checksum = (checksum ^ checksum >> 8) & 0xFF
    program = HEADER.pack(IMAGE_MAGIC, 1, 2, _FLASH_SIZE_4MB, 0x40080400, chip.image_id, 1)
    program += SEGMENT.pack(address, len(body)) + body
    program += bytes(15 - len(program) % 16) + bytes([checksum])
    return program + hashlib.sha256(program).digest()


def _table(flash_bytes: int) -> bytes:
    """Return MicroPython's own partitioning of 4 MB, the file system reaching to the end."""
    entries = (
        (_DATA_TYPE, _NVS_SUBTYPE, 0x9000, 0x6000, b"nvs"),
        (_DATA_TYPE, 1, 0xF000, 0x1000, b"phy_init"),
        (APP_TYPE, 0, APP_AT, FILES_AT - APP_AT, b"factory"),
        (_DATA_TYPE, _FAT_SUBTYPE, FILES_AT, flash_bytes - FILES_AT, b"vfs"),
    )
    table = b"".join(ENTRY.pack(ENTRY_MAGIC, *entry, 0) for entry in entries)
    return table + TABLE_END_MAGIC + hashlib.md5(table).digest()  # noqa: S324 - ESP-IDF's own check
