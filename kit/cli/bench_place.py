"""Where a bench stands: at a site with real boards, or anywhere with virtual ones."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path

from gateway.visitor import visit
from kit.cli.networks import known_networks
from kit.cli.office import SiteOffice
from kit.settings import DataFolder, Settings, load
from provisioning.bench.model import Person
from provisioning.images import ImageFolder
from provisioning.ports import PortSource, SystemPorts


@dataclass
class Place:
    """What is there: the site and its office, the ports, the images, and where the labels go.

    ``helped`` turns whoever is asked into somebody who can also handle the boards of this place:
    virtual ones need a hand that presses and breathes. ``url``: the site's pages.
    """

    settings: Settings
    office: SiteOffice
    ports: PortSource
    images: ImageFolder
    labels: Path
    url: str
    helped: Callable[[Person], Person]


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
            settings=settings,
            office=office,
            ports=SystemPorts(),
            images=ImageFolder(images),
            labels=labels or folder.root / "labels.pdf",
            url=settings.pages_address,
            helped=lambda person: person,
        )
    finally:
        await asyncio.to_thread(office.close)
