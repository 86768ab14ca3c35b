"""An open town and a closed one: real registry, real journal, the real application."""

from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from starlette.applications import Starlette
from starlette.routing import Mount

from gateway.api.app import open_data
from gateway.journal import Journal
from gateway.live import Live
from gateway.model import Frame
from gateway.registry import Registry
from gateway.web.limits import TokenBuckets
from kit.names import DeviceKey
from kit.settings import Settings, Site, Town
from tests.gateway.resident_site import device

OPEN, CLOSED = "gonesse", "hem"
AIR = DeviceKey(OPEN, "air-101")
WEATHER = DeviceKey(OPEN, "meteo")
GATE = DeviceKey(OPEN, "portail")
LAMP = DeviceKey(OPEN, "lampe")
CLOSED_AIR = DeviceKey(CLOSED, "air-201")

HOUR = 3600.0
DAY = 86_400.0
NOW = 1_773_316_800.0  # 2026-03-12 12:00 UTC, a full hour

OBJECTS = (
    (AIR, "air", "Salle 101", "Air de la salle 101"),
    (WEATHER, "weather", "Toit, côté cour", "Météo « du toit »"),
    (GATE, "passage", "Mairie", "Portail de la mairie"),
    (LAMP, "lamp", "Salle 101", "Lampe"),
    (CLOSED_AIR, "air", "Salle 201", "Air"),
)


@dataclass
class OpenSite:
    settings: Settings
    registry: Registry
    journal: Journal
    live: Live
    app: Starlette
    clock: list[float]
    seq: int = 0

    @property
    def now(self) -> float:
        return self.clock[0]

    @now.setter
    def now(self, value: float) -> None:
        self.clock[0] = value

    def store(self, key: DeviceKey, readings: Iterable[tuple[float, Mapping[str, float]]]) -> None:
        """Let readings arrive in this order, and be on disk."""
        frames = []
        for moment, values in readings:
            self.seq += 1
            frames.append(Frame(key, "5f3a9c01", self.seq, moment, dict(values)))
        self.journal.write(frames).result(60)
        for frame in frames:
            self.live.on_frame(frame)


@contextmanager
def open_site(folder: Path, burst: int = 1_000_000) -> Iterator[OpenSite]:
    settings = Settings(
        site=Site(name="La Fabrique"),
        towns=[
            Town(id=OPEN, name="Gonesse", open_data=True),
            Town(id=CLOSED, name="Hem"),
        ],
    )
    registry = Registry(folder / "registry.sqlite")
    for row in OBJECTS:
        registry.add(device(*row))
    journal = Journal(folder / "journal.sqlite")
    clock = [NOW]
    live = Live(registry, journal, lambda: clock[0])
    api = open_data(settings, folder / "journal.sqlite", live, TokenBuckets(burst, 1.0))
    app = Starlette(routes=[Mount("/api/v1", api)])
    try:
        yield OpenSite(settings, registry, journal, live, app, clock)
    finally:
        live.close()
        journal.close()
        registry.close()


@asynccontextmanager
async def asking(site: OpenSite, **headers: str) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(site.app, raise_app_exceptions=False)
    async with httpx.AsyncClient(
        transport=transport, base_url="http://lab/api/v1", headers=headers
    ) as client:
        yield client


async def all_pages(client: httpx.AsyncClient, address: str) -> list[dict[str, Any]]:
    """Follow the pages of a JSON address to the end."""
    pages, seen = [], set()
    following: str | None = address
    while following is not None:
        assert following not in seen, "the pages go round in circles"
        seen.add(following)
        answer = await client.get(following)
        assert answer.status_code == 200, answer.text
        pages.append(answer.json())
        following = pages[-1]["next"]
        following = following.removeprefix("/api/v1") if following else None
    return pages


def air(minutes: int, end: float = NOW) -> list[tuple[float, dict[str, float]]]:
    """Return the minutes before ``end`` as an air object measures them."""
    first = end - minutes * 60
    return [
        (first + n * 60 + 3.25, {"co2": 500.0 + n % 97, "temperature": 20.0 + n % 7 / 10})
        for n in range(minutes)
    ]
