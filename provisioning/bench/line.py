"""The line: takes boards over the bench, each at its own pace, as many at once as are plugged in.

A step that failed leaves its board where it is; :meth:`Line.run` goes on from there. A step that
has nothing to do says so and is skipped: a board may pass the bench as often as one likes.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import PurePath

from kit import catalogue
from kit.enrolment import Wish
from kit.errors import FabnumError
from kit.i18n import _
from provisioning.bench import steps
from provisioning.bench.equipment import Equipment
from provisioning.bench.model import BEHIND, Job, State, Step
from provisioning.bench.steps import Ended, Progress

log = logging.getLogger(__name__)

Work = Callable[[Equipment, Job, Progress], Awaitable[Ended]]

WORK: dict[Step, Work] = {
    Step.DETECT: steps.detect,
    Step.CHECK: steps.check,
    Step.FLASH: steps.write_micropython,
    Step.INSTALL: steps.put_program,
    Step.ENROL: steps.enrol,
    Step.TEST: steps.test,
    Step.LABEL: steps.label,
}


class Line:
    """The boards on the bench, and what is done with them."""

    def __init__(self, equipment: Equipment) -> None:
        self.equipment = equipment
        self.jobs: list[Job] = []

    def add(self, port: str, wish: Wish) -> Job:
        """Put a board onto the bench. Raises FabnumError if there is no such build."""
        catalogue.load_build(wish.build)
        job = Job(port=port, name=PurePath(port).name, build=wish.build, wish=wish)
        self.jobs.append(job)
        self.equipment.watcher.changed(job)
        return job

    def remove(self, job: Job) -> None:
        """Take a board off the bench."""
        self.jobs.remove(job)

    async def run(self, job: Job, until: Step = Step.LABEL) -> None:
        """Take one board through the steps that are not behind it. What fails stays in the job."""
        async with self.equipment.turn:
            job.failure = None
            for step in Step:
                if job.steps[step].state not in BEHIND and not await self._take(job, step):
                    return
                if step is until:
                    return

    async def run_all(self, jobs: Sequence[Job], until: Step = Step.LABEL) -> None:
        """Take several boards over the bench at once."""
        await asyncio.gather(*(self.run(job, until) for job in jobs))

    async def repeat(self, job: Job, first: Step, until: Step = Step.LABEL) -> None:
        """Take one board through a step and all that follow once more."""
        order = list(Step)
        for step in order[order.index(first) :]:
            job.steps[step].state = State.WAITING
        await self.run(job, until)

    async def _take(self, job: Job, step: Step) -> bool:
        """Do one step with one board, and keep its record; return whether it ended well."""
        record = job.steps[step]
        record.state, record.fraction, record.words = State.RUNNING, 0.0, ""
        started = time.monotonic()
        self.equipment.watcher.changed(job)

        def progress(fraction: float, words: str) -> None:
            record.fraction, record.words = fraction, words
            record.state = State.ASKING if job.question else State.RUNNING
            self.equipment.watcher.changed(job)

        try:
            ended = await WORK[step](self.equipment, job, progress)
            record.state = State.SKIPPED if ended.skipped else State.DONE
            record.fraction, record.words = 1.0, ended.words
        except asyncio.CancelledError:
            record.state = State.WAITING
            raise
        except FabnumError as error:
            _fail(job, step, error)
        except Exception:
            log.exception("%s of %s", step, job.name)
            _fail(job, step, _our_fault())
        finally:
            record.seconds = time.monotonic() - started
            job.question = None
            self.equipment.watcher.changed(job)
        return record.state in BEHIND


def _fail(job: Job, step: Step, error: FabnumError) -> None:
    job.failure = error
    job.steps[step].state = State.FAILED
    job.steps[step].words = error.cause


def _our_fault() -> FabnumError:
    """Return what is said of a failure that nobody expected; its traceback is in the log."""
    return FabnumError(
        _("This is a fault of the kit, not yours."),
        _("Try the step again; if it stays, please report it with the log."),
    )
