"""SHA-256 of what really lies on the flash of this board."""

import hashlib
import os


def digest_of(paths):
    """Return the SHA-256 of some files, one after the other, as hex digits.

    Raises OSError if one cannot be read.
    """
    digest = hashlib.sha256()
    buffer = bytearray(512)
    view = memoryview(buffer)
    for path in paths:
        with open(path, "rb") as file:
            while True:
                count = file.readinto(buffer)
                if not count:
                    break
                digest.update(view[:count])
    return "".join(["%02x" % byte for byte in digest.digest()])


def is_folder(path):
    """Tell whether there is a folder of that name."""
    try:
        return bool(os.stat(path)[0] & 0x4000)
    except OSError:
        return False
