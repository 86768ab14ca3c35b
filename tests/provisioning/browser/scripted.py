"""A small line whose boards do what a test tells them, and the page served around it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from kit.enrolment import Wish
from kit.errors import FabnumError
from kit.names import DeviceKey
from provisioning.bench.model import Job, State, Step
from provisioning.cards import CardError, failure
from provisioning.page import PagePerson, PageWatcher, Plugged, Town, serve

Script = Callable[["ScriptedLine", Job, Step], Awaitable[str]]
"""What a board does in one step: it may ask and fail; it returns what was found."""

FOUND = {
    Step.DETECT: "CP2102 USB to UART",
    Step.CHECK: "ESP32, 4 Mo, pas encore de MicroPython",
    Step.FLASH: "MicroPython 1.29.0 est écrit",
    Step.INSTALL: "31 fichiers écrits",
    Step.ENROL: "Elle s’appelle maintenant gonesse/lampe-101",
    Step.TEST: "Tout marche, et ses mesures arrivent",
    Step.LABEL: "Son étiquette est sur la feuille",
}


async def smooth(line: "ScriptedLine", job: Job, step: Step) -> str:
    """Go through a step without a question."""
    for tenth in range(1, 10, 2):
        line.progress(job, step, tenth / 10, "En cours")
        await asyncio.sleep(0)
    if step is Step.CHECK:
        job.facts |= {"chip": "esp32", "flash_bytes": 4 * 2**20, "micropython": None}
    if step is Step.FLASH:
        job.facts["micropython"] = "1.29.0"
    if step is Step.ENROL:
        job.key = DeviceKey("gonesse", f"lampe-{101 + line.enrolled}")
        line.enrolled += 1
    return FOUND[step]


@dataclass
class ScriptedLine:
    """Boards that follow a script, each at its own pace, as on the real line."""

    folder: Path
    person: PagePerson
    script: Script = smooth
    plugged: list[Plugged] = field(default_factory=list)
    waits: list[Wish] = field(default_factory=list)
    on_bench: list[Job] = field(default_factory=list)
    tasks: list[tuple[Job, "asyncio.Task[None]"]] = field(default_factory=list)
    started: list[tuple[str, str, Wish | None]] = field(default_factory=list)
    site_towns: list[Town] = field(default_factory=lambda: [Town("gonesse", "Gonesse")])
    enrolled: int = 0

    def jobs(self) -> Sequence[Job]:
        return self.on_bench

    def busy(self, job: Job) -> bool:
        return any(known is job and not task.done() for known, task in self.tasks)

    def ports(self) -> Sequence[Plugged]:
        return [p for p in self.plugged if p.path not in {job.port for job in self.on_bench}]

    def missing(self) -> CardError:
        return failure("charge-only")

    def towns(self) -> Sequence[Town]:
        return self.site_towns

    def places(self) -> Sequence[str]:
        return ["Salle 101", "Bibliothèque"]

    def waiting(self) -> Sequence[Wish]:
        return self.waits

    def start(self, port: str, build: str, wish: Wish | None) -> Job:
        self.started.append((port, build, wish))
        if wish is not None and wish.name == "interdit":
            raise FabnumError("Ce nom est pris.", "Choisissez un autre nom.")
        job = Job(port=port, name=port.rpartition("/")[2], build=build, wish=wish)
        self.on_bench.append(job)
        self._go(job)
        return job

    def retry(self, job: Job, step: Step) -> None:
        for later in list(Step)[list(Step).index(step) :]:
            job.steps[later].state = State.WAITING
            job.steps[later].words = ""
        self._go(job)

    def cancel(self, job: Job) -> None:
        for known, task in self.tasks:
            if known is job:
                task.cancel()

    def remove(self, job: Job) -> None:
        self.cancel(job)
        self.on_bench = [other for other in self.on_bench if other is not job]

    async def print_labels(self, jobs: Sequence[Job]) -> Path:
        import typst

        source = self.folder / "labels.typ"
        source.write_text("\n\n".join(f"Carte {job.port}" for job in jobs), encoding="utf-8")
        sheet = self.folder / "labels.pdf"
        await asyncio.to_thread(typst.compile, str(source), output=str(sheet))
        return sheet

    def progress(self, job: Job, step: Step, fraction: float, words: str) -> None:
        record = job.steps[step]
        record.fraction, record.words = fraction, words
        record.state = State.ASKING if job.question else State.RUNNING
        self.person.watcher.changed(job)

    def _go(self, job: Job) -> None:
        self.tasks.append((job, asyncio.create_task(self._run(job))))

    async def _run(self, job: Job) -> None:
        job.failure = None
        for step, record in job.steps.items():
            if record.state in (State.DONE, State.SKIPPED):
                continue
            self.progress(job, step, 0.0, "")
            try:
                record.words = await self.script(self, job, step)
                record.state, record.fraction = State.DONE, 1.0
            except FabnumError as error:
                job.failure, record.state, record.words = error, State.FAILED, error.cause
                return
            except asyncio.CancelledError:
                record.state = State.WAITING
                raise
            finally:
                job.question = None
                self.person.watcher.changed(job)

    async def stop(self) -> None:
        for _job, task in self.tasks:
            task.cancel()
        await asyncio.gather(*(task for _job, task in self.tasks), return_exceptions=True)


def port(number: int = 0) -> Plugged:
    return Plugged(f"/dev/ttyUSB{number}", f"ttyUSB{number}", "CP2102 USB to UART")


@asynccontextmanager
async def bench(
    folder: Path, script: Script = smooth, *, boards: int = 0
) -> AsyncIterator[tuple[ScriptedLine, str]]:
    """Serve the page of a small line; yield the line and the address with its token."""
    line = ScriptedLine(folder, PagePerson(PageWatcher()), script)
    line.plugged = [port(number) for number in range(boards)]
    ready: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    serving = asyncio.create_task(serve(line, line.person, 0, ready.set_result))
    try:
        async with asyncio.timeout(20):
            await asyncio.wait([ready, serving], return_when=asyncio.FIRST_COMPLETED)
        if serving.done():
            await serving
        yield line, ready.result()
    finally:
        await line.stop()
        serving.cancel()
        with suppress(asyncio.CancelledError):
            await serving
