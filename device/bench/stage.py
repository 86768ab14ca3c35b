"""Lay new files ready below ``/next`` and decide, in one step, that they count.

``/boot.py`` puts them into place at the next start; until then the board is as it was.
"""

import io
import json
import os
from binascii import a2b_base64

import deflate


def begin(unwanted):
    """Have ``/next`` there, without the files of these names."""
    try:
        os.mkdir("/next")
    except OSError:
        pass  # an interrupted installation has left it
    for name in unwanted:
        os.remove("/next/" + name)


def take(pieces, packed):
    """Write pieces of files, (name, size, mode) each; their bytes compressed, in that order."""
    stream = deflate.DeflateIO(io.BytesIO(a2b_base64(packed)), deflate.ZLIB)
    for name, size, mode in pieces:
        with open("/next/" + name, mode) as file:
            file.write(stream.read(size))
    print("taken", sum([size for _, size, _ in pieces]))


def keep(path, name):
    """Lay a copy ready of a file that is there."""
    with open(path, "rb") as source, open("/next/" + name, "wb") as copy:
        piece = source.read(512)
        while piece:
            copy.write(piece)
            piece = source.read(512)
    if digest_of([path]) != digest_of(["/next/" + name]):  # noqa: F821 - see hashing.py
        raise ValueError("spoilt")


def commit(files, digest, kept, removed, folders, first):
    """Decide that these files of ``/next`` and the copies in ``kept`` count, and those paths go.

    ``digest``: of all ``files``, in that order. ``first``: put ``boot.py`` into place before
    anything is decided, for the one that is there would not finish it. Raises ValueError if the
    files are not what was sent.
    """
    if digest_of(["/next/" + name for name in files]) != digest:  # noqa: F821
        raise ValueError("spoilt")
    for folder in folders:
        if not is_folder(folder):  # noqa: F821
            os.mkdir(folder)
    if first:
        keep("/next/boot.py", "boot.first")
        os.rename("/next/boot.first", "/boot.py")
    with open("/next/commit.new", "w") as file:
        json.dump({"files": kept + files, "removed": removed}, file)
    os.rename("/next/commit.new", "/next/commit.json")
    print("decided")
