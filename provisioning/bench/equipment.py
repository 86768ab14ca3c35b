"""What stands around the bench: the office, the images, the person, and whoever watches."""

import asyncio
from dataclasses import dataclass, field
from pathlib import Path

from kit.enrolment import LabelFacts
from provisioning.bench.model import Person, Watcher
from provisioning.bench.office import Office
from provisioning.images import ImageFolder
from provisioning.ports import PortSource

AT_ONCE = 12
"""Boards that are worked on at the same time: a class set. More wait for their turn."""


@dataclass
class Equipment:
    """What every step may use. ``sheet``: where the labels of this session go, one PDF.

    ``reflash``: also write MicroPython where the wanted version runs already. ``publish_within_s``:
    how long a tested board has until its first reading is seen at the site.
    """

    office: Office
    ports: PortSource
    images: ImageFolder
    person: Person
    watcher: Watcher
    sheet: Path
    reflash: bool = False
    publish_within_s: float = 90
    labels: list[LabelFacts] = field(default_factory=list)
    turn: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))
    printing: asyncio.Lock = field(default_factory=asyncio.Lock)
