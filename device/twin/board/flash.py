"""The flash chip: a file on the PC, read and written in blocks as littlefs does on the board."""

import os

BLOCK = 4096
"""Bytes that are erased at once, as on the flash chips of ESP32 modules."""

_BLANK = b"\xff" * 256

# Operations of ioctl(), from MicroPython's vfs.AbstractBlockDev.
_SYNC = 3
_BLOCK_COUNT = 4
_BLOCK_SIZE = 5
_ERASE = 6


class Flash:
    """A block device on a file. What a write has returned from survives the end of the process.

    ``blocks`` is the size of a chip that is new; an existing file keeps its own. ``cut_after``
    lets the power fail in the middle of that many-th write: half of its bytes reach the chip, then
    ``power_fails()`` is called and must not return.
    """

    def __init__(self, path, blocks, cut_after=0, power_fails=None):
        try:
            size = os.stat(path)[6]
        except OSError:
            size = 0
        if size < BLOCK:
            size = blocks * BLOCK
            with open(path, "wb") as new:
                new.seek(size - 1)
                new.write(b"\xff")
        self._blocks = size // BLOCK
        self._file = open(path, "r+b")
        self._cut_after = cut_after
        self._power_fails = power_fails

    def cut_after(self, writes):
        """Let the power fail in the middle of that many-th write from now on; 0: not at all."""
        self._cut_after = writes

    def readblocks(self, block, buffer, offset=0):
        """Fill the buffer from the block on."""
        self._file.seek(block * BLOCK + offset)
        self._file.readinto(buffer)

    def writeblocks(self, block, buffer, offset=None):
        """Write the buffer; without ``offset``, whole blocks that were erased first."""
        self._file.seek(block * BLOCK + (offset or 0))
        if self._cut_after:
            self._cut_after -= 1
            if not self._cut_after:
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
            for offset in range(0, BLOCK, len(_BLANK)):
                self._file.seek(argument * BLOCK + offset)
                self._file.write(_BLANK)
        return 0 if operation in (_SYNC, _ERASE) else None
