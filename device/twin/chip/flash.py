"""The flash chip of a board: a file on the PC. It is erased in sectors; bits only go from 1 to 0.

The MicroPython of the board writes its own files into the same chip (``twin/board/flash.py``).
"""

import mmap
import struct
from pathlib import Path

SECTOR = 4096
"""Bytes that are erased at once."""


class PowerCutError(Exception):
    """The cable came out in the middle of a write."""


class Fuse:
    """Cuts the power in the middle of the n-th write from now on. Four bytes in a file hold n.

    The file is shared with the board's MicroPython, which counts its own writes there; 0: no cut.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self.arm(0)

    def arm(self, writes: int) -> None:
        """Let the ``writes``-th write from now on be the last; 0 takes that back."""
        self._path.write_bytes(struct.pack("<I", writes))

    def blows(self) -> bool:
        """Count one write; return whether it is the one that the power fails in."""
        (left,) = struct.unpack("<I", self._path.read_bytes())
        if not left:
            return False
        self.arm(left - 1)
        return bool(left == 1)


class Flash:
    """``size`` bytes in a file; a file that is there keeps what it holds."""

    def __init__(self, path: Path, size: int, fuse: Fuse) -> None:
        if not path.exists() or path.stat().st_size != size:
            path.write_bytes(b"\xff" * size)
        self.size = size
        self._fuse = fuse
        with path.open("r+b") as file:
            self._bytes = mmap.mmap(file.fileno(), size)

    def read(self, address: int, count: int) -> bytes:
        """Return some bytes; fewer at the end of the chip."""
        return self._bytes[address : address + count]

    def erase(self, address: int, count: int) -> None:
        """Set all sectors that begin in that region to ones."""
        end = min(address + -(-count // SECTOR) * SECTOR, self.size)
        self._bytes[address:end] = b"\xff" * (end - address)

    def program(self, address: int, data: bytes) -> None:
        """Write some bytes: where a bit is 0 already it stays 0.

        Raises PowerCutError if the power goes now; the first half is then written.
        """
        power_fails = self._fuse.blows()
        if power_fails:
            data = data[: len(data) // 2]
        data = data[: self.size - address]
        before = self._bytes[address : address + len(data)]
        if before.count(0xFF) != len(before):
            merged = int.from_bytes(before, "little") & int.from_bytes(data, "little")
            data = merged.to_bytes(len(before), "little")
        self._bytes[address : address + len(data)] = data
        if power_fails:
            raise PowerCutError
