"""A town as residents may find it: real registry, real journal, a week of believable readings."""

import asyncio
import math
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import msgspec
import uvicorn
from starlette.applications import Starlette

from gateway.commands import Commander
from gateway.day import Day, Sessions
from gateway.journal import Journal
from gateway.journal.model import Leaf
from gateway.live import Live
from gateway.logbook import Logbook
from gateway.model import Frame
from gateway.passport import Passports
from gateway.registry import Device, Registry
from gateway.web import create_app
from gateway.web.day_pages import DayPages
from kit.names import DeviceKey, parse_topic
from kit.settings import Settings, Site, Town

TOWN = "gonesse"
PASSWORD = "sesame-sesame"
WINDOW_S = 0.05
"""So long a room's wishes are gathered here."""
DAY_S = 86_400
AIR = DeviceKey(TOWN, "air-101")
FRESH_AIR = DeviceKey(TOWN, "air-102")
LAMP = DeviceKey(TOWN, "lampe-101")
LONELY_LAMP = DeviceKey(TOWN, "lampe-accueil")
LIBRARY = DeviceKey(TOWN, "biblio")
CANTEEN = DeviceKey(TOWN, "cantine")
GYM = DeviceKey(TOWN, "gymnase")
NEW = DeviceKey(TOWN, "atelier")

DEVICES = (
    (AIR, "air", "Salle 101", "Air de la salle 101", ""),
    (LAMP, "lamp", "Salle 101", "Lampe de la salle 101", "air-101/co2"),
    (FRESH_AIR, "air", "Salle 102", "Air de la salle 102", ""),
    (LIBRARY, "climate", "Bibliothèque", "Climat de la bibliothèque", ""),
    (CANTEEN, "climate", "Cantine", "Climat de la cantine", ""),
    (GYM, "air", "Gymnase", "Air du gymnase", ""),
    (LONELY_LAMP, "lamp", "Accueil", "Lampe de l’accueil", ""),
    (NEW, "climate", "Atelier", "Climat de l’atelier", ""),
)


@dataclass
class Lamps:
    """The far end of the broker: remembers what was published; lamps answer as firmware does."""

    commander: Commander | None = None
    published: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    silent: bool = False
    error: str = ""

    def publish(self, topic: str, payload: bytes, *, qos: int, retain: bool) -> None:
        assert qos == 1
        assert not retain
        message = msgspec.json.decode(payload)
        self.published.append((topic, message))
        address = parse_topic(topic)
        assert address is not None
        ack = {"id": message["id"], "ok": not self.error}
        if self.error:
            ack["error"] = self.error
        if self.commander is not None and not self.silent:
            self.commander.on_leaf(address[0], "ack", ack)


class Served(Protocol):
    """Pages, and what tells them of the end."""

    app: Starlette
    live: Live


@dataclass
class ResidentSite:
    settings: Settings
    registry: Registry
    journal: Journal
    live: Live
    lamps: Lamps
    commander: Commander
    app: Starlette
    logbook: Logbook
    sessions: Sessions
    day: Day
    seq: int = 1_000_000

    def hear(self, key: DeviceKey, when: float | None = None, **values: float) -> None:
        """Let a reading arrive as from the broker: committed first, then heard."""
        self.seq += 1
        frame = Frame(key, "5f3a9c01", self.seq, time.time() if when is None else when, values)
        self.journal.write([frame]).result(30)
        self.live.on_frame(frame)


def settings_for(*towns: str) -> Settings:
    names = {"gonesse": "Gonesse", "hem": "Hem"}
    return Settings(
        site=Site(name="La Fabrique numérique"),
        towns=[Town(id=town, name=names[town]) for town in towns or (TOWN,)],
    )


def device(key: DeviceKey, build: str, place: str, name: str, follow: str = "") -> Device:
    return Device(
        town=key.town,
        device=key.device,
        build=build,
        place="somewhere",
        place_name=place,
        name=name,
        follow=follow,
        bcrypt_hash="secret-hash",
        pbkdf2_hash="secret-hash",
    )


