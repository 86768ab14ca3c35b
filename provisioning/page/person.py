"""The person before the page: answers what the boards ask."""

import asyncio
from itertools import count
from typing import NamedTuple

from provisioning.bench.model import Job, Kind, Question
from provisioning.page.watcher import PageWatcher


class Pending(NamedTuple):
    """One question on the page. ``number`` tells it from every other of this run."""

    number: int
    job: Job
    question: Question
    answer: asyncio.Future[bool | None]


class PagePerson:
    """Shows each question on the page and waits until somebody presses a button."""

    def __init__(self, watcher: PageWatcher) -> None:
        self.watcher = watcher
        self._pending: list[Pending] = []
        self._numbers = count(1)

    async def answer(self, job: Job, question: Question) -> bool | None:
        """Ask. ``None``: the person cannot tell. What is to be done is shown, not waited for."""
        job.question = question
        if question.kind is Kind.DO:
            self.watcher.changed(job)
            return None
        future: asyncio.Future[bool | None] = asyncio.get_running_loop().create_future()
        pending = Pending(next(self._numbers), job, question, future)
        self._pending.append(pending)
        self.watcher.changed(job)
        try:
            return await future
        finally:
            self._pending.remove(pending)
            if job.question is question:
                job.question = None
            self.watcher.changed(job)

    def asked(self, job: Job) -> Pending | None:
        """Return the question of that board that waits for an answer."""
        return next((pending for pending in self._pending if pending.job is job), None)

    def give(self, job: Job, number: int, answer: bool | None) -> bool:
        """Answer a question; return whether it was still open.

        A page that is behind cannot answer a question that its reader has not seen.
        """
        pending = self.asked(job)
        if pending is None or pending.number != number or pending.answer.done():
            return False
        pending.answer.set_result(answer)
        return True
