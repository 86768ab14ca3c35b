"""Keep the modules that the gateway serves up to date: once, in the background, at low priority.

A process of its own, so that the event loop of the gateway never waits for it:
``python -m kit.cli.booklets FOLDER`` renders into a data folder whose modules are missing or of
another version.
"""

import asyncio
import logging
import os
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from kit.errors import FabnumError
from kit.settings import DataFolder

WAIT_S = 20.0
"""A start has better things to do: objects come back, pages are opened."""
_LAST = 19
"""The lowest priority of a process (POSIX, nice)."""

log = logging.getLogger("fabnum.modules")


@asynccontextmanager
async def kept_fresh(data: DataFolder, wait_s: float = WAIT_S) -> AsyncIterator[None]:
    """Render the modules meanwhile, if need be; at the end, give it up if it still goes on."""
    task = asyncio.create_task(_keep_fresh(data, wait_s), name="modules")
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _keep_fresh(data: DataFolder, wait_s: float) -> None:
    """Render after a while. What fails is logged, and disturbs nothing else."""
    await asyncio.sleep(wait_s)
    command = (sys.executable, "-m", __name__, str(data.root.resolve()))
    try:
        process = await asyncio.create_subprocess_exec(*command, stdout=DEVNULL, stderr=PIPE)
    except OSError as error:
        log.warning("The modules were not rendered: %s", error)
        return
    try:
        _output, said = await process.communicate()
    finally:
        await _end(process)
    for line in said.decode(errors="replace").splitlines():
        log.warning("Modules: %s", line)


def refresh(data: DataFolder) -> bool:
    """Render the modules unless they are there in this version; say whether that was needed.

    Where a module of the site's own cannot be rendered, stderr says why and the kit's stand alone.
    Raises FabnumError if the folder cannot be written.
    """
    # Here, so that the process which starts this one need not load it all.
    from curriculum import reading
    from curriculum.site import folder
    from curriculum.site.render import render
    from curriculum.site.version import version_of
    from kit.cli.curriculum_known import known

    version = version_of(data.modules)
    if folder.version_in(data.booklets) == version:
        return False
    folder.refuse_others(data.booklets)  # before the work
    try:
        files = render(reading.modules(data.modules), known())
    except FabnumError as error:
        print(error, file=sys.stderr)
        files = render(reading.modules(), known())
    folder.write(data.booklets, files, version)
    return True


async def _end(process: Process) -> None:
    if process.returncode is None:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()


def main(root: Path) -> None:
    """Render into a data folder, after everything else on this machine."""
    if hasattr(os, "nice"):
        os.nice(_LAST)
    try:
        refresh(DataFolder(root))
    except FabnumError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
