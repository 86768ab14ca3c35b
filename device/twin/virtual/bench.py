"""A bench full of virtual boards: a folder that looks like ``/dev`` and the USB tree of a PC."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from device.twin.chip.profiles import PROFILES
from device.twin.host.fleet import FAKES_KIB, micropython
from device.twin.host.world import AccessPoint, World
from device.twin.virtual.board import Hardware, VirtualBoard
from kit import catalogue, firmware

_FIRST_MAC = 0x020000000001
_SOURCES = (firmware.DEVICE / "twin" / "board", firmware.DEVICE / "twin" / "virtual" / "board")
_HEAP_KIB = 256


class VirtualBench:
    """``count`` virtual boards, plugged in. A context manager: at its end all are gone.

    ``folder`` holds ``dev/`` with one port each (``dev/ttyUSB0``), ``usb/`` as in Linux's sysfs,
    and ``boards/`` with what each board keeps: its flash above all, so that the next bench in the
    same folder goes on with the same boards. ``build``: which parts are wired to them. ``room``:
    settings of the room they stand in. ``baud_true``: the line carries no more than its baud rate
    allows. ``image``: what new boards hold when they come; nothing if ``None``. ``heap_kib``: the
    memory left for the firmware (an ESP32 has 160, in half the words). ``world``: more of
    ``device/twin/host/world.py``, such as ``names``.

    Raises FabnumError if there is no MicroPython or no such build.
    """

    def __init__(  # noqa: PLR0913 - each says another thing
        self,
        folder: Path,
        count: int = 1,
        *,
        chip: str = "esp32",
        build: str = "lamp",
        access_points: Sequence[AccessPoint] = (),
        room: Mapping[str, Any] | None = None,
        flash_mb: int = 4,
        baud_true: bool = False,
        heap_kib: int = _HEAP_KIB,
        image: Path | None = None,
        **world: Any,
    ) -> None:
        self.folder = folder.resolve()
        description = catalogue.load_build(build).for_device(chip)
        profile = PROFILES[chip]
        modules: dict[str, bytes] = {}
        for source in _SOURCES:
            modules.update(firmware.compile_folder(source))
        hardware = Hardware(
            chip=chip,
            flash_mb=flash_mb,
            baud_true=baud_true,
            heap_kib=heap_kib + FAKES_KIB,
            micropython=micropython(),
            modules=str(firmware.keep_folder("virtual", modules)),
        )
        self.boards = [
            VirtualBoard(
                number=number,
                folder=self.folder,
                port=self.folder / "dev" / f"{profile.tty}{number}",
                hardware=hardware,
                build=description,
                world=World(
                    mac=f"{_FIRST_MAC + number:012x}",
                    access_points=list(access_points),
                    room=dict(room or {}),
                    **world,
                ),
                image=image,
            )
            for number in range(count)
        ]

    def __enter__(self) -> Self:
        """Plug all boards in."""
        try:
            with ThreadPoolExecutor() as pool:
                list(pool.map(VirtualBoard.start, self.boards))
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Unplug all boards."""
        self.stop()

    def stop(self) -> None:
        """Unplug all boards and end their processes."""
        for board in self.boards:
            board.stop()
