"""The self-test of a board: its parts, then its way to the site; a person helps where needed.

What is tested stands in the build's ``build.toml``; the board does it (``device/fabnum/selftest``)
and tells its findings, one a line. Here is decided what is asked of the board and of the person,
and when; ``findings`` says what it means. Each round restarts MicroPython on the board, so that it
has all its memory, and its program leaves no trace.
"""

import asyncio
import contextlib
import itertools
import json
import time
from collections.abc import AsyncGenerator, Callable, Iterable, Mapping, Sequence
from typing import Any

from kit.catalogue import Build, Test
from kit.i18n import _
from provisioning import cards, findings
from provisioning.bench.model import Job, Kind, Person, Question
from provisioning.board import Board, BoardError
from provisioning.cards import CardError
from provisioning.findings import WAY_OUT, Finding, Findings

Progress = Callable[[float, str], None]
"""Hears how much is done (0 to 1), and what is done now in a few words."""

Told = dict[str, Any]
"""A test as the board takes it."""

TRIES = 2
BY_A_PERSON = ("rises", "falls", "press", "colours")

START_S = 20.0
"""Restarting MicroPython and loading a test, on a PC that is busy with eleven other boards."""

READ_S = 20.0
"""The slowest sensor has a value every 5 s and may need a second attempt."""

LOOK_S = 600.0
"""A person may let the LEDs wait."""

WAY_OUT_S = 150.0
"""Wi-Fi, broker and time, each given up after half a minute or so."""

_WAY_OUT: Told = {"id": "network", "kind": "network"}

_WHICH = """\
import json
from fabnum import config, selftest
build = config.load_build()
print(json.dumps([build["id"], build.get("hash", "")]))
"""
_RUN = """\
import json
from fabnum import selftest
selftest.run(json.loads({tests}))
"""
_END = """\
import json
from fabnum import selftest
selftest.end(json.loads({result}))
"""


async def run(
    board: Board, build: Build, person: Person, job: Job, on_progress: Progress
) -> dict[str, Any]:
    """Test a board that is installed and enrolled; return what was found.

    ``{"passed": bool, "at": Unix seconds, "firmware": hash, "shown": "pixels" | "led" | "none",
    "tests": […]}``. Each test, in the order of build.toml and then ``wifi``, ``broker`` and
    ``clock``: ``{"id", "name", "passed": bool | None, "tries", "words", "value", "unit", "code"}``,
    empty ones left out; ``code`` is that of an error card. A test that nobody could help with is
    not checked, and no failure.

    The result is left on the board, which publishes it, and is shown by its lights. Raises
    CardError if the board cannot be reached or holds another program.
    """
    return await _SelfTest(board, build, person, job, on_progress).run()


async def program_on(board: Board) -> tuple[str, str]:
    """Return build and firmware hash of the program on a board.

    Raises CardError if it is none of ours, or damaged.
    """
    try:
        said = await board.ask(_WHICH, fresh=True)
        build, firmware = json.loads(said.strip().splitlines()[-1])
    except (BoardError, ValueError, IndexError) as error:
        raise cards.failure("firmware-missing", seen=str(error)[-200:]) from error
    return str(build), str(firmware)


def first_failure(result: Mapping[str, Any]) -> CardError:
    """Return the error card of the first test that failed."""
    failed = next(test for test in result["tests"] if test["passed"] is False)
    seen = failed.get("seen", "")
    return cards.failure(failed["code"], seen=f"{failed['name']} {seen}".strip())


