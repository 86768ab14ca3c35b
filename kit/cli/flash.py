"""`fabnum flash`: MicroPython onto one board, or onto all that are plugged in, at once."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from kit.cli.exits import EXPECTED_FAILURE
from kit.errors import FabnumError
from kit.i18n import _

if TYPE_CHECKING:
    from provisioning.flash import Flashed
    from provisioning.images import ImageFolder
    from provisioning.ports import PortSource


def flash_boards(
    ports: Sequence[str] = (),
    *,
    every: bool = False,
    chip: str = "",
    erase: bool = False,
    baud: int = 0,
    images: Path | None = None,
    source: "PortSource | None" = None,
) -> int:
    """Write MicroPython to the boards on these ports, or to the only one, or to all.

    ``chip`` is asked of each board where it is empty; ``baud`` 0 is the usual speed. Returns 2 when
    a board failed, after doing the others.
    """
    from kit.cli.plugged import boards
    from provisioning.images import ImageFolder

    chosen = boards(ports, every=every, source=source)
    screen = _Screen(chosen)
    work = _Work(ImageFolder(images), chip, erase, baud, screen)
    with screen:
        failures = asyncio.run(work.all(chosen))
    for port, error in failures.items():
        screen.console.print(_("{board}: {cause}", board=_short(port), cause=error.cause))
        screen.console.print(f"→ {error.action}", markup=False)
    return EXPECTED_FAILURE if failures else 0


class _Work:
    """What is done with each board."""

    def __init__(
        self, images: "ImageFolder", chip: str, erase: bool, baud: int, screen: "_Screen"
    ) -> None:
        self.images = images
        self.chip = chip
        self.erase = erase
        self.baud = baud
        self.screen = screen

    async def all(self, ports: Sequence[str]) -> dict[str, FabnumError]:
        """Do all boards at once; return what went wrong, by port."""
        ends = await asyncio.gather(*(self._one(port) for port in ports))
        return {port: error for port, error in zip(ports, ends, strict=True) if error}

    async def _one(self, port: str) -> FabnumError | None:
        try:
            self.screen.ended(port, await self._flash(port))
        except FabnumError as error:
            self.screen.failed(port, error)
            return error
        return None

    async def _flash(self, port: str) -> "Flashed":
        from provisioning import preflight
        from provisioning.flash import BAUD, flash

        self.screen.hear(port, 0.0, _("Asking the chip its name"))
        chip, flash_bytes = await preflight.identify(port)
        image = self.images.find(self.chip or chip, flash_bytes)
        return await flash(
            port,
            image,
            chip=chip,
            erase=self.erase,
            baud=self.baud or BAUD,
            on_progress=lambda part, words: self.screen.hear(port, part, words),
        )


class _Screen:
    """A bar for each board; where the output is no terminal, a line for each board that ends."""

    def __init__(self, ports: Sequence[str]) -> None:
        self.console = Console(soft_wrap=True, highlight=False)
        self._bars = Progress(
            TextColumn("[bold]{task.description}"),
            BarColumn(),
            TextColumn("{task.percentage:>3.0f} %"),
            TimeElapsedColumn(),
            TextColumn("{task.fields[words]}"),
            console=self.console,
            disable=not self.console.is_terminal,
        )
        self._tasks: dict[str, TaskID] = {
            port: self._bars.add_task(_short(port), total=1.0, words="") for port in ports
        }

    def __enter__(self) -> "_Screen":
        self._bars.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._bars.stop()

    def hear(self, port: str, part: float, words: str) -> None:
        """Show how far a board is."""
        self._bars.update(self._tasks[port], completed=part, words=words)

    def ended(self, port: str, flashed: "Flashed") -> None:
        """Say that a board is done."""
        words = (
            _("MicroPython was there already")
            if flashed.unchanged
            else _("MicroPython is on it, in {seconds} s", seconds=f"{flashed.seconds:.1f}")
        )
        self._end(port, words, "[green]✓[/green]")

    def failed(self, port: str, error: FabnumError) -> None:
        """Say that a board failed; the reason follows once all have ended."""
        self._end(port, error.cause, "[red]✗[/red]")

    def _end(self, port: str, words: str, mark: str) -> None:
        self._bars.update(self._tasks[port], words=f"{mark} {words}")
        if not self.console.is_terminal:
            self.console.print(f"{_short(port)}: {mark} {words}")


def _short(port: str) -> str:
    return Path(port).name
