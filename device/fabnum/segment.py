"""The form of a segment of the ring: records one after the other, each with length and CRC-32.

    u16 length | u32 CRC-32 of the record, seeded with its length | the record     (little endian)

A record that power loss cut short, or that flash has spoilt, is recognised by it.
"""

import struct
from binascii import crc32

from micropython import const

HEAD_BYTES = const(6)
_HEAD = const("<HI")


def encode(record: bytes) -> bytes:
    """Return the bytes that stand for ``record`` (bytes, 1 to 65535 of them) in a segment."""
    return struct.pack(_HEAD, len(record), crc32(record, len(record))) + record


def decode(data: bytes) -> tuple[list[bytes], int, bool]:
    """Return ``(records, spoilt, clean)`` for the bytes of a segment.

    ``spoilt``: complete records whose CRC is wrong, besides the last. ``clean``: nothing but whole
    records; otherwise it ends in a torn one and must not be appended to.
    """
    records: list[bytes] = []
    spoilt = 0
    torn = False
    at = 0
    while at < len(data):
        if torn:  # it was not the last one: spoilt, not torn
            spoilt += 1
            torn = False
        if at + HEAD_BYTES > len(data):
            return records, spoilt, False
        length, crc = struct.unpack_from(_HEAD, data, at)
        at += HEAD_BYTES
        if not length or at + length > len(data):
            return records, spoilt, False
        record = bytes(memoryview(data)[at : at + length])
        if crc32(record, length) == crc:
            records.append(record)
        else:
            torn = True
        at += length
    return records, spoilt, not torn
