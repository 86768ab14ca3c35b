"""What an earlier start left of the ring: its segments, and how many records were ever dropped.

``fabnum.ring`` asks once at each start and then drops this module.
"""

import os
import struct
from binascii import crc32

from fabnum.ring import decode
from micropython import const

# The same as in ``fabnum.ring``: the names of its files.
_SUFFIX = const(".q1")
_TEMPORARY = const(".new")
_DROPPED = const("dropped")


def find(folder: str) -> tuple[list[tuple[int, int]], int, int, int, int]:
    """Return what a folder holds, making it if need be. Raises OSError if flash cannot be read.

    ``(segments, next, used, dropped, dropped_segment)``: the segments as (number, records), oldest
    first; the number of the next; the bytes of the newest, 0 where it must not be appended to; how
    many records were ever dropped; the segment that was dropped last.
    """
    try:
        names = os.listdir(folder)
    except OSError:
        os.mkdir(folder)
        names = []
    dropped, dropped_segment = _load_dropped(folder) if _DROPPED in names else (0, 0)
    segments = []
    following = dropped_segment + 1
    used = 0
    for name in sorted(names):
        path = folder + "/" + name
        if name.endswith(_TEMPORARY):
            os.remove(path)
        elif name.endswith(_SUFFIX) and name[: -len(_SUFFIX)].isdigit():
            number = int(name[: -len(_SUFFIX)])
            following = number + 1
            count, size = _measure(path)
            if number == dropped_segment or not count:
                os.remove(path)
            else:
                segments.append((number, count))
                used = size
    return segments, following, used, dropped, dropped_segment


def _measure(path: str) -> tuple[int, int]:
    """Return how many records a segment holds, and its bytes, 0 if its last record is torn."""
    with open(path, "rb") as file:
        data = file.read()
    records, spoilt, clean = decode(data)
    return len(records) + spoilt, len(data) if clean else 0


def _load_dropped(folder: str) -> tuple[int, int]:
    with open(folder + "/" + _DROPPED, "rb") as file:
        data = file.read()
    if len(data) != 12 or struct.unpack_from("<I", data, 8)[0] != crc32(data[:8]):
        return 0, 0
    return struct.unpack_from("<II", data)
