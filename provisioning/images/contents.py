"""What an image really holds, read from its bytes: chip, MicroPython version, flash it needs.

A file from micropython.org is the flash from the bootloader on: bootloader, partition table and
MicroPython itself, each at its place. The form of each stands in ESP-IDF's documentation (“App
Image Format”, “Partition Tables”): programs begin with 0xE9 and end in a checksum of one byte and a
SHA-256; the table is followed by its MD5.
"""

import hashlib
import itertools
import re
import struct
from dataclasses import dataclass

from provisioning.images.model import CHIPS, Chip

TABLE_AT = 0x8000
"""Where in the flash the partition table lies (the ESP-IDF default, which MicroPython keeps)."""
IMAGE_MAGIC = 0xE9
ENTRY = struct.Struct("<2sBBII16sI")
"""A partition: magic, type, subtype, offset, size (bytes), label, flags."""
ENTRY_MAGIC = b"\xaa\x50"
TABLE_END_MAGIC = b"\xeb\xeb" + b"\xff" * 14
HEADER = struct.Struct("<BBBBI4xH9xB")
"""A program: magic, segments, SPI mode, flash size and speed, entry, chip id, whether a SHA-256
follows the last segment."""
SEGMENT = struct.Struct("<II")
APP_TYPE = 0
CHECKSUM_SEED = 0xEF

_BANNER = re.compile(rb"MicroPython v(\d+\.\d+(?:\.\d+)?(?:-[\w.-]+)?) on \d{4}-\d\d-\d\d")
_SHA256_BYTES = 32


class NoImageError(ValueError):
    """The bytes are no MicroPython image for a chip of the kit; the message says what is wrong."""


class IncompleteError(NoImageError):
    """The bytes begin as an image and end too early, or some of them are wrong."""


@dataclass(frozen=True)
class Contents:
    """What an image holds.

    ``version`` is MicroPython's own word for it, ``None`` where it says none; ``flash_bytes``
    reaches to the end of the last partition.
    """

    chip: Chip
    version: str | None
    flash_bytes: int


@dataclass(frozen=True)
class Partition:
    """A part of the flash, offset and size in bytes."""

    type: int
    offset: int
    size: int


def read(image: bytes) -> Contents:
    """Read and check an image.

    Raises NoImageError if it is none, IncompleteError if it is cut short or damaged.
    """
    chip = _chip(image)
    partitions = _partitions(image, chip.offset)
    _check_program(image, 0, "bootloader")
    apps = [partition for partition in partitions if partition.type == APP_TYPE]
    if not apps:
        raise NoImageError("its partition table has no place for a program")
    _check_program(image, apps[0].offset - chip.offset, "MicroPython")
    banner = _BANNER.search(image)
    return Contents(
        chip,
        banner[1].decode() if banner else None,
        max(partition.offset + partition.size for partition in partitions),
    )


def _chip(image: bytes) -> Chip:
    if len(image) < HEADER.size or image[0] != IMAGE_MAGIC:
        raise NoImageError("it does not begin like an image")
    image_id = HEADER.unpack_from(image)[5]
    for chip in CHIPS.values():
        if chip.image_id == image_id:
            return chip
    raise NoImageError(f"it is for a chip the kit does not know (id {image_id})")


def _partitions(image: bytes, offset: int) -> list[Partition]:
    """Return the partitions, in the order of the table."""
    table = image[TABLE_AT - offset :]
    found = []
    for at in itertools.count(0, ENTRY.size):
        if at + ENTRY.size > len(table):
            raise IncompleteError("it ends within its partition table")
        magic, kind, _subtype, start, size, _label, _flags = ENTRY.unpack_from(table, at)
        if magic != ENTRY_MAGIC:
            break
        found.append(Partition(kind, start, size))
    end = table[at : at + ENTRY.size]
    if not found:
        raise NoImageError("it has no partition table: it may be for updates over the air")
    if end.startswith(TABLE_END_MAGIC) and end[16:] != hashlib.md5(table[:at]).digest():  # noqa: S324 - ESP-IDF's own check
        raise IncompleteError("its partition table is damaged")
    return found


def _check_program(image: bytes, start: int, what: str) -> None:
    """Follow a program's segments to its end, and check the SHA-256 there."""
    if start < 0 or start + HEADER.size > len(image):
        raise IncompleteError(f"it ends before {what}")
    magic, segments, _mode, _flash, _entry, _chip_id, hashed = HEADER.unpack_from(image, start)
    if magic != IMAGE_MAGIC:
        raise IncompleteError(f"{what} is not where its partition table says")
    at = start + HEADER.size
    for _segment in range(segments):
        if at + SEGMENT.size > len(image):
            raise IncompleteError(f"it ends within {what}")
        at += SEGMENT.size + SEGMENT.unpack_from(image, at)[1]
    end = at + 16 - (at - start) % 16  # the checksum is the last byte of a block of 16
    if end + _SHA256_BYTES * hashed > len(image):
        raise IncompleteError(f"it ends within {what}")
    if hashed and hashlib.sha256(image[start:end]).digest() != image[end : end + _SHA256_BYTES]:
        raise IncompleteError(f"{what} is damaged")
