"""The whole way, with mpremote: power cut, cable pulled, mpremote killed: old or new."""

import asyncio
import contextlib
import random
from collections.abc import Awaitable, Callable

import psutil
import pytest

from kit import firmware
from provisioning import install, staging
from provisioning.cards import CardError
from tests.provisioning.installed_board import CONFIG, Installed, quietly, virtual_board
from tests.provisioning.reached import meets

pytestmark = pytest.mark.slow

LAMP = firmware.assemble("lamp", b"print('une lampe')\n" * 30)
CLIMATE = firmware.assemble("climate", b"print('un climat')\n" * 30)
IDENTITY = firmware.identity(CONFIG, b"\x30" * 500)

Interruption = Callable[[Installed, float], Awaitable[None]]


async def program_of(installed: Installed) -> str:
    """Say which program lies on the board, after a start; fail if it is a mixture."""
    found = await install.look(installed.board, LAMP.files)
    lying = {
        path: digest for path, digest in found.digests.items() if not path.startswith(staging.NEXT)
    }
    for build in (LAMP, CLIMATE):
        if lying == {f"/{path}": staging.digest(text) for path, text in build.files.items()}:
            return build.build
    raise AssertionError(f"a mixture: {sorted(lying)}")


async def interrupted(installed: Installed, moments: list[float], interrupt: Interruption) -> None:
    """Change the program again and again, interrupted each time; then see that all is well."""
    await install.install(installed.board, LAMP.files, quietly)
    await install.put_identity(installed.board, IDENTITY)
    await installed.write("/readings.txt", b"precious")
    present, seen = LAMP, set()
    for moment in moments:
        wanted = CLIMATE if present is LAMP else LAMP
        working = asyncio.create_task(install.install(installed.board, wanted.files, quietly))
        meddling = asyncio.create_task(interrupt(installed, moment))
        await asyncio.wait({working})
        meddling.cancel()
        if working.exception() is not None:
            assert isinstance(working.exception(), CardError), working.exception()
        await asyncio.to_thread(installed.virtual.cut_after_writes, 0)
        await asyncio.to_thread(installed.virtual.plug)
        now = await program_of(installed)
        assert now in (present.build, wanted.build)
        seen.add(now == wanted.build)
        await install.install(installed.board, wanted.files, quietly)
        assert await program_of(installed) == wanted.build
        assert await installed.read("/readings.txt") == b"precious"
        assert await installed.read("/config.json") == IDENTITY["config.json"]
        present = wanted


async def blow_the_fuse(installed: Installed, moment: float) -> None:
    await asyncio.to_thread(installed.virtual.cut_after_writes, 1 + int(moment * 150))


async def unplug(installed: Installed, moment: float) -> None:
    await asyncio.sleep(moment * 2)
    await asyncio.to_thread(installed.virtual.unplug)


async def kill_mpremote(_installed: Installed, moment: float) -> None:
    await asyncio.sleep(moment * 2)
    while True:
        for child in psutil.Process().children():
            with contextlib.suppress(psutil.NoSuchProcess):  # it ended by itself
                if any("mpremote" in word for word in child.cmdline()):
                    child.kill()
                    return
        await asyncio.sleep(0.01)


@pytest.mark.parametrize("interrupt", [blow_the_fuse, unplug, kill_mpremote])
async def test_an_interrupted_installation_leaves_one_program_and_can_be_repeated(
    tmp_path, interrupt
):
    moments = [random.Random(n).random() for n in range(6)]
    async with virtual_board(tmp_path) as installed:
        await interrupted(installed, moments, interrupt)


async def test_a_pulled_cable_is_said_and_what_had_arrived_does_not_travel_twice(tmp_path):
    async with virtual_board(tmp_path) as installed:
        halfway = asyncio.Event()

        def hear(fraction: float, _words: str) -> None:
            if fraction > 0.4:
                halfway.set()

        async def pull() -> None:
            await halfway.wait()
            await asyncio.to_thread(installed.virtual.unplug)

        pulling = asyncio.create_task(pull())
        with meets("cable-pulled"):
            await install.install(installed.board, LAMP.files, hear)
        await pulling
        await asyncio.to_thread(installed.virtual.plug)
        done = await install.install(installed.board, LAMP.files, quietly)
        assert len(done.written) == len(LAMP.files)
        assert done.bytes < sum(map(len, LAMP.files.values()))
        assert await program_of(installed) == "lamp"
