"""The bench's line as its page uses it: tasks in the background, and what can be chosen."""

import asyncio
import webbrowser
from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console

from kit.cli.bench_place import Place
from kit.enrolment import Wish
from kit.i18n import _
from kit.names import DeviceKey
from provisioning import labels, preflight
from provisioning.bench.equipment import Equipment
from provisioning.bench.line import Line
from provisioning.bench.model import Job, Step
from provisioning.cards import CardError
from provisioning.page import PagePerson, PageWatcher, serve
from provisioning.page.line import Plugged, Town


async def serve_page(
    place: Place,
    console: Console,
    *,
    port: int,
    equip: Callable[[PagePerson, PageWatcher], Equipment],
) -> None:
    """Serve the bench's page until Ctrl-C, and open it in the browser."""
    watcher = PageWatcher()
    person = PagePerson(watcher)
    line = PageLine(Line(equip(person, watcher)), place)

    def ready(address: str) -> None:
        console.print(_("The bench: {url}", url=address), soft_wrap=True)
        console.print(_("Ctrl-C ends it."))
        webbrowser.open(address)

    try:
        await serve(line, person, port, ready, languages=place.languages)
    finally:
        await line.close()


class PageLine:
    """The line behind the page: every board that is worked on has a task of its own."""

    def __init__(self, line: Line, place: Place) -> None:
        self._line = line
        self._place = place
        self._tasks: dict[int, asyncio.Task[None]] = {}

    def jobs(self) -> Sequence[Job]:
        """Return the boards on the bench, the first one first."""
        return self._line.jobs

    def busy(self, job: Job) -> bool:
        """Whether somebody works on that board now, or it waits for its turn."""
        return id(job) in self._tasks

    def ports(self) -> Sequence[Plugged]:
        """Return the boards that are plugged in and not yet on the bench."""
        taken = {job.port for job in self._line.jobs}
        return [
            Plugged(port.path, Path(port.path).name, port.label)
            for port in self._place.ports.list()
            if port.path not in taken
        ]

    def missing(self) -> CardError:
        """Return the card that says why a board that is plugged in is not among the ports."""
        return preflight.missing(self._place.ports, plugged=True)

    def towns(self) -> Sequence[Town]:
        """Return the towns of this site."""
        return [Town(*town) for town in self._place.towns]

    def places(self) -> Sequence[str]:
        """Return the names of the places where objects stand already."""
        return self._place.places()

    def waiting(self) -> Sequence[Wish]:
        """Return the objects of the list that still wait for their board."""
        return self._place.office.awaited()

    def start(self, port: str, build: str, wish: Wish | None) -> Job:
        """Put a board onto the bench and take it through all steps."""
        job = self._line.add(port, wish or Wish(build=build))
        self._work(job, self._line.run(job))
        return job

    def retry(self, job: Job, step: Step) -> None:
        """Take a board through that step and all that follow, once more."""
        if not self.busy(job):
            self._work(job, self._line.repeat(job, step))

    def cancel(self, job: Job) -> None:
        """Stop working on a board; it can be taken up again."""
        if self.busy(job):
            self._tasks[id(job)].cancel()

    def remove(self, job: Job) -> None:
        """Take a board off the bench."""
        self.cancel(job)
        self._line.remove(job)

    async def print_labels(self, jobs: Sequence[Job]) -> Path:
        """Write one sheet with the labels of those boards."""
        keys = [job.key for job in jobs if job.key is not None]
        await asyncio.to_thread(self._print, keys)
        return self._place.labels

    async def close(self) -> None:
        """Stop all work, and wait until its tools have ended."""
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _print(self, keys: Sequence[DeviceKey]) -> None:
        facts = [self._place.office.label(key) for key in keys]
        labels.write_sheet(facts, self._place.labels)

    def _work(self, job: Job, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work, name=f"bench {job.name}")
        self._tasks[id(job)] = task
        task.add_done_callback(lambda _task: self._tasks.pop(id(job), None))
