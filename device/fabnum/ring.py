"""A queue of records on flash that survives power loss at any byte, bounded, oldest dropped first.

The folder holds segments ``<number>.q1``, each at most one flash block, and ``dropped``, the number
of records ever dropped. A record is appended to the newest segment; the oldest segment is taken as
a whole, sealed by that, and removed as a whole once its records have arrived. So every change is
one that the file system makes entirely or not at all: closing a file, renaming one, removing one.
What is taken but not yet removed when power fails is taken again: at most one segment.

Flash wear: an append rewrites the one block of its segment, wherever littlefs finds the least worn
one. At a frame a minute on 2 MB of flash, a block is erased about three times a day, of the 100 000
that it lasts. While there is a network, a segment holds one record, lies inside its folder's
metadata, and costs less still.

In a segment one record stands after the other, each with its length and its CRC-32. A record that
power loss cut short, or that flash has spoilt, is recognised by it:

    u16 length | u32 CRC-32 of the record, seeded with its length | the record     (little endian)

A flash that is full or fails is no error to the caller: records wait in RAM (``spare`` of them),
in order, and each append tries the flash again.
"""

import os
import struct
from binascii import crc32

from fabnum import drop
from micropython import const

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

_SUFFIX = const(".q1")
_TEMPORARY = const(".new")
_DROPPED = const("dropped")
_HEAD_BYTES = const(6)
_HEAD = const("<HI")
_EIO = const(5)
_ENOSPC = const(28)


class Batch:
    """The records of one segment, in order, on their way out.

    ``lost``: how many cannot go out: flash has spoilt them, or the queue cannot date them. The
    queue fills in ``payload``, what goes out, and ``aged``: it says how old its frames are, so it
    ages itself.
    """

    payload = b""
    aged = False

    def __init__(self, number: int, records: list[bytes], lost: int) -> None:
        self.number = number
        self.records = records
        self.lost = lost


