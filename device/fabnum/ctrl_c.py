"""Ctrl-C that nobody typed. Loaded by ``fabnum.guard`` when it is needed, and dropped again."""

import io
import os


class _Terminal(io.IOBase):
    """A second terminal, at which somebody types nothing but Ctrl-C."""

    def readinto(self, buffer: bytearray) -> int:
        buffer[0] = 3
        return 1

    def write(self, data: bytes) -> int:
        return len(data)


def press() -> None:
    """Raise KeyboardInterrupt at the next step of whatever runs outside of this callback."""
    os.dupterm(_Terminal())
    os.dupterm_notify(None)
    os.dupterm(None)
