"""`fabnum drill`: bring a fault about on purpose, and say what the object made of it."""

import asyncio
import json
import logging
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from rich.console import Console

from device.twin.host import Fleet, World
from gateway import logs
from gateway.drills import account, model
from gateway.drills.account import Account, Fault
from gateway.drills.model import Drill, Kind
from gateway.drills.watch import Watcher
from gateway.registry import Device, Registry
from gateway.service import Service
from kit.catalogue import load_build
from kit.cli import loop
from kit.cli.drill_hands import Hands, PersonHands, TwinHands, require_fit
from kit.cli.drill_words import told
from kit.cli.names import device_key
from kit.cli.scratch_site import make_site
from kit.cli.scratch_twin import enrol_twin
from kit.cli.send import tell
from kit.errors import FabnumError
from kit.i18n import _
from kit.names import DeviceKey, slug
from kit.settings import DataFolder, Settings, load

PERIOD_S = 2
"""How often the object measures during a drill."""
LOOK_EVERY_S = 0.25
PATIENCE_S = 180.0
"""A board tries its broker again after 30 s at the latest; nats-server takes 10 s to repeat what
nobody acknowledged."""
TOWN = "Ville de démonstration"


class Place(NamedTuple):
    """Where a drill is done: which object, seen in which journal, by whose hands."""

    key: DeviceKey
    journal: Path
    hands: Hands


def run_drill(
    folder: DataFolder, kind: Kind, name: str, *, twin: bool, seconds: float, as_json: bool
) -> None:
    """Do one drill and tell what came of it.

    ``name``: an object of this site; with ``twin`` a build, whose twin is made for the drill.
    ``seconds``: how long the fault lasts. Raises FabnumError if the object did not pass.
    """
    console = Console(stderr=as_json)
    drill = model.drill(kind)
    if twin:
        result = loop.run(_on_twin(drill, name, seconds, console))
    else:
        result = loop.run(_on_object(folder, drill, name, seconds, console))
    ok = account.passed(drill, result)
    if as_json:
        print(json.dumps({"drill": kind, "object": name, "passed": ok, **result._asdict()}))
    else:
        for line in told(drill, result):
            console.print(line)
    if not ok:
        raise FabnumError(
            _("The object did not pass the drill “{drill}”.", drill=drill.name),
            _("Look at its log with “fabnum rescue --log”, then repeat the drill."),
        )


async def _on_object(
    folder: DataFolder, drill: Drill, name: str, seconds: float, console: Console
) -> Account:
    settings = load(folder)
    key = device_key(settings, name)
    registry = Registry(folder.registry)
    device = registry.find(key)
    if device is None:
        raise FabnumError(
            _("There is no object “{device}”.", device=key),
            _("“fabnum devices” lists them; “--twin” does the drill with a simulated one."),
        )
    require_fit(drill, device.build)
    if not sys.stdin.isatty():
        raise FabnumError(
            _("A drill with a real object needs somebody at the keyboard."),
            _("Do it in a terminal, or with “--twin”."),
        )
    usual = _period_of(folder, key) or load_build(device.build).period_s
    await tell(settings, folder, key, "period", {"seconds": PERIOD_S})
    try:
        place = Place(key, folder.journal, PersonHands(console))
        return await _do(place, drill, seconds, console)
    finally:
        with suppress(FabnumError):  # it goes back to its own at its next start anyway
            await tell(settings, folder, key, "period", {"seconds": usual})


def _period_of(folder: DataFolder, key: DeviceKey) -> float | None:
    """Return the seconds between two readings of an object, as it said last."""
    if not folder.journal.exists():
        return None
    watcher = Watcher(folder.journal, key)
    try:
        watcher.look()
        return watcher.period
    finally:
        watcher.close()


async def _on_twin(drill: Drill, build: str, seconds: float, console: Console) -> Account:
    require_fit(drill, build)
    logs.configure(level=logging.ERROR)
    with tempfile.TemporaryDirectory(prefix="fabnum-drill-") as scratch, Fleet() as fleet:
        root = Path(scratch)
        folder = DataFolder(root / "site")
        site = Site(make_site(folder, TOWN), folder)
        device = Device(
            town=slug(TOWN),
            device=f"{build}-1",
            build=build,
            place="atelier",
            place_name="Atelier",
            name=f"{build}-1",
            follow="",
        )
        with console.status(_("Starting the broker and the gateway…")):
            await site.serve(True)
            where = (site.settings, folder, Registry(folder.registry))
            twin = await asyncio.to_thread(
                enrol_twin, fleet, root, where, device, period=PERIOD_S, world=World()
            )
            await asyncio.to_thread(twin.start)
        try:
            hands = TwinHands(twin, build, site.serve)
            key = DeviceKey(device.town, device.device)
            return await _do(Place(key, folder.journal, hands), drill, seconds, console)
        finally:
            await asyncio.to_thread(twin.cut_power)
            await site.serve(False)


class Site:
    """A site whose service can be stopped and started."""

    def __init__(self, settings: Settings, folder: DataFolder) -> None:
        self.settings = settings
        self._folder = folder
        self._service: Service | None = None

    async def serve(self, up: bool) -> None:
        """Let the service run, or not."""
        if up and self._service is None:
            self._service = Service(self.settings, self._folder)
            await self._service.start()
        elif not up and self._service is not None:
            await self._service.stop()
            self._service = None


async def _do(place: Place, drill: Drill, seconds: float, console: Console) -> Account:
    watcher = Watcher(place.journal, place.key)
    try:
        with console.status(_("Waiting for a reading of the object…")):
            await _until(watcher, lambda: len(watcher.frames) >= 2 and bool(watcher.states))
        boot = watcher.boot or watcher.frames[-1].boot
        await place.hands.begin(drill)
        began = time.time()
        with console.status(_("The fault lasts {seconds} s…", seconds=round(seconds))):
            await _wait(watcher, seconds)
        await place.hands.end(drill)
        fault = Fault(began, time.time(), boot)
        with console.status(_("Waiting until the object is back…")):
            await _recovery(watcher, drill, fault)
        return account.account(watcher.frames, watcher.states, fault)
    finally:
        watcher.close()


async def _recovery(watcher: Watcher, drill: Drill, fault: Fault) -> None:
    """Wait until the object is back and nothing is missing; go on without if it never comes."""

    def complete() -> bool:
        result = account.account(watcher.frames, watcher.states, fault)
        newest = max((frame.measured for frame in watcher.frames), default=0)
        return newest > fault.ended and account.passed(drill, result)

    try:
        await _until(watcher, complete)
    except FabnumError:
        return


async def _wait(watcher: Watcher, seconds: float) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        await asyncio.to_thread(watcher.look)
        await asyncio.sleep(LOOK_EVERY_S)


async def _until(watcher: Watcher, condition: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE_S
    while not condition():
        if time.monotonic() > end:
            raise FabnumError(
                _("Nothing came from the object."),
                _("See with “fabnum devices” whether it is there, then repeat the drill."),
            )
        await asyncio.to_thread(watcher.look)
        await asyncio.sleep(LOOK_EVERY_S)
