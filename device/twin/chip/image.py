"""What lies in the flash of a board that boots: images with checksums, and the partition table.

Formats: Espressif, ESP-IDF programming guide, "Firmware Image Format" (esptool documentation) and
"Partition Tables". They are read and checked as the chip does, and made for where no MicroPython
image is at hand.
"""

import hashlib
import re
import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from device.twin.chip.checksum import SEED, checksum

PARTITION_TABLE = 0x8000

_HEADER = struct.Struct("<BBBBI4sHBHH4xB")
_SEGMENT = struct.Struct("<II")
_MAGIC = 0xE9
_MOST_SEGMENTS = 16
_SHA256 = 32

_ENTRY = struct.Struct("<2sBBII16sI")
_ENTRY_MAGIC = b"\xaa\x50"
_MD5_MAGIC = b"\xeb\xeb"
_TABLE_SIZE = 0xC00

_BANNER = re.compile(rb"v(\d+\.\d+\.\d+)[\w.-]* on (\d{4}-\d\d-\d\d)")

Read = Callable[[int, int], bytes]
"""Returns so many bytes from an address of the flash."""


class ImageError(Exception):
    """An image that no chip starts. ``reason``: a word for the program that says it.

    ``magic``, ``chip``, ``segments``, ``checksum`` or ``hash``; ``found`` and ``expected`` are the
    values that differ.
    """

    def __init__(self, reason: str, found: int = 0, expected: int = 0) -> None:
        super().__init__(reason, found, expected)
        self.reason = reason
        self.found = found
        self.expected = expected


@dataclass(frozen=True)
class Image:
    """A program in the flash: where it is entered, and what is loaded where (address, content)."""

    entry: int
    segments: Sequence[tuple[int, bytes]]

    def micropython(self) -> tuple[str, str] | None:
        """Return version and day of the MicroPython that this is; ``None``: another program."""
        for _, content in self.segments:
            found = _BANNER.search(content)
            if found and b"MicroPython" in content:
                return found[1].decode(), found[2].decode()
        return None


@dataclass(frozen=True)
class Partition:
    """A region of the flash: kind 0 holds a program, 1 data; both numbers as in the table."""

    kind: int
    subkind: int
    address: int
    size: int
    name: str

    @property
    def is_program(self) -> bool:
        """Whether a program lies there."""
        return self.kind == 0


def read_image(read: Read, address: int, limit: int, chip_id: int, *, hashed: bool) -> Image:
    """Return the image at an address, checked as the chip does. Raises ImageError.

    ``limit``: how long it may be. ``hashed``: whether its hash is looked at; the ROM does not.
    """
    fields = _HEADER.unpack(read(address, _HEADER.size))
    magic, count, entry, chip, has_hash = (fields[i] for i in (0, 1, 4, 6, 10))
    if magic != _MAGIC:
        raise ImageError("magic", int.from_bytes(read(address, 4), "little"))
    if chip != chip_id:
        raise ImageError("chip", chip, chip_id)
    if not 0 < count <= _MOST_SEGMENTS:
        raise ImageError("segments", count)
    segments, end = _read_segments(read, address, count, limit)
    calculated = SEED
    for _, content in segments:
        calculated = checksum(content, calculated)
    end += 16 - end % 16  # the checksum is the last byte of a row of sixteen
    stored = read(address + end - 1, 1)[0]
    if stored != calculated:
        raise ImageError("checksum", stored, calculated)
    if hashed and has_hash:
        digest = hashlib.sha256(read(address, end)).digest()
        if digest != read(address + end, _SHA256):
            raise ImageError("hash")
    return Image(entry, segments)


def _read_segments(
    read: Read, address: int, count: int, limit: int
) -> tuple[list[tuple[int, bytes]], int]:
    """Return the segments and where they end, counted from the image's begin."""
    segments = []
    end = _HEADER.size
    for _ in range(count):
        load_address, length = _SEGMENT.unpack(read(address + end, _SEGMENT.size))
        end += _SEGMENT.size
        if end + length + _SHA256 > limit:
            raise ImageError("segments", length)
        segments.append((load_address, read(address + end, length)))
        end += length
    return segments, end


def read_partitions(read: Read) -> list[Partition]:
    """Return the partition table. Raises ImageError if there is none, or its checksum is wrong."""
    table = read(PARTITION_TABLE, _TABLE_SIZE)
    partitions: list[Partition] = []
    for start in range(0, _TABLE_SIZE, _ENTRY.size):
        row = table[start : start + _ENTRY.size]
        if row[:2] == _MD5_MAGIC:
            if row[16:] != hashlib.md5(table[:start], usedforsecurity=False).digest():
                break
            return partitions
        magic, kind, subkind, address, size, name, _ = _ENTRY.unpack(row)
        if magic != _ENTRY_MAGIC:
            raise ImageError("magic", int.from_bytes(row[:2], "little"))
        partitions.append(
            Partition(kind, subkind, address, size, name.rstrip(b"\0").decode(errors="replace"))
        )
    raise ImageError("checksum")


def make_image(chip_id: int, entry: int, segments: Sequence[tuple[int, bytes]]) -> bytes:
    """Return an image with its checksum and hash, for 4 MB of flash at 40 MHz."""
    image = _HEADER.pack(_MAGIC, len(segments), 2, 0x20, entry, b"\xee", chip_id, 0, 0, 399, 1)
    check = SEED
    for address, content in segments:
        image += _SEGMENT.pack(address, len(content)) + content
        check = checksum(content, check)
    image += b"\0" * (15 - len(image) % 16) + bytes((check,))
    return image + hashlib.sha256(image).digest()


def make_partitions(partitions: Sequence[Partition]) -> bytes:
    """Return a partition table with its checksum."""
    table = b"".join(
        _ENTRY.pack(_ENTRY_MAGIC, p.kind, p.subkind, p.address, p.size, p.name.encode(), 0)
        for p in partitions
    )
    digest = _MD5_MAGIC + b"\xff" * 14 + hashlib.md5(table, usedforsecurity=False).digest()
    return (table + digest).ljust(_TABLE_SIZE, b"\xff")
