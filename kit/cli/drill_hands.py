"""Who brings the fault of a drill about: a person at a real object, or the keeper of a twin."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Protocol

from rich.console import Console
from rich.panel import Panel
from rich.text import Text

from device.twin.host import Twin
from gateway.drills.model import Drill, Kind
from kit.catalogue import load_build
from kit.errors import FabnumError
from kit.i18n import _

_WIRED_SENSORS = ("i2c", "dht", "adc", "i2s")


class Hands(Protocol):
    """Brings a fault about, and undoes it."""

    async def begin(self, drill: Drill) -> None:
        """Bring the fault about."""

    async def end(self, drill: Drill) -> None:
        """Undo it."""


class PersonHands:
    """A person who is told what to do, and says when it is done."""

    def __init__(self, console: Console) -> None:
        self._console = console

    async def begin(self, drill: Drill) -> None:
        """Ask for the fault."""
        await self._ask(drill.cause)

    async def end(self, drill: Drill) -> None:
        """Ask to undo it."""
        await self._ask(drill.undo)

    async def _ask(self, text: str) -> None:
        keys = _("Enter, as soon as it is done")
        self._console.print(Panel(Text(text, style="bold"), subtitle=keys, expand=False))
        await asyncio.to_thread(input)


class TwinHands:
    """The keeper of a twin. ``serve(up)`` stops and starts the service that it publishes to."""

    def __init__(self, twin: Twin, build: str, serve: Callable[[bool], Awaitable[None]]) -> None:
        self._twin = twin
        self._build = build
        self._serve = serve

    async def begin(self, drill: Drill) -> None:
        """Do what the drill asks for."""
        await self._do(drill.kind, fault=True)

    async def end(self, drill: Drill) -> None:
        """Undo it."""
        await self._do(drill.kind, fault=False)

    async def _do(self, kind: Kind, *, fault: bool) -> None:
        if kind is Kind.BROKER:
            await self._serve(not fault)
        elif kind is Kind.POWER:
            await asyncio.to_thread(self._twin.cut_power if fault else self._twin.start)
        else:
            changes = {"wifi": not fault} if kind is Kind.WIFI else self._sensor(fault)
            await asyncio.to_thread(lambda: self._twin.control(**changes))

    def _sensor(self, fault: bool) -> dict[str, object]:
        return {"parts": {sensor_of(self._build): {"plugged": not fault}}}


def require_fit(drill: Drill, build: str) -> None:
    """Raise FabnumError if that drill is none for objects of a build.

    Those that count measure too seldom, whoever asks them; others have no sensor to unplug.
    """
    if any(channel.hidden_below for channel in load_build(build).channels):
        raise FabnumError(
            _("An object of the build “{build}” tells its counts once an hour.", build=build),
            _("Do the drill with another one, such as: fabnum drill wifi climate --twin"),
        )
    if drill.kind is Kind.SENSOR:
        sensor_of(build)


def sensor_of(build: str) -> str:
    """Return the part that a build measures with. Raises FabnumError if it has none to unplug."""
    for part in load_build(build).parts:
        if part.bus in _WIRED_SENSORS and part.instead_of is None:
            return part.id
    raise FabnumError(
        _("An object of the build “{build}” has no sensor to unplug.", build=build),
        _("Do another drill: wifi, broker or power."),
    )
