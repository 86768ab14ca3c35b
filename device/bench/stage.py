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


def copy(source, target):
    """Write a copy of a file; what was at ``target`` stays until all of it is there."""
    with open(source, "rb") as there, open(target, "wb") as here:
        piece = there.read(512)
        while piece:
            here.write(piece)
            piece = there.read(512)
    if digest_of([source]) != digest_of([target]):  # noqa: F821 - see hashing.py
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
        copy("/next/boot.py", "/boot.py")
    decided = json.dumps({"files": kept + files, "removed": removed})
    # Closing it decides: until then it is empty.
    with open("/next/commit.json", "w") as file:
        file.write(decided)
    print("decided")
