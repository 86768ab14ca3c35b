"""MicroPython onto the chip: ``esptool`` writes it; what is checked before stands here.

Nothing is erased before the image's hash and chip are right and esptool has found that very chip on
the line. Only the image is written: the board's files lie behind it and stay. Where the image is on
the chip already nothing is written (esptool compares the MD5 of that part of the flash, which takes
a second), so that the step can be repeated without harm.
"""

import time
from dataclasses import dataclass

from kit.i18n import _
from provisioning import cards, tools
from provisioning.esptool_writing import Hearing, Progress, Trouble, trouble
from provisioning.images.model import Image, chip_words

BAUD = 460_800
"""Bits a second: what MicroPython recommends. CP210x and CH340 hold it on all three systems."""
SAFE_BAUD = 115_200
"""For a bad cable; also the speed at which every chip begins."""

_PATIENCE_S = 120.0
"""Beyond the time the bytes need: connecting, compressing, erasing, comparing, on a slow PC."""
_BITS_A_BYTE = 10


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
    if failed is not None and failed.slower_may_help and baud > SAFE_BAUD:
        baud = SAFE_BAUD
        on_progress(0.0, _("The line is bad: once more, slower"))
        hearing, failed = await _write(port, image, baud, erase, on_progress)
        if failed is not None and not hearing.reached:
            failed = Trouble("flash-interrupted", failed.seen)
    if failed is not None:
        raise failure(failed)
    on_progress(1.0, _("It was there already") if hearing.unchanged else _("Written and read back"))
    size = image.path.stat().st_size
    return Flashed(size, hearing.sent, time.monotonic() - began, baud, hearing.unchanged)


def failure(failed: Trouble) -> cards.CardError:
    """Return the error to raise for what esptool met."""
    code = "no-port" if failed.code == "port-closed" else failed.code
    return cards.failure(code, failed.seen)


async def _write(
    port: str, image: Image, baud: int, erase: bool, on_progress: Progress
) -> tuple[Hearing, Trouble | None]:
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
        timeout_s=_PATIENCE_S + 2 * image.path.stat().st_size * _BITS_A_BYTE / baud,
        on_line=hearing.line,
    )
    return hearing, None if outcome.code == 0 else trouble(outcome.output, hearing)
