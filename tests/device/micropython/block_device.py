"""A flash in RAM whose power can be cut after any number of bytes, even inside a block."""

BLOCK_BYTES = 4096


class PowerCut(BaseException):
    """The power is gone: nothing that runs on this board goes on."""


class Flash:
    """A block device for VfsLfs2. ``budget``: bytes until the power is cut; ``None``: never.

    ``failing``: an error number that every write raises, as worn flash does.
    """

    def __init__(self, blocks=64, contents=None):
        self.contents = contents or bytearray(b"\xff" * (blocks * BLOCK_BYTES))
        self.budget = None
        self.failing = None
        self.written = 0

    def readblocks(self, block, buffer, offset=0):
        self._powered()
        at = block * BLOCK_BYTES + offset
        buffer[:] = memoryview(self.contents)[at : at + len(buffer)]

    def writeblocks(self, block, buffer, offset=None):
        at = block * BLOCK_BYTES + (offset or 0)
        if offset is None:
            self._erase(at, len(buffer))
        self._write(at, buffer)

    def ioctl(self, operation, argument):
        if operation == 4:
            return len(self.contents) // BLOCK_BYTES
        if operation == 5:
            return BLOCK_BYTES
        if operation == 6:
            self._erase(argument * BLOCK_BYTES, BLOCK_BYTES)
        return 0

    def after_power_loss(self):
        """Return the same flash, powered again."""
        return Flash(contents=bytearray(self.contents))

    def _erase(self, at, length):
        self._powered()
        if self.failing:
            raise OSError(self.failing)
        self.contents[at : at + length] = b"\xff" * length

    def _write(self, at, data):
        self._powered()
        if self.failing:
            raise OSError(self.failing)
        length = len(data)
        if self.budget is not None:
            length = min(length, self.budget)
            self.budget -= length
        self.contents[at : at + length] = memoryview(data)[:length]
        self.written += length
        self._powered()

    def _powered(self):
        if self.budget is not None and self.budget <= 0:
            raise PowerCut