class _SelfTest:
    """One run with one board."""

    def __init__(
        self, board: Board, build: Build, person: Person, job: Job, on_progress: Progress
    ) -> None:
        self._board = board
        self._build = build
        self._person = person
        self._job = job
        self._on_progress = on_progress
        self._found = Findings(build)
        self._outcomes = self._found.outcomes

    async def run(self) -> dict[str, Any]:
        build, firmware = await program_on(self._board)
        if build != self._build.id:
            raise cards.failure("firmware-missing", seen=build)
        for helped, group in itertools.groupby(self._build.tests, _needs_a_person):
            if helped:
                for test in group:
                    await self._with_a_person(test)
            else:
                await self._by_itself([self._told(test) for test in group])
        await self._by_itself([_WAY_OUT])
        for outcome in self._outcomes.values():
            if outcome.passed is None and not outcome.words:
                outcome.words = _("Not checked: what it needs does not work.")
        result = {
            "passed": self._found.passed,
            "at": int(time.time()),
            "firmware": firmware,
            "tests": [outcome.as_dict() for outcome in self._outcomes.values()],
        }
        return {**result, "shown": await self._end(result)}

    async def _by_itself(self, told: list[Told]) -> None:
        """Do tests that need nobody; those that failed once more."""
        for _try in range(TRIES):
            if not told:
                return
            self._progress(_("Testing: {what}", what=self._names(told)))
            async with contextlib.aclosing(self._ask(told)) as answers:
                async for finding in answers:
                    self._found.take(finding)
            self._require_findings(told)
            told = [test for test in told if self._failed(test)]

    async def _with_a_person(self, test: Test) -> None:
        """Do a test that a person must help with; once more if it failed."""
        outcome = self._outcomes[test.id]
        if self._found.is_hopeless(test):
            outcome.words = _("Not checked: its sensor does not work.")
            return
        for _try in range(TRIES):
            try:
                await self._while_a_person_helps(test)
            finally:
                self._job.question = None
            if outcome.passed is not False:
                return

    async def _while_a_person_helps(self, test: Test) -> None:
        async with contextlib.aclosing(self._ask([self._told(test)])) as answers:
            async for finding in answers:
                if finding.get("go") and not await self._is_worth_waiting(test):
                    return
                if "now" in finding:
                    self._progress(self._found.live(finding, test))
                self._found.take(finding)

    async def _is_worth_waiting(self, test: Test) -> bool:
        """Ask the person; return whether the board may find something now.

        Of colours only the person can tell; and what nobody does is not waited for.
        """
        kind = Kind.YES_NO if test.kind == "colours" else Kind.DO
        question = Question(kind, str(test.ask), test.id, float(test.seconds or 0))
        self._job.question = question
        self._progress(question.text)
        answer = await self._person.answer(self._job, question)
        if kind is Kind.DO and answer is not False:
            return True
        if kind is Kind.DO or answer is None:
            self._outcomes[test.id].words = _("Not checked: nobody was there.")
        else:
            self._found.take({"test": test.id, "ok": answer, "why": "unseen"})
        return False

    async def _ask(self, told: Sequence[Told]) -> AsyncGenerator[Finding, None]:
        """Let the board do some tests; yield its findings as they come.

        Closing it ends the test on the board. Raises CardError if it cannot be reached.
        """
        lines: asyncio.Queue[str | None] = asyncio.Queue()
        code = _RUN.format(tests=repr(json.dumps(told)))

        async def ask() -> None:
            try:
                await self._board.ask(
                    code, fresh=True, timeout_s=_seconds(told), on_line=lines.put_nowait
                )
            finally:
                lines.put_nowait(None)

        asking = asyncio.create_task(ask(), name="self-test")
        try:
            while (line := await lines.get()) is not None:
                finding = findings.parse(line)
                if finding is not None:
                    yield finding
            await asking
        finally:
            asking.cancel()
            await asyncio.gather(asking, return_exceptions=True)

    async def _end(self, result: Mapping[str, Any]) -> str:
        """Leave the result on the board, and let its lights say it; return which do."""
        compact = {key: result[key] for key in ("passed", "at", "firmware")}
        compact["tests"] = [{"id": o.id, "passed": o.passed} for o in self._outcomes.values()]
        self._progress(_("Everything passed") if result["passed"] else _("Not everything passed"))
        said = await self._board.ask(_END.format(result=repr(json.dumps(compact))), fresh=True)
        lines = filter(None, map(findings.parse, said.splitlines()))
        return next((str(line["shown"]) for line in lines if "shown" in line), "none")

    def _told(self, test: Test) -> Told:
        told = {"id": test.id, "kind": test.kind, "part": self._found.part(test)}
        for line in ("channel", "range", "by", "seconds"):
            if getattr(test, line) is not None:
                told[line] = getattr(test, line)
        return told

    def _require_findings(self, told: Iterable[Told]) -> None:
        """Raise BoardError if the board has said nothing of a test: silence is not success."""
        for test in told:
            first = _ids(test)[0]
            if not self._outcomes[first].tries:
                raise BoardError(f"The board said nothing of the test {first}.")

    def _failed(self, told: Told) -> bool:
        return any(self._outcomes[id_].passed is False for id_ in _ids(told))

    def _names(self, told: Iterable[Told]) -> str:
        return ", ".join(self._outcomes[id_].name for test in told for id_ in _ids(test))

    def _progress(self, words: str) -> None:
        done = sum(outcome.tries > 0 for outcome in self._outcomes.values())
        self._on_progress(done / (len(self._outcomes) + 1), words)


def _needs_a_person(test: Test) -> bool:
    return test.kind in BY_A_PERSON


def _ids(told: Told) -> tuple[str, ...]:
    return WAY_OUT if told["kind"] == "network" else (told["id"],)


def _seconds(told: Sequence[Told]) -> float:
    """Return how long the board may take for these tests."""
    return START_S + sum(map(_longest, told))


def _longest(told: Told) -> float:
    if told["kind"] == "network":
        return WAY_OUT_S
    return LOOK_S if told["kind"] == "colours" else READ_S + float(told.get("seconds", 0))
