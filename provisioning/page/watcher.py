"""How the page hears that something has changed, and who needs a hand since when."""

import asyncio

from provisioning.bench.model import Job, State


class PageWatcher:
    """Counts the changes, so that an open page can wait for the next one. One event loop only."""

    def __init__(self) -> None:
        self.revision = 0
        self._next = asyncio.Event()
        self._in_need: list[Job] = []

    def changed(self, job: Job) -> None:
        """Hear that something of this board has changed."""
        known = any(job is other for other in self._in_need)
        if needs_a_hand(job) and not known:
            self._in_need.append(job)
        elif known and not needs_a_hand(job):
            self.forget(job)
        self.touch()

    def forget(self, job: Job) -> None:
        """Hear that a board has left the bench."""
        self._in_need = [other for other in self._in_need if other is not job]

    def touch(self) -> None:
        """Say that what pages show has changed."""
        self.revision += 1
        self._next.set()
        self._next = asyncio.Event()

    def in_need(self) -> list[Job]:
        """Return the boards that need a hand; who has waited longest comes first.

        A new one comes last, so that no button moves away under a hand.
        """
        return list(self._in_need)

    async def wait(self, since: int, timeout_s: float) -> bool:
        """Wait for a change after the revision ``since``; return whether there was one."""
        if self.revision == since:
            try:
                await asyncio.wait_for(self._next.wait(), timeout_s)
            except TimeoutError:
                return False
        return True


def needs_a_hand(job: Job) -> bool:
    """Whether a board asks something, or has failed."""
    return (
        job.question is not None
        or job.failure is not None
        or any(record.state is State.ASKING for record in job.steps.values())
    )
