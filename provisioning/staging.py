"""What an installation has to do, from what lies on the board and what shall lie there.

Nothing here touches a board. A :class:`Plan` becomes scripts (:func:`scripts`), which run there
one after the other. Files travel compressed, several in one script: at 115200 baud each byte
counts, and so does each turn of question and answer.
"""

import hashlib
import json
import zlib
from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from pathlib import PurePosixPath

from kit.firmware import DEVICE

NEXT = "/next/"
"""Where new files wait until all of them are there."""

OURS = ("/fabnum/", "/drivers/")
"""The folders that an installation puts in order. Compiled modules there are the kit's."""

_AT_ONCE = 4096
"""Bytes of files in one script: what a busy board still has room for, with its compressed form."""

_WINDOW_BITS = 11
"""The board needs 2 to the power of this many bytes to unpack."""

_SPARE_BLOCKS = 6
"""Besides the files: folders, the list of what to do, and one block for what is being written."""

_BLOCKS_OF_A_COPY = 4
"""How much of the flash a program takes that a learner wrote, at most."""

_FILES_PER_BLOCK = 8
"""How many names of files littlefs keeps in a block of a folder, at least."""


@dataclass(frozen=True)
class Found:
    """What lies on a board: SHA-256 by path, and its flash in blocks of ``block`` bytes.

    ``originals``: the beginning of the digest of what was installed, for files that people change.
    ``finishes``: whether the ``boot.py`` that is there ends an interrupted installation well;
    ``idle``: whether it does nothing, as that of a new MicroPython.
    """

    digests: Mapping[str, str]
    block: int
    free: int
    originals: Mapping[str, str] = field(default_factory=dict)
    finishes: bool = False
    idle: bool = True


