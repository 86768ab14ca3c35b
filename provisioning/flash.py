"""MicroPython onto the chip: ``esptool`` writes it; what is checked before stands here.

Nothing is erased before the image's hash and chip are right and esptool has found that very chip on
the line. Only the image is written: the board's files lie behind it and stay. Where the image is on
the chip already nothing is written (esptool compares the MD5 of that part of the flash, which takes
a second), so that the step can be repeated without harm.
"""

import asyncio
import re
import time
from dataclasses import dataclass

import serial

from kit.i18n import _
from provisioning import cards, diagnosis, tools
from provisioning.cards import CardError
from provisioning.esptool_writing import SLOWER_MAY_HELP, Hearing, Progress, card_for, garbled, said
from provisioning.images.model import Image, chip_words

BAUD = 460_800
"""Bits a second: what MicroPython recommends. CP210x and CH340 hold it on all three systems."""
SAFE_BAUD = 115_200
"""For a bad cable; also the speed at which every chip begins."""

_PATIENCE_S = 180.0
"""Longest silence of esptool: it erases 16 MB, or compresses on a slow PC. It ends by itself before
when the board stops answering."""
_OTHER_CHIP = re.compile(r"This chip is (.+), not (.+)\. Wrong chip")


@dataclass(frozen=True)
class Flashed:
    """What was done: ``bytes`` of the flash now hold the image.

    ``bytes_on_line`` went over the line, compressed, in ``seconds`` all in all; ``baud`` is the
    speed that worked (bits a second); ``unchanged``: the image was there, nothing was written.
    """

    bytes: int
    bytes_on_line: int
    seconds: float
    baud: int
    unchanged: bool


def ignore(_fraction: float, _words: str) -> None:
    """Take no notice of progress."""


async def flash(  # noqa: PLR0913 - all but the port and the image have a default or a name
    port: str,
    image: Image,
    *,
    chip: str,
    erase: bool = False,
    baud: int = BAUD,
    on_progress: Progress = ignore,
) -> Flashed:
    """Write an image to the board on a port, and verify it.

    ``chip`` is what the board was found to be. ``erase`` empties all of the flash before, the
    board's files too. Where the line turns out to be bad it is tried once more at 115200 bit/s.

    Raises CardError: before anything is erased ``image-chip``, ``image-damaged``,
    ``image-too-large``, ``no-answer`` or what is the matter with the port; later
    ``flash-interrupted``, ``flash-line``, ``flash-verify``, ``flash-refused``.
    """
    if image.chip != chip:
        raise cards.failure("image-chip", f"{chip_words(chip)} ≠ {chip_words(image.chip)}")
    image.check()
    began = time.monotonic()
    hearing, failed = await _write(port, image, baud, erase, on_progress)
    if failed and hearing.reached and failed.code in SLOWER_MAY_HELP and baud > SAFE_BAUD:
        baud = SAFE_BAUD
        on_progress(0.0, _("The line is bad: once more, slower"))
        hearing, failed = await _write(port, image, baud, erase, on_progress)
        if failed and not hearing.reached and failed.code != "flash-line":
            failed = cards.failure("flash-interrupted", failed.seen)
    if failed is not None:
        raise failed
    on_progress(1.0, _("It was there already") if hearing.unchanged else _("Written and read back"))
    size = image.path.stat().st_size
    return Flashed(size, hearing.sent, time.monotonic() - began, baud, hearing.unchanged)


async def _write(
    port: str, image: Image, baud: int, erase: bool, on_progress: Progress
) -> tuple[Hearing, CardError | None]:
    """Run esptool once; return what was heard, and why it failed if it did."""
    hearing = Hearing(on_progress)
    on_progress(0.0, _("Calling the chip"))
    outcome = await tools.run(
        tools.esptool(
            port,
            *("--chip", image.chip, "--baud", str(baud), "--after", "hard-reset"),
            *("write-flash", "--erase-all" if erase else "--skip-flashed"),
            *("--flash-size", "keep", hex(image.offset), str(image.path)),
        ),
        timeout_s=None,
        idle_s=_PATIENCE_S,
        on_line=hearing.line,
    )
    if outcome.code == 0:
        return hearing, None
    if hearing.reached:
        words = said(outcome.output)
        return hearing, cards.failure(card_for(words), words)
    return hearing, await asyncio.to_thread(_not_reached, port, outcome.output)


def _not_reached(port: str, output: str) -> CardError:
    """Return the card for a chip that esptool did not get to."""
    words = said(output)
    if other := _OTHER_CHIP.search(words):
        return cards.failure("image-chip", f"{other[1]} ≠ {other[2]}")
    if garbled(words):
        return cards.failure("flash-line", words)
    if "Could not open" in words:
        try:
            serial.Serial(port).close()
        except serial.SerialException as error:
            return diagnosis.cannot_open(port, error)
    return diagnosis.esptool_failed(port, output)
