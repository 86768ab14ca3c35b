"""What the page needs of the line: the boards on it, those plugged in, and what can be chosen."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple, Protocol

from kit.enrolment import Wish
from provisioning.bench.model import Job, Step
from provisioning.cards import CardError


class Plugged(NamedTuple):
    """A board that is plugged in and not yet on the bench.

    ``path`` is what tools call its port, ``name`` what people see of it, ``words`` what the
    computer knows of its adapter.
    """

    path: str
    name: str
    words: str = ""


class Town(NamedTuple):
    """A town that objects can belong to: its slug and its name."""

    id: str
    name: str


class Line(Protocol):
    """The line, as the page uses it.

    :meth:`ports` and :meth:`missing` may take a moment: the page calls them in a thread of their
    own. All others return at once.
    """

    def jobs(self) -> Sequence[Job]:
        """Return the boards on the bench, the first one first."""

    def busy(self, job: Job) -> bool:
        """Whether somebody works on that board now, or it waits for its turn."""

    def ports(self) -> Sequence[Plugged]:
        """Return the boards that are plugged in and not yet on the bench."""

    def missing(self) -> CardError:
        """Return the card that says why a board that is plugged in is not among the ports."""

    def towns(self) -> Sequence[Town]:
        """Return the towns of this site; the first is the usual one."""

    def places(self) -> Sequence[str]:
        """Return the names of the places where objects stand already."""

    def waiting(self) -> Sequence[Wish]:
        """Return the objects of the list that still wait for their board."""

    def start(self, port: str, build: str, wish: Wish | None) -> Job:
        """Put a board onto the bench and take it through all steps.

        Without a wish it becomes the next of that build on the list. Raises FabnumError if that
        cannot be.
        """

    def retry(self, job: Job, step: Step) -> None:
        """Take a board through that step and all that follow, once more."""

    def cancel(self, job: Job) -> None:
        """Stop working on a board; it can be taken up again."""

    def remove(self, job: Job) -> None:
        """Take a board off the bench; work on it is stopped first."""

    async def print_labels(self, jobs: Sequence[Job]) -> Path:
        """Write one sheet (PDF) with the labels of those boards; return where it lies."""
