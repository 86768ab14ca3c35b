"""A board without its serial line: each call is one start of the real MicroPython on its flash.

The flash is a file, with the file system and the block device of the twin. Its power can be cut in
the middle of any write. What the scripts of the bench do there, and what ``/boot.py`` does at each
start, is what they do on a real board; only mpremote is passed over, so that hundreds of cuts take
seconds. The whole way, with mpremote, is taken on virtual boards.
"""

import asyncio
import json
import os
import shutil
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from kit.firmware import DEVICE
from provisioning.board import BoardError

HERE = Path(__file__).parent
BLOCKS = 128
"""Half a megabyte: what a board has at least, so that a copy of the program has room beside it."""


class PowerCutError(Exception):
    """The board went off while it worked."""


class BareBoard:
    """Stands where a ``provisioning.board.Board`` does.

    ``cut_after``: the power fails in the middle of that many-th write from now on (0: never).
    ``writes``: how many there were since the last cut was set.
    """

    def __init__(self, flash: Path, blocks: int = BLOCKS) -> None:
        self.flash = flash
        # Of the twin's modules the flash alone: its ``os`` would stand before MicroPython's own.
        self._modules = flash.parent / "modules"
        if not self._modules.exists():  # other boards may be reading it by now
            self._modules.mkdir()
            shutil.copy(DEVICE / "twin" / "board" / "flash.py", self._modules)
        self.blocks = blocks
        self.cut_after = 0
        self.writes = 0
        self.starts = 0

    async def run(self, scripts: Sequence[bytes], *, fresh: bool = False, on_line=None, **_limits):
        """Run the scripts after a start of MicroPython; ``/boot.py`` runs first if ``fresh``."""
        paths = []
        for n, script in enumerate(scripts):
            path = self.flash.with_suffix(f".{n}.py")
            path.write_bytes(script)
            paths.append(path.name)
        output = await self._start("bench", fresh, paths)
        for line in output.splitlines():
            if on_line is not None:
                on_line(line)
        return output

    async def restart(self) -> None:
        """Start as with the reset button."""
        await self._start("boot", True, [])

    async def start(self) -> str:
        """Switch it on: ``/boot.py``, then ``/main.py``. Return what it prints."""
        return await self._start("main", True, [])

    async def files(self) -> dict[str, bytes]:
        """Return all files on the flash, by path, as a start of the board leaves them."""
        output = await self._start("list", True, [])
        told = json.loads(output.splitlines()[-1])
        return {path: bytes.fromhex(content) for path, content in told.items()}

    async def put(self, files: Mapping[str, bytes]) -> None:
        """Write files straight to the flash."""
        code = "import os\n"
        for path, content in files.items():
            for n in range(1, len(path.split("/"))):
                folder = "/".join(path.split("/")[:n])
                code += f"try:\n    os.mkdir({folder!r})\nexcept OSError:\n    pass\n"
            code += f"with open({path!r}, 'wb') as file:\n    file.write({bytes(content)!r})\n"
        await self.run([code.encode()])

    def copy(self, to: Path) -> "BareBoard":
        """Return another board with the same flash."""
        shutil.copyfile(self.flash, to)
        return BareBoard(to, self.blocks)

    async def _start(self, mode: str, boots: bool, scripts: list[str]) -> str:
        self.starts += 1
        process = await asyncio.create_subprocess_exec(
            _micropython(),
            *("-X", "heapsize=1m", str(HERE / "micropython" / "bare_board.py")),
            *(self.flash.name, str(self.blocks), str(self.cut_after), mode, str(int(boots))),
            *scripts,
            cwd=self.flash.parent,
            env={**os.environ, "MICROPYPATH": f"{self._modules}:.frozen"},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        said = (await process.communicate())[0].decode(errors="replace")
        head, mark, count = said.rpartition("\nwrites ")
        if not mark:
            if self.cut_after and process.returncode == -9:
                self.cut_after = 0
                raise PowerCutError
            raise AssertionError(f"MicroPython ended with {process.returncode}: {said}")
        writes, failed = map(int, count.split())
        self.writes += writes
        if self.cut_after:
            self.cut_after -= writes
        if failed:
            raise BoardError(head)
        return head


def _micropython() -> str:
    beside = Path(sys.executable).parent / "micropython"
    found = str(beside) if beside.exists() else shutil.which("micropython")
    if found is None:
        pytest.skip("MicroPython is not installed")
    return found