class Ring:
    """See the module. ``dropped`` counts the records dropped since the folder was made.

    ``spare``: the records that wait in RAM while the flash is full or failing, newer than those on
    it.
    """

    def __init__(
        self, folder: str = "/queue", segments: int = 64, segment_bytes: int = 4096, spare: int = 32
    ) -> None:
        self._folder = folder
        self._limit = segments
        self._segment_bytes = segment_bytes
        self._spare_limit = spare
        self._segments: list[tuple[int, int]] = []  # (number, records), oldest first
        self._room = 0  # bytes that still fit into the newest segment; 0 when it is sealed
        self._next = 1
        self._taken = 0  # number of the segment on its way out
        self.spare: list[bytes] = []
        self._dropped_segment = 0  # the segment that was dropped last
        self._unsaved = False  # whether ``dropped`` on flash is behind
        self._recovered = False
        self.dropped = 0
        self._try(self._recover)

    def __len__(self) -> int:
        """Return how many records wait."""
        waiting = len(self.spare)
        for _, count in self._segments:
            waiting += count
        return waiting

    def append(self, record: bytes) -> None:
        """Add a record (bytes). It is on flash when this returns, unless ``spare`` holds it.

        Raises ValueError for one that is empty or larger than a segment.
        """
        if not 0 < len(record) <= self._segment_bytes - _HEAD_BYTES:
            raise ValueError("record of %d bytes" % len(record))
        self.spare.append(record)
        if not self._try(self._spill) and len(self.spare) > self._spare_limit:
            self.spare.pop(0)
            self._count_dropped(1)

    def take(self) -> Batch | None:
        """Return the oldest Batch, or ``None`` if nothing waits. It stays until it is removed."""
        while self._segments:
            number, count = self._segments[0]
            if len(self._segments) == 1:
                self._room = 0
            self._taken = number
            try:
                records = self.read(number)
            except OSError:
                records = []
            if records:
                return Batch(number, records, max(0, count - len(records)))
            self.remove(Batch(number, [], count))
        if self.spare:
            return Batch(0, list(self.spare), 0)
        return None

    def remove(self, batch: Batch) -> None:
        """Forget a batch that has arrived; those of its records that are lost count as dropped."""
        if batch.number == 0:
            for record in batch.records:
                if record in self.spare:
                    self.spare.remove(record)
            if batch.lost:
                self._count_dropped(batch.lost)
            return
        if batch.lost:
            self._count_dropped(batch.lost, batch.number)
        self._taken = 0
        self._forget(batch.number)

    def numbers(self) -> list[int]:
        """Return the numbers of the segments on flash, oldest first, but for the one taken."""
        numbers = []
        for number, _ in self._segments:
            if number != self._taken:
                numbers.append(number)
        return numbers

    def read(self, number: int) -> list[bytes]:
        """Return the good records of a segment. Raises OSError."""
        with open(self._path(number), "rb") as file:
            return decode(file.read())[0]

    def rewrite(self, number: int, records: list[bytes]) -> None:
        """Replace the records of a segment by as many others, all at once. Raises OSError."""
        if (number, len(records)) not in self._segments:
            return  # it went out meanwhile, or holds a spoilt record, which must still be counted
        data = b"".join(list(map(encode, records)))
        self._replace("%08d%s" % (number, _SUFFIX), data)
        if number == self._segments[-1][0]:
            self._room = max(0, self._segment_bytes - len(data))

    # Writing.

    def _spill(self) -> None:
        """Write what waits in RAM to flash. Raises OSError; what is written no longer waits."""
        if not self._recovered:
            self._recover()
        while self.spare:
            try:
                self._write(self.spare[0])
            except OSError as error:
                if error.errno != _ENOSPC or not self._drop_oldest():
                    raise
                self._write(self.spare[0])
            self.spare.pop(0)
        if self._unsaved:
            self._save_dropped()

    def _write(self, record: bytes) -> None:
        data = encode(record)
        if len(data) > self._room:
            self._open_segment()
        number, count = self._segments[-1]
        room = self._room
        self._room = 0  # a write that fails leaves a torn record, after which none may stand
        with open(self._path(number), "ab") as file:
            file.write(data)
        self._room = room - len(data)
        self._segments[-1] = (number, count + 1)

    def _open_segment(self) -> None:
        while len(self._segments) >= self._limit and self._drop_oldest():
            pass
        if self._segments and not self._segments[-1][1]:
            self._forget(self._segments[-1][0])  # its first record never got there
        self._segments.append((self._next, 0))
        self._next += 1
        self._room = self._segment_bytes

    def _drop_oldest(self) -> bool:
        """Drop the oldest segment that is not on its way out; return whether there was one."""
        for number, count in self._segments:
            if number != self._taken:
                self._save_dropped(self.dropped + count, number)
                self._forget(number)
                return True
        return False

    def _forget(self, number: int) -> None:
        if number == (self._segments[-1][0] if self._segments else 0):
            self._room = 0
        for entry in self._segments:
            if entry[0] == number:
                self._segments.remove(entry)
                break
        try:
            os.remove(self._path(number))
        except OSError:
            pass

    # The number of dropped records. It is written before the segment that it counts is removed, and
    # names that segment: if power fails between the two, the segment is removed at the next start.

    def _count_dropped(self, count: int, number: int | None = None) -> None:
        self.dropped += count
        if number is not None:
            self._dropped_segment = number
        self._unsaved = not self._try(self._save_dropped)

    def _save_dropped(self, dropped: int | None = None, number: int | None = None) -> None:
        if not self._recovered:
            raise OSError(_EIO)  # the number on flash is not known yet
        dropped = self.dropped if dropped is None else dropped
        number = self._dropped_segment if number is None else number
        data = struct.pack("<II", dropped, number)
        self._replace(_DROPPED, data + struct.pack("<I", crc32(data)))
        self.dropped = dropped
        self._dropped_segment = number
        self._unsaved = False

    def _recover(self) -> None:
        # Find what an earlier start left behind. Raises OSError if flash cannot be read.
        from fabnum import recovery

        try:
            found = recovery.find(self._folder)
        finally:
            drop("recovery")
        self._segments, self._next, used, dropped, self._dropped_segment = found
        self._room = max(0, self._segment_bytes - used) if used else 0
        self.dropped += dropped
        self._recovered = True

    # Files.

    def _path(self, number: int) -> str:
        return "%s/%08d%s" % (self._folder, number, _SUFFIX)

    def _replace(self, name: str, data: bytes) -> None:
        path = self._folder + "/" + name
        with open(path + _TEMPORARY, "wb") as file:
            file.write(data)
        os.rename(path + _TEMPORARY, path)

    @staticmethod
    def _try(action: "Callable[[], object]") -> bool:
        try:
            action()
        except OSError:
            return False
        return True


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
        if at + _HEAD_BYTES > len(data):
            return records, spoilt, False
        length, crc = struct.unpack_from(_HEAD, data, at)
        at += _HEAD_BYTES
        if not length or at + length > len(data):
            return records, spoilt, False
        record = bytes(memoryview(data)[at : at + length])
        if crc32(record, length) == crc:
            records.append(record)
        else:
            torn = True
        at += length
    return records, spoilt, not torn
