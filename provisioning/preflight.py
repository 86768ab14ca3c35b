"""What is on a port: whether a board answers there, its chip, its MicroPython, its firmware.

Cheap questions come first: is there a port, may it be used, does the chip answer ``esptool``, does
MicroPython answer ``mpremote``. Each failure is one error card.
"""

import asyncio
import contextlib
import json
import re
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

from kit.i18n import _
from provisioning import cards, console, diagnosis, tools
from provisioning.board import Board
from provisioning.cards import CardError
from provisioning.console import Heard
from provisioning.ports import Port, PortSource, SystemPorts

CHIPS = ("esp32", "esp32s3", "esp32c3")
"""The chips that the firmware is made for, as ``--chip`` of esptool names them."""

OLDEST_MICROPYTHON = (1, 24)

_LOOK_EVERY_S = 0.5
_ESPTOOL_S = 30.0
_PROMPT_WITHIN_S = 4.0
_PRESS_WITHIN_S = 20.0
_SMALLEST_FLASH = 4 * 2**20
"""What esptool takes too where a flash chip does not say its size."""

_BEGIN_OF_PROGRAM = (0x10000, 0x3000)
"""Where an image of MicroPython says its name (1.24: at 0x111a9): its constants stand first."""


class FirmwareThere(TypedDict):
    """What a board says of our firmware on it; ``town`` and ``device`` are empty without a name."""

    build: str
    hash: str
    town: str
    device: str


@dataclass(frozen=True)
class Findings:
    """What is known of a board: chip, flash, version of MicroPython and firmware, where there.

    ``trouble`` is the card that keeps MicroPython from answering, where the chip itself is well.
    """

    chip: str
    flash_bytes: int
    micropython: str | None
    firmware: FirmwareThere | None = None
    trouble: CardError | None = None

    def require_micropython(self) -> None:
        """Raise the card that says why the firmware cannot run there; nothing where it can."""
        if self.trouble is not None:
            raise self.trouble
        if self.micropython is None:
            raise cards.failure("no-micropython", seen=self.chip)
        require_recent(self.micropython)


def require_recent(micropython: str) -> None:
    """Raise CardError if that version of MicroPython is older than the firmware needs."""
    if _numbers(micropython) < OLDEST_MICROPYTHON:
        raise cards.failure("micropython-old", seen=micropython)


async def present(path: str, ports: PortSource | None = None) -> Port:
    """Return the port of that path. Raises CardError with the reason why there is none."""
    source = SystemPorts() if ports is None else ports
    for port in await asyncio.to_thread(source.list):
        if port.path == path:
            return port
    if await asyncio.to_thread(Path(path).exists):
        return Port(path, _("serial port"), 0, 0)  # an adapter that the kit does not know
    raise await asyncio.to_thread(missing, source)


async def arrivals(ports: PortSource, known: Collection[str] = ()) -> AsyncIterator[Port]:
    """Yield each board's port as it is plugged in; those of ``known`` only when they come again."""
    there = set(known)
    while True:
        now = await asyncio.to_thread(ports.list)
        for port in now:
            if port.path not in there:
                yield port
        there = {port.path for port in now}
        await asyncio.sleep(_LOOK_EVERY_S)


async def wait_for_port(
    ports: PortSource,
    *,
    known: Collection[str] = (),
    timeout_s: float | None = None,
    plugged: bool = False,
) -> Port:
    """Wait for somebody to plug a board in.

    ``plugged``: somebody says that the board is plugged in and its light is on; if nothing is seen
    then, the cable only charges. Raises CardError with the reason after ``timeout_s``.
    """
    try:
        async with asyncio.timeout(timeout_s):
            async for port in arrivals(ports, known):
                return port
    except TimeoutError:
        pass
    raise await asyncio.to_thread(missing, ports, plugged=plugged)


def missing(ports: PortSource, *, plugged: bool = False) -> CardError:
    """Return the card that says why no port is seen. ``plugged`` as in :func:`wait_for_port`."""
    for device in ports.without_port():
        return cards.failure("claimed" if device.claimed else "driver", seen=device.label)
    return cards.failure("charge-only" if plugged else "no-port")


async def examine(
    port: str | Port,
    *,
    chips: Collection[str] = CHIPS,
    mend: bool = False,
    press: Callable[[], Awaitable[object]] | None = None,
) -> Findings:
    """Find out which chip is on a port and what is on it; then let its program run again.

    ``chips``: those that will do; another one is the card ``wrong-chip``. ``mend``: the board is
    about to be flashed, so that what flashing mends, a boot loop, is a finding (``trouble``) and no
    failure. ``press`` asks somebody to press EN where the board says nothing at all, and is
    cancelled once that is known; without it nobody is asked. Raises CardError.
    """
    path = port.path if isinstance(port, Port) else port
    await console.check(path)
    try:
        chip, flash_bytes = await _chip(path, chips)
    except CardError as error:
        return await _examine_without_esptool(path, error, press)
    heard = await console.knock(path, _PROMPT_WITHIN_S)
    if not heard.text and press is not None and await _holds_micropython(path, chip):
        heard = await _knock_and_press(path, press)  # it may still wait in its boot loader
        if not heard.text:
            raise cards.failure("no-answer")
    if heard.prompt:
        found = await _micropython(path)
        return Findings(chip, flash_bytes, found.version, found.firmware)
    trouble = await _why_no_prompt(path, chip, heard)
    if trouble is not None and not (mend and trouble.code == "boot-loop"):
        raise trouble
    return Findings(chip, flash_bytes, None, trouble=trouble)


