"""One twin: a board that runs on this PC, as its keeper handles it."""

import json
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Protocol

from device.twin.host.world import KeptWorld, World
from kit.errors import FabnumError
from kit.firmware import Firmware
from kit.i18n import _

FAULTS = frozenset({"plugged", "corrupt", "stuck", "out_of_range", "clone"})
"""What can be set on a model of a part (``board/parts/model.py``); ``clone`` on a BME280 alone."""

_POLL_S = 0.02


class Bench(Protocol):
    """What runs twins: the fleet."""

    def send(self, request: Mapping[str, str]) -> None:
        """Ask the supervisor for something."""


class Twin:
    """A board with its flash, its world and, while it has power, its process.

    Its folder holds ``flash.bin``, ``world.json``, ``console.log`` (what the board prints) and
    ``ledger.jsonl`` (what it measured); they outlive it. Made by ``Fleet.add``. ``causes`` lists
    why the board started, each time, and ``ends`` why it ended: ``reset``, ``watchdog``, ``sleep``,
    ``soft`` (after these it starts again by itself), ``power-cut``, ``crash``.
    """

    def __init__(  # noqa: PLR0913 - each says another thing
        self,
        *,
        bench: Bench,
        folder: Path,
        firmware: Firmware,
        identity: Mapping[str, bytes],
        world: World,
        heap_kib: int,
    ) -> None:
        self.folder = folder
        self.firmware = firmware
        self._bench = bench
        self._heap = f"{heap_kib}k"
        self._changed = threading.Condition()
        self._pid: int | None = None
        self._powered = False
        self.causes: list[str] = []
        self.ends: list[str] = []
        folder.mkdir(parents=True, exist_ok=True)
        self._world = KeptWorld(folder / "world.json", world)
        self.install({**firmware.program, **identity})

    @property
    def name(self) -> str:
        """The name of its folder."""
        return self.folder.name

    @property
    def pid(self) -> int | None:
        """Its process, ``None`` while it has none."""
        return self._pid

    @property
    def powered(self) -> bool:
        """Whether it has power; during a reset it has, but no process."""
        return self._powered

    def install(self, files: Mapping[str, bytes]) -> None:
        """Lay files ready that are copied to the root of its flash at the next start."""
        ready = self.folder / "install"
        ready.mkdir(exist_ok=True)
        for name, content in files.items():
            (ready / name).write_bytes(content)

    def start(self, timeout: float = 30) -> None:
        """Switch the power on and wait until the process is there."""
        if self._powered:
            return
        count = len(self.causes)
        self._powered = True
        self._bench.send(
            {
                "do": "start",
                "folder": str(self.folder),
                "firmware": str(self.firmware.code_folder()),
                "heap": self._heap,
            }
        )
        self._wait(lambda: len(self.causes) > count, timeout)

    def cut_power(self, timeout: float = 30) -> None:
        """Take its power (SIGKILL) and wait until it is off. Its flash stays as it is."""
        if self._powered:
            self._bench.send({"do": "cut", "folder": str(self.folder)})
            self._wait(lambda: not self._powered, timeout)

    def control(self, **changes: Any) -> None:
        """Change its world, now and for good (but for ``press``, ``hold`` and ``say``).

        ``wifi=False``; ``parts={"scd41": {"plugged": False}}`` (or ``corrupt``, ``stuck``,
        ``out_of_range``); ``room={"people": 20}``; ``pace=60``; ``access_points=[…]``;
        ``press="button"``, ``hold="button"`` (for four seconds); ``say="pixels"`` (the console then
        tells what the part shows). Raises FabnumError if the board has no such part, or the part no
        such fault.
        """
        self._check(changes)
        told = self._world.change(changes)
        if self._powered:
            self._bench.send({"do": "tell", "folder": str(self.folder), "line": json.dumps(told)})

    def _check(self, changes: Mapping[str, Any]) -> None:
        known = {part["id"] for part in json.loads(self.firmware.program["build.json"])["parts"]}
        faults = changes.get("parts", {})
        named = {*faults, *(changes[key] for key in ("press", "hold", "say") if key in changes)}
        for part in sorted(named - known):
            raise FabnumError(
                _("The twin {name} has no part “{part}”.", name=self.name, part=part),
                _("Take one of: {known}.", known=", ".join(sorted(known))),
            )
        for fault in sorted({fault for part in faults.values() for fault in part} - FAULTS):
            raise FabnumError(
                _("A part has no fault “{fault}”.", fault=fault),
                _("Take one of: {known}.", known=", ".join(sorted(FAULTS))),
            )

    def console(self) -> str:
        """Return all that it has printed."""
        return self._read("console.log").decode(errors="replace")

    def ports(self) -> dict[int, int]:
        """Return where its own network can be reached on this PC: port on the board, port here.

        Empty while that network is closed. 80 is its page (TCP), 53 its DNS (UDP).
        """
        try:
            served = json.loads(self._read("ports.json")) if self._powered else {}
        except ValueError:  # none, or it is just being written
            served = {}
        return {int(port): on_pc for port, on_pc in served.items()}

    def page_url(self) -> str | None:
        """Return the address of the page of its own network; ``None`` while that is closed."""
        port = self.ports().get(80)
        return None if port is None else f"http://127.0.0.1:{port}/"

    def ledger(self) -> set[tuple[str, int]]:
        """Return (boot, seq) of every frame that it has measured."""
        return {(entry["boot"], entry["seq"]) for entry in self._entries() if "seq" in entry}

    def dropped(self) -> int:
        """Return how many frames its queue says it has dropped since it was made."""
        return next((e["dropped"] for e in reversed(self._entries()) if "dropped" in e), 0)

    def wait_for(self, condition: Callable[["Twin"], Any], timeout: float = 30) -> None:
        """Wait until the condition holds, e.g. ``lambda twin: "ready" in twin.console()``.

        Raises FabnumError with the end of its console if it does not in time.
        """
        end = time.monotonic() + timeout
        while not condition(self):
            if time.monotonic() > end:
                raise self._too_late()
            time.sleep(_POLL_S)

    def hear(self, news: Mapping[str, Any]) -> None:
        """Take what the supervisor tells of it (called by the fleet)."""
        with self._changed:
            if "pid" in news:
                self._pid = news["pid"]
                self.causes.append(news["cause"])
            else:
                self._pid = None
                self.ends.append(news["ended"])
                self._powered = news["ended"] not in ("power-cut", "crash")
            self._changed.notify_all()

    def _wait(self, condition: Callable[[], bool], timeout: float) -> None:
        with self._changed:
            if not self._changed.wait_for(condition, timeout):
                raise self._too_late()

    def _too_late(self) -> FabnumError:
        return FabnumError(
            _("The twin {name} did not answer in time.", name=self.name),
            _("It last printed: {words}", words=self.console()[-500:]),
        )

    def _entries(self) -> list[dict[str, Any]]:
        """Return the lines of the ledger; one that a power cut left unfinished is no line."""
        lines = self._read("ledger.jsonl").split(b"\n")
        entries = []
        for line in lines:
            try:
                entries.append(json.loads(line))
            except ValueError:
                continue
        return entries

    def _read(self, name: str) -> bytes:
        try:
            return (self.folder / name).read_bytes()
        except FileNotFoundError:
            return b""
