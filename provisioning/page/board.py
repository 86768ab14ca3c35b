"""A job as the page shows it: where it is, what it wants of a person, what has been found."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from kit import catalogue
from kit.errors import FabnumError
from kit.i18n import _
from provisioning.bench.model import BEHIND, Job, Kind, State, Step, StepRecord
from provisioning.cards import CardError, find
from provisioning.images.model import chip_words
from provisioning.page import words
from provisioning.page.person import Pending


class Stop(NamedTuple):
    """One step on the picture of the way, with the sentence that it left behind."""

    step: Step
    state: State
    word: str
    state_word: str
    found: str
    took: str
    current: bool


class Asked(NamedTuple):
    """What a board wants. ``number`` is 0 for something to be done, which needs no answer."""

    text: str
    number: int
    within: str


class Trouble(NamedTuple):
    """A failure as a card. ``code`` is empty where the catalogue has none for it."""

    title: str
    cause: str
    action: str
    code: str
    seen: str
    spoken: bool


class Fact(NamedTuple):
    """One thing known of the board."""

    name: str
    value: str


class TestResult(NamedTuple):
    """One self-test: its name, whether it passed (``None``: it could not be told), what it saw."""

    name: str
    passed: bool | None
    words: str


@dataclass(frozen=True)
class Board:
    """What the page says of one job.

    ``state``: ``asking failed running waiting stopped done``. ``fraction`` is of the present step,
    ``overall`` of the whole way. ``language`` is that of the line's words, if it is not the page's.
    """

    number: int
    job: Job
    name: str
    build_name: str
    state: str
    state_word: str
    step: Step
    stops: list[Stop]
    title: str
    why: str
    doing: str
    fraction: float
    overall: float
    asked: Asked | None
    trouble: Trouble | None
    facts: list[Fact]
    tests: list[TestResult]
    language: str

    @property
    def position(self) -> int:
        """Which step it is at, from 1."""
        return list(Step).index(self.step) + 1

    @property
    def writing(self) -> bool:
        """Whether something is being written to the board now."""
        return self.state in ("running", "asking") and self.step in words.WRITING

    @property
    def unchecked(self) -> int:
        """How many tests could not be done."""
        return sum(test.passed is None for test in self.tests)

    @property
    def measured(self) -> bool:
        """Whether the present step knows how far it is."""
        return self.fraction > 0


def describe(
    job: Job, number: int, *, busy: bool, pending: Pending | None, language: str = ""
) -> Board:
    """Say in words what a job is at. ``number`` is its place on the bench."""
    step, record = job.present, job.steps[job.present]
    state = _state(job, busy=busy)
    said = words.step_words(step)
    return Board(
        number=number,
        job=job,
        name=name(job),
        build_name=str(catalogue.load_build(job.build).name),
        state=state,
        state_word=_state_word(state),
        step=step,
        stops=[
            _stop(*pair, current=pair[0] is step and not job.done) for pair in job.steps.items()
        ],
        title=said.title,
        why=said.why,
        doing=record.words,
        fraction=record.fraction,
        overall=_overall(job),
        asked=_asked(job, pending),
        trouble=trouble(job.failure) if job.failure else None,
        facts=list(_facts(job)),
        tests=_tests(job.selftest or {}),
        language=language,
    )


def name(job: Job) -> str:
    """Return what people call that board: its name, what it shall be called, or its port."""
    if job.wish is not None and job.wish.name:
        return job.wish.name
    return job.key.device if job.key else job.name


def _state(job: Job, *, busy: bool) -> str:
    if job.done:
        return "done"
    if job.failure is not None:
        return "failed"
    if job.question is not None:
        return "asking"
    if not busy:
        return "stopped"
    moving = any(r.state in (State.RUNNING, State.ASKING) for r in job.steps.values())
    return "running" if moving else "waiting"


def _state_word(state: str) -> str:
    return {
        "asking": _("Your turn"),
        "failed": _("Needs help"),
        "running": _("Under way"),
        "waiting": _("Waits for its turn"),
        "stopped": _("Stopped"),
        "done": _("Ready"),
    }[state]


def _stop(step: Step, record: StepRecord, *, current: bool) -> Stop:
    ended = record.state in BEHIND
    return Stop(
        step=step,
        state=record.state,
        word=words.step_words(step).word,
        state_word=words.state_word(record.state),
        found=record.words if ended else "",
        took=words.seconds(record.seconds) if record.state is State.DONE else "",
        current=current,
    )


def _overall(job: Job) -> float:
    done = sum(1.0 if r.state in BEHIND else r.fraction for r in job.steps.values())
    return done / len(job.steps)


def _asked(job: Job, pending: Pending | None) -> Asked | None:
    if job.question is None:
        return None
    if pending is not None:
        return Asked(pending.question.text, pending.number, "")
    if job.question.kind is Kind.YES_NO:  # somebody else is asked: the terminal
        return None
    within = words.seconds(job.question.seconds) if job.question.seconds else ""
    return Asked(job.question.text, 0, within)


def trouble(failure: FabnumError) -> Trouble:
    """Return a failure in words: those of its card in the reader's language, if it has one."""
    if isinstance(failure, CardError):
        card = find(failure.code)
        return Trouble(
            card.title, card.cause, card.action_on(), card.code, failure.seen, spoken=False
        )
    return Trouble(_("It does not work"), failure.cause, failure.action, "", "", spoken=True)


def _facts(job: Job) -> list[Fact]:
    found = job.facts
    facts = [Fact(_("Port"), job.port.rpartition("/")[2])]
    if found.get("chip"):
        facts.append(Fact(_("Chip"), chip_words(found["chip"])))
    if found.get("flash_bytes"):
        facts.append(Fact(_("Memory"), words.megabytes(found["flash_bytes"])))
    if found.get("micropython"):
        facts.append(Fact(_("MicroPython"), str(found["micropython"])))
    if job.key is not None:
        facts.append(Fact(_("Identifier"), str(job.key)))
    return facts


def _tests(selftest: Mapping[str, Any]) -> list[TestResult]:
    return [
        TestResult(str(test.get("name", test.get("id", ""))), test.get("passed"), _seen(test))
        for test in selftest.get("tests", ())
    ]


def _seen(test: Mapping[str, Any]) -> str:
    return str(test.get("words", "") or "")
