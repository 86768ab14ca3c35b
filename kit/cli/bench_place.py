"""Where a bench stands: at a site with real boards, or anywhere with virtual ones."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypedDict

from gateway.office import Office as SiteOffice
from gateway.visitor import visit
from kit.cli.networks import known_networks
from kit.enrolment import Wish
from kit.settings import DataFolder, Settings, load
from provisioning.bench.model import Person
from provisioning.bench.office import Office
from provisioning.bench.packet import Packet
from provisioning.images import ImageFolder
from provisioning.ports import PortSource, SystemPorts


class BenchOffice(Office, Protocol):
    """An office that also knows who still waits for a board."""

    def awaited(self) -> Sequence[Wish]:
        """Return the objects that wait for their boards."""


@dataclass
class Place:
    """What is there: the office, the ports, the images, and where the labels go.

    ``towns``: id and name; ``places``: the names of places that are known. ``url``: the site's
    pages, where there is a site. ``helped`` turns whoever is asked into somebody who can also
    handle the boards of this place: virtual ones need a hand that presses and breathes.
    """

    office: BenchOffice
    towns: Sequence[tuple[str, str]]
    languages: Sequence[str]
    places: Callable[[], Sequence[str]]
    ports: PortSource
    images: ImageFolder
    labels: Path
    url: str
    helped: Callable[[Person], Person]


class SiteFacts(TypedDict):
    """What a place takes from a site."""

    towns: Sequence[tuple[str, str]]
    languages: Sequence[str]
    places: Callable[[], Sequence[str]]


def facts_of(settings: Settings, office: SiteOffice) -> SiteFacts:
    """Return what a site's place knows from its settings and its registry."""
    return {
        "towns": [(town.id, town.name) for town in settings.towns],
        "languages": settings.site.languages,
        "places": lambda: sorted({device.place_name for device in office.devices()}),
    }


@contextlib.asynccontextmanager
async def packet_place(
    packet: Path, images: Path | None, labels: Path | None
) -> AsyncIterator[Place]:
    """Open a bench without a site, with the objects of a packet. Raises FabnumError."""
    office = Packet(packet)
    labelled = [parcel.label for parcel in office.objects]
    yield Place(
        office=office,
        towns=sorted({(label.key.town, label.town_name) for label in labelled}),
        languages=(),
        places=lambda: sorted({label.place_name for label in labelled}),
        ports=SystemPorts(),
        images=ImageFolder(images),
        labels=labels or Path("labels.pdf"),
        url="",
        helped=lambda person: person,
    )


@contextlib.asynccontextmanager
async def real_place(
    folder: DataFolder, images: Path | None, labels: Path | None
) -> AsyncIterator[Place]:
    """Open the bench of a site. Raises FabnumError if the site's service does not run."""
    settings = load(folder)
    async with visit(settings, folder):
        pass  # better now than after every board has been flashed
    office = SiteOffice(settings, folder, known_networks(folder))
    try:
        yield Place(
            office=office,
            **facts_of(settings, office),
            ports=SystemPorts(),
            images=ImageFolder(images),
            labels=labels or folder.root / "labels.pdf",
            url=settings.pages_address,
            helped=lambda person: person,
        )
    finally:
        await asyncio.to_thread(office.close)