async def _examine_without_esptool(
    path: str, error: CardError, press: Callable[[], Awaitable[object]] | None
) -> Findings:
    """Ask MicroPython alone; where it does not answer either, find out why. Raises CardError."""
    if error.code not in ("no-answer", "boot-button"):
        raise error
    heard = await console.knock(path, _PROMPT_WITHIN_S)
    if not heard.text and error.code == "no-answer" and press is not None:
        heard = await _knock_and_press(path, press)
        if not heard.text:
            raise cards.failure("charge-only", seen=error.seen)
    if heard.prompt:
        found = await _micropython(path)
        return Findings(found.chip, found.flash_bytes, found.version, found.firmware)
    if (code := diagnosis.why_no_prompt(heard.text)) is not None:
        raise cards.failure(code, seen=diagnosis.last_words(heard.text))
    raise cards.failure("boot-button", seen=error.seen) if heard.text else error


async def _knock_and_press(path: str, press: Callable[[], Awaitable[object]]) -> Heard:
    """Listen and interrupt while somebody presses EN: what a start says comes within its moment."""
    listening = asyncio.Event()

    async def ask() -> None:
        await listening.wait()
        await press()

    asking = asyncio.create_task(ask())
    try:
        return await console.knock(path, _PRESS_WITHIN_S, listening)
    finally:
        asking.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await asking


async def _why_no_prompt(path: str, chip: str, heard: Heard) -> CardError | None:
    """Return why MicroPython does not answer on a chip that does; ``None``: it is not there."""
    code = diagnosis.why_no_prompt(heard.text)
    if code not in ("brownout", "boot-loop") and (
        diagnosis.is_blank(heard.text) or not await _holds_micropython(path, chip)
    ):
        return None
    return cards.failure(code or "raw-repl-refused", seen=diagnosis.last_words(heard.text))


async def identify(path: str) -> tuple[str, int]:
    """Return chip (``esp32s3``) and bytes of flash, whatever is in it. Raises CardError."""
    await console.check(path)
    return await _chip(path, CHIPS)


async def _chip(path: str, chips: Collection[str]) -> tuple[str, int]:
    """Ask esptool for chip and size of flash, twice where the line was noisy. Raises CardError.

    It resets the board into its loader, in four ways, and afterwards into its program.
    """
    command = tools.esptool(path, "--connect-attempts", "4", "flash-id")
    outcome = tools.Outcome(None, "")
    for _attempt in range(2):
        outcome = await tools.run(command, timeout_s=_ESPTOOL_S)
        found = read_flash_id(outcome.output)
        if found is not None and found[0] not in chips:
            raise cards.failure("wrong-chip", seen=found[0])
        if found is not None and outcome.code == 0:
            return found
        await console.check(path)
        if "No serial data received" in outcome.output:
            break
    raise diagnosis.esptool_failed(path, outcome.output)


def read_flash_id(output: str) -> tuple[str, int] | None:
    """Return chip (``esp32s3``) and bytes of flash out of what ``esptool flash-id`` says.

    ``None`` if no chip is named there.
    """
    family = re.search(
        r"(?:Detecting chip type\.*|Connected to|Chip type:|Chip is)\s*"
        r"(ESP8266|ESP32(?:-(?:S|C|H|P)\d+)?)",
        output,
    )
    if family is None:
        return None
    size = re.search(r"Detected flash size:\s*(\d+)\s*([KM])B", output)
    factor = {"K": 2**10, "M": 2**20}
    flash_bytes = int(size[1]) * factor[size[2]] if size else _SMALLEST_FLASH
    return family[1].lower().replace("-", ""), flash_bytes


async def _holds_micropython(path: str, chip: str) -> bool:
    """Look for the name of MicroPython in the flash."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder, "flash.bin")
        where, size = map(str, _BEGIN_OF_PROGRAM)
        command = tools.esptool(path, "--chip", chip, "read-flash", where, size, str(copy))
        outcome = await tools.run(command, timeout_s=_ESPTOOL_S)
        return outcome.code == 0 and b"MicroPython" in await asyncio.to_thread(copy.read_bytes)


@dataclass(frozen=True)
class _Micropython:
    """What MicroPython says of itself and of its chip."""

    version: str
    chip: str
    flash_bytes: int
    firmware: FirmwareThere | None


_QUESTION = """\
import json, sys
def read(name, keys):
    try:
        with open(name) as file:
            content = json.load(file)
        return [str(content.get(key) or "") for key in keys]
    except (OSError, ValueError, AttributeError, MemoryError):
        return None
try:
    import esp
    size = esp.flash_size()
except (ImportError, AttributeError):
    size = 0
print(json.dumps([
    list(sys.implementation[1]),
    sys.implementation[2] if len(sys.implementation) > 2 else "",
    size,
    read("/build.json", ("id", "hash")),
    read("/config.json", ("town", "device")),
]))
"""


async def _micropython(path: str) -> _Micropython:
    """Ask MicroPython about itself and let the board go on. Raises CardError."""
    board = Board(path)
    version, machine, size, build, name = json.loads(await board.ask(_QUESTION))
    await board.restart()
    firmware = None
    if build is not None:
        town, device = name or ("", "")
        firmware = FirmwareThere(build=build[0], hash=build[1], town=town, device=device)
    family = re.search(r"ESP(32(?:S|C|H|P)?\d?)", machine.upper().replace("-", ""))
    return _Micropython(
        version=".".join(str(part) for part in version[:3])
        + "".join(f"-{p}" for p in version[3:] if p),
        chip=f"esp{family[1].lower()}" if family else "esp32",
        flash_bytes=size or _SMALLEST_FLASH,
        firmware=firmware,
    )


def _numbers(version: str) -> tuple[int, ...]:
    """``1.24.1`` as numbers: ``1.9`` is older than ``1.24``."""
    return tuple(map(int, re.findall(r"\d+", version)[:2]))
