"""What is known of a board on the bench, and what a person is asked."""

import time
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol

from kit.enrolment import Wish
from kit.errors import FabnumError
from kit.names import DeviceKey


class Step(StrEnum):
    """The way of a board over the bench, in this order."""

    DETECT = "detect"
    CHECK = "check"
    FLASH = "flash"
    INSTALL = "install"
    ENROL = "enrol"
    TEST = "test"
    LABEL = "label"


class State(StrEnum):
    """How far a step is. ``SKIPPED``: there was nothing to do."""

    WAITING = "waiting"
    RUNNING = "running"
    ASKING = "asking"
    DONE = "done"
    SKIPPED = "skipped"
    FAILED = "failed"


BEHIND = (State.DONE, State.SKIPPED)
"""States of a step that need not be done again."""


@dataclass
class StepRecord:
    """One step of one board. ``fraction``: 0 to 1 of its work; ``words``: what it does or found."""

    state: State = State.WAITING
    fraction: float = 0.0
    words: str = ""
    seconds: float = 0.0


class Kind(StrEnum):
    """What sort of answer a question wants: yes or no, or that the person has done something."""

    YES_NO = "yes-no"
    DO = "do"


@dataclass(frozen=True)
class Question:
    """What a person is asked for one board.

    ``test`` is the id of the self-test it belongs to, or empty. A question of kind ``DO`` asks for
    something to be done now ("Breathe on the sensor"): it needs no answer, and ends when the board
    has seen it or after ``seconds``.
    """

    kind: Kind
    text: str
    test: str = ""
    seconds: float = 0.0


@dataclass
class Job:
    """One board on the bench.

    ``port`` is what tools call it; ``name`` is what people see: the port's short name, then the
    object's. ``facts`` gathers what was found: ``chip``, ``flash_bytes``, ``micropython``,
    ``firmware``, ``written_bytes`` …; it holds no secret. ``wish``: who it shall become; without
    one, whoever waits for a board of this build. ``was``: the name that it came with; ``key``: the
    one it got here.
    """

    port: str
    name: str
    build: str
    wish: Wish | None = None
    steps: dict[Step, StepRecord] = field(
        default_factory=lambda: {step: StepRecord() for step in Step}
    )
    facts: dict[str, Any] = field(default_factory=dict)
    key: DeviceKey | None = None
    was: DeviceKey | None = None
    question: Question | None = None
    failure: FabnumError | None = None
    selftest: dict[str, Any] | None = None
    started: float = field(default_factory=time.time)

    @property
    def done(self) -> bool:
        """Whether every step has ended well."""
        return all(record.state in BEHIND for record in self.steps.values())

    @property
    def present(self) -> Step:
        """The step that the board is at: the first that is not behind it, or the last."""
        ahead = (step for step, record in self.steps.items() if record.state not in BEHIND)
        return next(ahead, Step.LABEL)


class Watcher(Protocol):
    """Who shows the bench: the terminal, the page, or nobody. Calls must not block."""

    def changed(self, job: Job) -> None:
        """Hear that something of this board has changed."""


class Person(Protocol):
    """Who stands at the bench: somebody at the terminal or the page, or a virtual board's own hand.

    ``answer`` returns the answer to a question of kind ``YES_NO``, ``None`` where nobody can tell.
    For ``DO`` it returns at once, having shown the question or done what it asks for; ``False``
    where nobody is there to do it.
    """

    async def answer(self, job: Job, question: Question) -> bool | None:
        """Answer, or do what is asked."""
