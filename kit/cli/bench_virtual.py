"""A bench without hardware: a site of its own, virtual boards, and a hand that handles them."""

import asyncio
import contextlib
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from device.twin.host import AccessPoint
from device.twin.virtual import VirtualBench, VirtualBoard, virtual_image
from gateway.office import Office
from gateway.service import Service
from kit.catalogue import load_build
from kit.cli.bench_place import Place, facts_of
from kit.cli.scratch_site import make_site
from kit.settings import DataFolder
from provisioning.bench.model import Job, Kind, Person, Question
from provisioning.images import Claim, ImageFolder
from provisioning.ports import VirtualPorts

TOWN = "Ville de démonstration"
WIFI = AccessPoint(ssid="fablab", password="atelier-ouvert")  # noqa: S106 - of the simulated air

ON_THE_BENCH: dict[str, Any] = {
    "light": 400.0,
    "moisture": 0.0,
    "voltage": 12.0,
    "current": 0.0,
    "noise": 48.0,
}
"""What is around a board that lies there: lamps, dry air, a supply that nothing is connected to."""


class Stimulus(NamedTuple):
    """What a person does to a sensor, and how it is when they have done: as ``control`` takes it.

    Quantities are those of ``device/twin/board/surroundings.py``.
    """

    doing: dict[str, Any]
    done: dict[str, Any]


def _around(**quantities: float) -> Stimulus:
    """Return a stimulus that changes some quantities around the board."""
    usual = {name: ON_THE_BENCH.get(name) for name in quantities}
    return Stimulus({"room": quantities}, {"room": usual})


def _walks(way: str) -> Stimulus:
    """Return a stimulus that is over by itself: a hand, or a person, goes by."""
    return Stimulus({"room": {"walks": way}}, {"room": {}})


BREATH = Stimulus(
    {"room": {"people": 10, "volume": 10.0}, "pace": 10},
    {"room": {"people": None, "volume": 150.0}, "pace": 1},
)
"""Much breath in little air, quickly."""

STIMULI = {
    "co2": BREATH,
    "humidity": BREATH,
    "temperature": BREATH,
    "moisture": _around(moisture=70.0),  # a hand, or a wet cloth
    "light": _around(light=3.0),  # a hand over it
    "current": _around(current=0.42),  # the test lamp
    "level": _around(noise=88.0),  # hands that clap
    "entries": _walks("in"),
    "exits": _walks("out"),
    "motions": _walks("in"),
}
"""By channel, what makes it rise or fall as its test asks for."""

PURE = ((True, False, False), (False, True, False), (False, False, True))
"""Red, green and blue, by which of the three an LED shines with."""
LOOK_FOR_S = 15.0
LOOK_EVERY_S = 0.1


@dataclass
class VirtualPlace(Place):
    """A place with virtual boards, those boards, and the data folder of their site."""

    boards: Sequence[VirtualBoard] = ()
    folder: DataFolder | None = None


class Hand:
    """Handles virtual boards as a person would: presses, breathes, looks at the LEDs.

    ``asked`` sees every question too, and where somebody is there, answers it.
    """

    def __init__(self, boards: Sequence[VirtualBoard], asked: Person) -> None:
        self._boards = {board.port: board for board in boards}
        self._asked = asked
        self._ending: set[asyncio.Task[None]] = set()

    async def answer(self, job: Job, question: Question) -> bool | None:
        """Do what is asked for; answer what can be seen, unless somebody else has."""
        board = self._boards[job.port]
        answer = await self._asked.answer(job, question)
        if question.kind is Kind.YES_NO:
            return await sees_all_colours(board) if answer is None else answer
        if not question.test:
            await asyncio.to_thread(board.press_reset)
            return None
        test = next(t for t in load_build(job.build).tests if t.id == question.test)
        if test.kind == "press":
            await asyncio.to_thread(board.control, press=test.part)
            return None
        stimulus = STIMULI[test.channel or ""]
        await asyncio.to_thread(lambda: board.control(**stimulus.doing))
        task = asyncio.create_task(_end(stimulus, board, job, question), name="end of stimulus")
        self._ending.add(task)
        task.add_done_callback(self._ending.discard)
        return None


async def sees_all_colours(board: VirtualBoard) -> bool:
    """Whether the LEDs of a board show red, green and blue, all of them at once, in turn."""
    missing = set(PURE)
    end = time.monotonic() + LOOK_FOR_S
    while missing and time.monotonic() < end:
        shown = {tuple(part > 0 for part in led) for led in await asyncio.to_thread(board.shows)}
        if len(shown) == 1:
            missing -= shown
        await asyncio.sleep(LOOK_EVERY_S)
    return not missing


async def _end(stimulus: Stimulus, board: VirtualBoard, job: Job, question: Question) -> None:
    """Stop what is done to the sensor once the question is over."""
    while job.question is question:  # noqa: ASYNC110 - a job tells nobody of its changes
        await asyncio.sleep(LOOK_EVERY_S)
    await asyncio.to_thread(lambda: board.control(**stimulus.done))


@contextlib.asynccontextmanager
async def virtual_place(
    count: int, build: str, chip: str, labels: Path | None
) -> AsyncIterator[VirtualPlace]:
    """Open a bench with virtual boards, at a site that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="fabnum-bench-") as scratch:
        root = Path(scratch)
        folder = DataFolder(root / "site")
        settings = make_site(folder, TOWN)
        images = ImageFolder(root / "images")
        await asyncio.to_thread(_fill, images, chip, root)
        service = Service(settings, folder)
        await service.start()
        boards = VirtualBench(
            root / "bench",
            count,
            chip=chip,
            build=build,
            access_points=[WIFI],
            room=ON_THE_BENCH,
        )
        office = Office(settings, folder, [{"ssid": WIFI.ssid, "password": WIFI.password}])
        try:
            await asyncio.to_thread(boards.__enter__)
            yield VirtualPlace(
                office=office,
                **facts_of(settings, office),
                ports=VirtualPorts(boards.folder),
                images=images,
                labels=labels or root / "labels.pdf",
                url=service.url,
                helped=lambda person: Hand(boards.boards, person),
                boards=boards.boards,
                folder=folder,
            )
        finally:
            await asyncio.to_thread(boards.stop)
            await asyncio.to_thread(office.close)
            await service.stop()


def _fill(images: ImageFolder, chip: str, scratch: Path) -> None:
    """Put an image that virtual boards start into the folder."""
    images.add(virtual_image(chip, scratch / "virtual.bin"), Claim(chip=chip))
