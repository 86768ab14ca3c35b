"""A bench without hardware: a site of its own, virtual boards, and a hand that handles them."""

import asyncio
import contextlib
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

from device.twin.host import AccessPoint
from device.twin.virtual import VirtualBench, VirtualBoard, virtual_image
from gateway.service import Service
from kit.catalogue import load_build
from kit.cli.bench_place import Place, facts_of
from kit.cli.office import SiteOffice
from kit.cli.scratch_site import make_site
from kit.settings import DataFolder
from provisioning.bench.model import Job, Kind, Person, Question
from provisioning.images import Claim, ImageFolder
from provisioning.ports import VirtualPorts

TOWN = "Ville de démonstration"
WIFI = AccessPoint(ssid="fablab", password="atelier-ouvert")  # noqa: S106 - of the simulated air

BREATH = {"room": {"people": 1, "volume": 0.5}}
"""Somebody breathes on the sensor: as if they sat in a box with it."""
CALM = {"room": {"people": None, "volume": 150.0}}


class Hand:
    """Handles virtual boards as a person would, and leaves to ``asked`` what has to be judged."""

    def __init__(self, boards: list[VirtualBoard], asked: Person) -> None:
        self._boards = {board.port: board for board in boards}
        self._asked = asked

    async def answer(self, job: Job, question: Question) -> bool | None:
        """Press or breathe where that is asked for; look at the LEDs where a colour is."""
        board = self._boards[job.port]
        if question.kind is Kind.DO:
            await self._asked.answer(job, question)
            await asyncio.to_thread(self._do, board, job, question)
            return None
        return await self._asked.answer(job, question)

    def _do(self, board: VirtualBoard, job: Job, question: Question) -> None:
        test = next(t for t in load_build(job.build).tests if t.id == question.test)
        if test.kind == "press":
            board.control(press=test.part)
        else:
            board.control(**BREATH)


@contextlib.asynccontextmanager
async def virtual_place(
    count: int, build: str, chip: str, labels: Path | None
) -> AsyncIterator[Place]:
    """Open a bench with virtual boards, at a site that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="fabnum-bench-") as scratch:
        root = Path(scratch)
        folder = DataFolder(root / "site")
        settings = make_site(folder, TOWN)
        images = ImageFolder(root / "images")
        await asyncio.to_thread(_fill, images, chip, root)
        service = Service(settings, folder)
        await service.start()
        boards = VirtualBench(root / "bench", count, chip=chip, build=build, access_points=[WIFI])
        office = SiteOffice(settings, folder, [{"ssid": WIFI.ssid, "password": WIFI.password}])
        try:
            await asyncio.to_thread(boards.__enter__)
            yield Place(
                office=office,
                **facts_of(settings, office),
                ports=VirtualPorts(boards.folder),
                images=images,
                labels=labels or root / "labels.pdf",
                url=service.url,
                helped=lambda person: Hand(boards.boards, person),
            )
        finally:
            await asyncio.to_thread(boards.stop)
            await asyncio.to_thread(office.close)
            await service.stop()


def _fill(images: ImageFolder, chip: str, scratch: Path) -> None:
    """Put an image that virtual boards start into the folder."""
    images.add(virtual_image(chip, scratch / "virtual.bin"), Claim(chip=chip))