@dataclass(frozen=True)
class Plan:
    """What has to be done. Names are those below ``/next``, with ``+`` for each slash.

    ``send``: what has to travel; ``files``: all that waits in the end; ``copies``: what a learner
    wrote, by path, and the path of the copy; ``unwanted``: of an earlier attempt; ``removed`` and
    ``folders``: paths to remove, folders to make. ``boot_first``: the ``boot.py`` that is there
    would not finish an installation, so the new one has to be there before it is decided.
    """

    send: Mapping[str, bytes]
    files: Mapping[str, bytes]
    copies: Mapping[str, str]
    unwanted: tuple[str, ...]
    removed: tuple[str, ...]
    folders: tuple[str, ...]
    unchanged: tuple[str, ...]
    boot_first: bool

    @property
    def nothing_to_do(self) -> bool:
        """Whether all is as it should be."""
        return not self.files and not self.removed

    @property
    def bytes(self) -> int:
        """How many bytes of files travel."""
        return sum(map(len, self.send.values()))

    def blocks(self, block: int) -> int:
        """Return how many blocks of the flash it takes until the old files have gone, at most."""
        contents = sum(-(-len(content) // block) for content in self.send.values())
        names = len(self.send) // _FILES_PER_BLOCK
        # The board copies each file from where it waits, and removes it there, before the next.
        twice = max([-(-len(content) // block) for content in self.files.values()], default=0)
        if self.copies:
            twice = max(twice, _BLOCKS_OF_A_COPY)
        return contents + len(self.copies) * _BLOCKS_OF_A_COPY + twice + names + _SPARE_BLOCKS


def digest(*contents: bytes) -> str:
    """Return the SHA-256 of some contents, one after the other, in hex digits."""
    return hashlib.sha256(b"".join(contents)).hexdigest()


def read(output: str) -> Found:
    """Understand what ``look.py`` has printed. Raises ValueError if it did not end."""
    digests: dict[str, str] = {}
    originals: dict[str, str] = {}
    boot: dict[str, bool] = {}
    for line in output.splitlines():
        if not line.startswith("{"):
            continue  # something of the board's own
        told = json.loads(line)
        if "path" in told:
            digests[told["path"]] = told["digest"]
        elif "installed" in told:
            originals = told["installed"] or {}
        elif "finishes" in told:
            boot = told
        elif "free" in told:
            return Found(digests, told["block"], told["free"], originals, **boot)
    raise ValueError("the board did not say all that lies on it")


def plan(found: Found, wanted: Mapping[str, bytes], *, tidy: bool) -> Plan:
    """Return what brings a board from what was found to what is wanted (contents by path).

    ``tidy``: ``wanted`` is all that belongs into the folders of the kit; other compiled modules go.
    What a learner wrote never goes: where it is in the way, a copy is kept beside.
    """
    contents = {"/" + path: content for path, content in wanted.items()}
    digests = {path: digest(content) for path, content in contents.items()}
    unchanged = [path for path in contents if found.digests.get(path) == digests[path]]
    changed = {path: contents[path] for path in contents if path not in unchanged}
    files = {staged_name(path): content for path, content in changed.items()}
    waiting = {
        name: found.digests[NEXT + name]
        for name in (path.removeprefix(NEXT) for path in found.digests if path.startswith(NEXT))
    }
    reused = {name for name in files if waiting.get(name) == digest(files[name])}
    copies = dict(_copies(found, changed))
    removed = sorted(_superfluous(found, contents)) if tidy else []
    copies |= {path: _beside(path) for path in removed if path.endswith(".py")}
    return Plan(
        send={name: content for name, content in files.items() if name not in reused},
        files=files,
        copies=copies,
        unwanted=tuple(sorted(waiting.keys() - reused)),
        removed=(*removed, *_empty_folders(found, contents, removed)),
        folders=tuple(_folders(changed)),
        unchanged=tuple(unchanged),
        boot_first=not found.finishes,
    )


def staged_name(path: str) -> str:
    """Return the name below ``/next`` of what shall stand at ``path``."""
    return path.removeprefix("/").replace("/", "+")


def path_of(name: str) -> str:
    """Return where the file of that name below ``/next`` shall stand."""
    return "/" + name.replace("+", "/")


def give_up() -> bytes:
    """Return what removes all that waits, so that the board has its room again."""
    code = f"""
import os
for name in os.listdir({NEXT[:-1]!r}):
    os.remove({NEXT!r} + name)
os.rmdir({NEXT[:-1]!r})
"""
    return code.encode()


def scripts(plan: Plan) -> list[bytes]:
    """Return what has to run on the board, one after the other, until the plan is decided there."""
    begin = b"\n".join([board_code("hashing", "stage"), _call("begin", list(plan.unwanted))])
    copies = [_call("copy", path, NEXT + staged_name(kept)) for path, kept in plan.copies.items()]
    commit = _call(
        "commit",
        list(plan.files),
        digest(*plan.files.values()),
        [staged_name(kept) for kept in plan.copies.values()],
        list(plan.removed),
        list(plan.folders),
        plan.boot_first,
    )
    return [begin, *_transfers(plan.send), b"\n".join([*copies, commit])]


def board_code(*names: str) -> bytes:
    """Return the text of files of ``device/bench``, which run on the board."""
    return b"\n".join((DEVICE / "bench" / f"{name}.py").read_bytes() for name in names)


def _transfers(files: Mapping[str, bytes]) -> Iterator[bytes]:
    """Yield scripts that carry the files, each as many pieces of them as fit."""
    pieces: list[tuple[str, int, str]] = []
    carried = bytearray()
    for name, content in files.items():
        mode = "wb"
        rest = content
        while rest or mode == "wb":
            piece, rest = _split(rest, _AT_ONCE - len(carried))
            pieces.append((name, len(piece), mode))
            carried += piece
            mode = "ab"
            if len(carried) == _AT_ONCE:
                yield _transfer(pieces, carried)
                pieces, carried = [], bytearray()
    if pieces:
        yield _transfer(pieces, carried)


def _split(content: bytes, at: int) -> tuple[bytes, bytes]:
    return content[:at], content[at:]


def _transfer(pieces: list[tuple[str, int, str]], carried: bytearray) -> bytes:
    packer = zlib.compressobj(level=9, wbits=_WINDOW_BITS)
    return _call("take", pieces, b64encode(packer.compress(carried) + packer.flush()))


def _call(function: str, *arguments: object) -> bytes:
    """Return a line of Python; what these arguments hold is written alike in both Pythons."""
    return f"{function}({', '.join(map(repr, arguments))})".encode()


def _copies(found: Found, changed: Mapping[str, bytes]) -> Iterator[tuple[str, str]]:
    """Yield (path, path of the copy) for programs that somebody has changed since."""
    for name in ("main", "boot"):
        path = f"/{name}.py"
        there = found.digests.get(path)
        if path not in changed or there is None or (name == "boot" and found.idle):
            continue
        original = found.originals.get(f"{name}.py")
        if original and there.startswith(original):
            continue
        kept = [p for p in found.digests if p.startswith(f"/{name}.before.")]
        if there not in {found.digests[p] for p in kept}:
            free = (f"/{name}.before.{n}.py" if n > 1 else f"/{name}.before.py" for n in count(1))
            yield path, next(p for p in free if p not in kept)


def _superfluous(found: Found, contents: Mapping[str, bytes]) -> Iterator[str]:
    """Yield paths of the kit's folders that are no longer wanted, or hide what is.

    MicroPython takes ``x.py`` before ``x.mpy``.
    """
    for path in found.digests:
        if not path.startswith(OURS) or path in contents:
            continue
        compiled = path.removesuffix(".py") + ".mpy"
        if path.endswith(".mpy") or (path.endswith(".py") and compiled in contents):
            yield path


def _beside(path: str) -> str:
    return path.removesuffix(".py") + ".before.py"


def _empty_folders(
    found: Found, contents: Mapping[str, bytes], removed: Iterable[str]
) -> Iterator[str]:
    """Yield folders of which nothing is left: MicroPython would take one before ``x.mpy``."""
    stay = {folder for path in contents for folder in _parents(path)}
    stay |= {f for path in found.digests.keys() - set(removed) for f in _parents(path)}
    gone = {folder for path in removed for folder in _parents(path)} - stay
    yield from sorted(gone, reverse=True)


def _folders(paths: Iterable[str]) -> list[str]:
    """Return the folders that the paths lie in, each after the one that holds it."""
    return sorted({folder for path in paths for folder in _parents(path)})


def _parents(path: str) -> list[str]:
    return [str(folder) for folder in PurePosixPath(path).parents if str(folder) != "/"]