@contextmanager
def resident_site(
    folder: Path, *, furnished: bool = True, settings: Settings | None = None
) -> Iterator[ResidentSite]:
    settings = settings or settings_for()
    registry = Registry(folder / "registry.sqlite")
    journal = Journal(folder / "journal.sqlite")
    if furnished:
        for row in DEVICES:
            registry.add(device(*row))
        journal.write(list(a_week(time.time())), leaves=statuses(time.time())).result(120)
    lamps = Lamps()
    live = Live(registry, journal)
    commander = Commander(registry, lamps.publish, is_lost=live.is_lost)
    lamps.commander = commander
    logbook = Logbook(folder / "logbook.sqlite")
    passports = Passports(registry, logbook, journal)
    sessions = Sessions(folder / "workshops.sqlite")
    day = Day(sessions, commander, live, window_s=WINDOW_S)
    app = create_app(
        settings, journal, live, commander, passports=passports, day=DayPages(day, PASSWORD)
    )
    try:
        yield ResidentSite(
            settings, registry, journal, live, lamps, commander, app, logbook, sessions, day
        )
    finally:
        live.close()
        sessions.close()
        journal.close()
        logbook.close()
        registry.close()


def statuses(now: float) -> list[Leaf]:
    ready = {"state": "ready", "why": "", "boot": "5f3a9c01", "period": 60}
    lost = {"state": "lost", "why": "connection"}
    about = {"build": "air", "firmware": "0.1.0", "period": 60}
    return [
        Leaf(AIR, "about", now, about),
        Leaf(AIR, "status", now, ready),
        Leaf(LAMP, "status", now, ready),
        Leaf(GYM, "status", now - 300, lost),
    ]


def a_week(now: float) -> Iterator[Frame]:
    """Yield what the objects measured: by the minute today, every ten minutes before."""
    start = now - 7 * DAY_S
    for seq in range(6 * 144 + 1440):
        minutes = seq * 10 if seq < 864 else 8640 + (seq - 864)
        when = start + (minutes + 1) * 60
        ago = now - when
        for key, values in _values(when, ago):
            yield Frame(key, "5f3a9c01", seq, when, values)


def _values(when: float, ago: float) -> Iterator[tuple[DeviceKey, dict[str, float]]]:
    hour = when / 3600 % 24
    busy = _busy(hour)
    wobble = math.sin(when / 400) + 0.6 * math.sin(when / 173)
    rising = max(0.0, 1 - ago / 5400) * 900
    night = math.cos((hour - 15) / 24 * math.tau)
    air = {"temperature": 20.4 + busy + night * 0.8, "humidity": 43 + 4 * busy}
    if not 20_000 < ago < 26_000:
        yield AIR, {"co2": round(560 + 520 * busy + rising + 14 * wobble), **air}
    yield FRESH_AIR, {"co2": round(440 + 260 * busy + 10 * wobble), **air}
    yield LIBRARY, {"temperature": 20.6 + night + 0.1 * wobble, "humidity": 48 + 3 * night}
    if ago > 2.5 * 3600:
        yield CANTEEN, {"temperature": 18.9 + 1.5 * busy, "humidity": 52.0}
    if ago > 300:
        yield GYM, {"co2": round(430 + 120 * busy + 8 * wobble), **air}
    lit = 80.0 if 7 < hour < 19 else 10.0
    yield LAMP, {"brightness": lit, "on": 1, "presses": 0}
    yield LONELY_LAMP, {"brightness": 0.0, "on": 0, "presses": 0}


def _busy(hour: float) -> float:
    morning = math.exp(-(((hour - 10.5) / 1.6) ** 2))
    afternoon = math.exp(-(((hour - 15) / 1.5) ** 2))
    return morning + 0.8 * afternoon


@asynccontextmanager
async def served(site: Served) -> AsyncIterator[str]:
    """Serve the pages on a port of their own, in this event loop; yield the address."""
    config = uvicorn.Config(site.app, port=0, log_level="warning", access_log=False)
    server = uvicorn.Server(config)
    running = asyncio.create_task(server.serve())
    async with asyncio.timeout(20):
        while not server.started:  # noqa: ASYNC110 - the server tells it no other way
            await asyncio.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        site.live.close()
        server.should_exit = True
        await running
