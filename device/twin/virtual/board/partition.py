"""The part of the flash chip that holds MicroPython's files: blocks of a larger file on the PC."""

import struct

BLOCK = 4096
"""Bytes that are erased at once."""

_BLANK = b"\xff" * 256
_FUSE = struct.calcsize("<I")

# Operations of ioctl(), from MicroPython's vfs.AbstractBlockDev.
_SYNC = 3
_BLOCK_COUNT = 4
_BLOCK_SIZE = 5
_ERASE = 6


class Partition:
    """A block device from ``address`` on, ``size`` bytes long, in the file of the whole chip.

    ``fuse``: a file that holds, in four bytes, after how many writes the power fails (0: not at
    all); half of the last one reaches the chip, then ``power_fails()`` is called and must not
    return. The boot loader of the chip counts there too (``device/twin/chip/flash.py``).
    """

    def __init__(self, path, address, size, fuse, power_fails):
        self._file = open(path, "r+b")
        self._address = address
        self._blocks = size // BLOCK
        self._fuse = open(fuse, "r+b")
        self._left = bytearray(_FUSE)
        self._power_fails = power_fails

    def readblocks(self, block, buffer, offset=0):
        """Fill the buffer from the block on."""
        self._file.seek(self._address + block * BLOCK + offset)
        self._file.readinto(buffer)

    def writeblocks(self, block, buffer, offset=None):
        """Write the buffer; without ``offset``, whole blocks that were erased first."""
        self._file.seek(self._address + block * BLOCK + (offset or 0))
        if self._fuse_blows():
            self._file.write(memoryview(buffer)[: len(buffer) // 2])
            self._power_fails()
        self._file.write(buffer)

    def ioctl(self, operation, argument):
        """Answer size and sync, erase a block."""
        if operation == _BLOCK_COUNT:
            return self._blocks
        if operation == _BLOCK_SIZE:
            return BLOCK
        if operation == _ERASE:
            # In small pieces: the chip erases without taking any of the program's memory.
            self._file.seek(self._address + argument * BLOCK)
            for _ in range(BLOCK // len(_BLANK)):
                self._file.write(_BLANK)
        return 0 if operation in (_SYNC, _ERASE) else None

    def is_blank(self):
        """Whether nothing was ever written to its first block."""
        block = bytearray(BLOCK)
        self.readblocks(0, block)
        return block == b"\xff" * BLOCK

    def _fuse_blows(self):
        self._fuse.seek(0)
        self._fuse.readinto(self._left)
        left = struct.unpack("<I", self._left)[0]
        if left:
            struct.pack_into("<I", self._left, 0, left - 1)
            self._fuse.seek(0)
            self._fuse.write(self._left)
        return left == 1
