"""The self-test of a board: its parts, then its way to the site; a person helps where needed.

What is tested stands in the build's ``build.toml``; the board does it (``device/fabnum/selftest``)
and tells one finding a line. Here is decided what that means, what is asked of the person, and what
is said. Each round restarts MicroPython on the board, so that the program leaves no trace.
"""

import asyncio
import contextlib
import itertools
import json
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kit.catalogue import Build, Test
from kit.i18n import _
from provisioning import cards
from provisioning.bench.model import Job, Kind, Person, Question
from provisioning.board import Board, BoardError
from provisioning.cards import CardError

Progress = Callable[[float, str], None]
Finding = dict[str, Any]

TRIES = 2
NETWORK = ("wifi", "broker", "clock")
BY_A_PERSON = ("rises", "falls", "press", "colours")

GOOD_DBM, FAIR_DBM, WEAKEST_DBM = -67, -75, -82
"""From which strength on the Wi-Fi is good, fair, and usable at all.

-67 dBm is what voice over Wi-Fi is planned for; below -82 an ESP32 loses one packet in ten or more.
"""

START_S = 20.0
"""Restarting MicroPython and loading a test, on a PC that is busy with eleven other boards."""

READ_S = 20.0
"""The slowest sensor has a value every 5 s and may need a second attempt."""

WAY_OUT_S = 150.0
"""Wi-Fi, broker and time, each given up after half a minute or so."""

_CARDS = {
    "missing": "sensor-missing",
    "checksum": "sensor-garbled",
    "out-of-range": "sensor-broken",
    "not-ready": "sensor-broken",
    "failed": "sensor-broken",
    "implausible": "sensor-implausible",
    "unmoved": "sensor-unmoved",
    "not-pressed": "button-dead",
    "held": "button-stuck",
    "unseen": "leds-dead",
    "not-configured": "not-configured",
    "no-network": "wifi-not-found",
    "wrong-password": "wifi-password",
    "weak": "wifi-weak",
    "no-broker": "broker-unreachable",
    "credentials": "broker-refused",
    "protocol": "broker-foreign",
    "connection": "broker-interrupted",
    "tls": "tls-failed",
    "memory": "board-memory",
    "no-time": "clock-missing",
}
"""The card for each reason that a board gives."""

_OTHERWISE = {"wifi": "wifi-refused", "broker": "broker-unreachable", "clock": "clock-missing"}
"""The card of a test whose reason has none of its own."""


@dataclass
class Outcome:
    """How one test ended. ``passed``: ``None`` if it was not checked. ``value`` in its ``unit``."""

    id: str
    name: str
    passed: bool | None = None
    tries: int = 0
    words: str = ""
    value: float | None = None
    unit: str = ""
    code: str = ""
    seen: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Return it as it is kept: what is empty is left out."""
        kept = {key: value for key, value in vars(self).items() if value not in ("", None)}
        return {**kept, "passed": self.passed}


async def run(
    board: Board, build: Build, person: Person, job: Job, on_progress: Progress
) -> dict[str, Any]:
    """Test a board that is installed and enrolled; return what was found.

    ``{"passed": bool, "at": Unix seconds, "firmware": hash, "shown": "pixels" | "led" | "none",
    "tests": […]}``: each ``{"id", "name", "passed": bool | None, "tries", "words", "value", "unit",
    "code"}``, in the order of build.toml, then ``wifi``, ``broker`` and ``clock``. ``code`` is that of an error
    card. A test that nobody could help with is not checked, and no failure.

    The result is left on the board, which publishes it, and is shown by its lights. Raises CardError
    if the board cannot be reached or holds another program.
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
    return cards.failure(failed["code"], seen=f"{failed['name']} : {failed['words']}")


class _SelfTest:
    """One run. ``outcomes``: by test id, in the order in which they are told."""

    def __init__(
        self, board: Board, build: Build, person: Person, job: Job, on_progress: Progress
    ) -> None:
        self.board = board
        self.build = build
        self.person = person
        self.job = job
        self.on_progress = on_progress
        self.outcomes = {test.id: Outcome(test.id, str(test.name)) for test in build.tests}
        self.outcomes |= {id_: Outcome(id_, name) for id_, name in _names_of_the_way_out().items()}

    async def run(self) -> dict[str, Any]:
        firmware = await self._firmware()
        for by_a_person, group in itertools.groupby(self.build.tests, _needs_a_person):
            if by_a_person:
                for test in group:
                    await self._with_a_person(test)
            else:
                await self._by_itself([self._told(test) for test in group])
        await self._by_itself([{"id": "network", "kind": "network"}])
        for outcome in self.outcomes.values():
            if outcome.passed is None and not outcome.words:
                outcome.words = _("Not checked: what it needs does not work.")
        tests = [outcome.as_dict() for outcome in self.outcomes.values()]
        result = {
            "passed": all(outcome.passed is not False for outcome in self.outcomes.values()),
            "at": int(time.time()),
            "firmware": firmware,
            "tests": tests,
        }
        return {**result, "shown": await self._end(result)}

    # What is asked of the board.

    async def _firmware(self) -> str:
        """Return the hash of the board's program. Raises CardError if it is another build's."""
        build, firmware = await program_on(self.board)
        if build != self.build.id:
            raise cards.failure("firmware-missing", seen=build)
        return firmware

    async def _by_itself(self, told: list[dict[str, Any]]) -> None:
        """Do tests that need nobody; those that failed once more."""
        for _try in range(TRIES):
            if not told:
                return
            self._progress(_("Testing: {what}", what=self._names(told)))
            async for finding in self._findings(told, _seconds(told)):
                self._take(finding)
            self._require_findings(told)
            told = [test for test in told if self._failed(test)]

    async def _with_a_person(self, test: Test) -> None:
        """Do a test that a person must help with; once more if it failed."""
        outcome = self.outcomes[test.id]
        if self._is_hopeless(test):
            outcome.words = _("Not checked: its sensor does not work.")
            return
        for _try in range(TRIES):
            try:
                await self._ask(test)
            finally:
                self.job.question = None
            if outcome.passed is not False:
                return

    async def _ask(self, test: Test) -> None:
        told = [self._told(test)]
        findings = self._findings(told, _seconds(told))
        async with contextlib.aclosing(findings):
            async for finding in findings:
                if finding.get("go") and not await self._person_helps(test):
                    return
                if "now" in finding:
                    self._progress(_live(finding, self._unit(test), test))
                self._take(finding)

    async def _person_helps(self, test: Test) -> bool:
        """Ask the person; return whether what the board will find is worth waiting for."""
        outcome = self.outcomes[test.id]
        kind = Kind.YES_NO if test.kind == "colours" else Kind.DO
        question = Question(kind, str(test.ask), test.id, float(test.seconds or 0))
        self.job.question = question
        self._progress(question.text)
        answer = await self.person.answer(self.job, question)
        if kind is Kind.DO:
            if answer is False:
                outcome.words = _("Not checked: nobody was there.")
            return answer is not False
        if answer is None:
            outcome.words = _("Not checked: nobody was there.")
            return False
        self._take({"test": test.id, "ok": answer, **({} if answer else {"why": "unseen"})})
        return False

    async def _findings(self, told: Sequence[Mapping[str, Any]], seconds: float) -> Any:
        """Let the board do some tests; yield its findings as they come.

        Closing this ends the test on the board. Raises CardError if it cannot be reached.
        """
        lines: asyncio.Queue[str | None] = asyncio.Queue()
        code = _RUN.format(tests=repr(json.dumps(told)))

        async def ask() -> None:
            try:
                await self.board.ask(code, fresh=True, timeout_s=seconds, on_line=lines.put_nowait)
            finally:
                lines.put_nowait(None)

        asking = asyncio.create_task(ask(), name="self-test")
        try:
            while (line := await lines.get()) is not None:
                finding = _finding(line)
                if finding is not None:
                    yield finding
            await asking
        finally:
            asking.cancel()
            with contextlib.suppress(asyncio.CancelledError, CardError, BoardError):
                await asking

    async def _end(self, result: Mapping[str, Any]) -> str:
        """Leave the result on the board, and let its lights say it; return which do."""
        compact = {key: result[key] for key in ("passed", "at", "firmware")}
        compact["tests"] = [{"id": o.id, "passed": o.passed} for o in self.outcomes.values()]
        self._progress(_("Everything passed") if result["passed"] else _("Not everything passed"))
        said = await self.board.ask(_END.format(result=repr(json.dumps(compact))), fresh=True)
        shown = [_finding(line) for line in said.splitlines()]
        return next((str(line["shown"]) for line in shown if line and "shown" in line), "none")

    # What it means.

    def _take(self, finding: Finding) -> None:
        """Note what the board found, if it is the end of a test."""
        outcome = self.outcomes.get(finding.get("test", ""))
        if outcome is None or "ok" not in finding:
            return
        outcome.tries += 1
        outcome.code = outcome.seen = ""
        outcome.value = finding.get("value") if outcome.id != "clock" else None
        why = "" if finding["ok"] else str(finding.get("why", ""))
        if outcome.id == "wifi":
            outcome.unit = "dBm" if outcome.value is not None else ""
            if outcome.value is not None and outcome.value < WEAKEST_DBM:
                why = "weak"
        else:
            outcome.unit = self._unit(self._test(outcome.id))
        outcome.passed = not why and bool(finding["ok"])
        if outcome.passed:
            outcome.words = self._praise(outcome, finding)
        else:
            outcome.code = _CARDS.get(why) or _OTHERWISE.get(outcome.id, "sensor-broken")
            outcome.words = self._complaint(outcome, finding)

    def _praise(self, outcome: Outcome, finding: Finding) -> str:
        if outcome.id == "wifi" and outcome.value is not None:
            return _("{word} ({value} dBm)", word=strength(outcome.value), value=outcome.value)
        if outcome.id == "clock":
            by_ntp = finding.get("source") == "ntp"
            return _("told by a time server") if by_ntp else _("told by the site")
        test = self._test(outcome.id)
        if test is not None and test.kind == "found":
            addresses = self._own_addresses(test, finding)
            return _("answers at {address}", address=addresses) if addresses else _("answers")
        if outcome.value is not None:
            return f"{self._number(outcome)} {outcome.unit}".strip()
        return _("in order")

    def _complaint(self, outcome: Outcome, finding: Finding) -> str:
        """Return the cause in one sentence, with what was seen."""
        cause = cards.find(outcome.code).cause
        if outcome.code == "sensor-missing" and finding.get("seen"):
            outcome.seen = _hexadecimal(finding["seen"])
            return f"{cause} " + _("On its wires answers: {addresses}.", addresses=outcome.seen)
        if outcome.value is not None:
            outcome.seen = f"{self._number(outcome)} {outcome.unit}".strip()
            return f"{cause} ({outcome.seen})"
        return cause

    def _number(self, outcome: Outcome) -> str:
        test = self._test(outcome.id)
        channel = self.build.channel(test.channel) if test and test.channel else None
        return f"{outcome.value:.{channel.decimals if channel else 0}f}"

    def _own_addresses(self, test: Test, finding: Finding) -> str:
        part = self.build.part(test.part or "")
        ours = part.addresses if part else ()
        return _hexadecimal(a for a in finding.get("seen", ()) if a in ours)

    def _is_hopeless(self, test: Test) -> bool:
        """Whether the part of a test has already failed another: a person need not be troubled."""
        part = self._part(test)
        return any(
            self._part(other) == part and self.outcomes[other.id].code in _DEAD
            for other in self.build.tests
        )

    def _require_findings(self, told: Iterable[Mapping[str, Any]]) -> None:
        """Raise BoardError if the board has said nothing of a test: silence is not success."""
        for test in told:
            first = NETWORK[0] if test["kind"] == "network" else test["id"]
            if not self.outcomes[first].tries:
                raise BoardError(f"The board said nothing of the test {first}.")

    def _failed(self, told: Mapping[str, Any]) -> bool:
        ids = NETWORK if told["kind"] == "network" else (told["id"],)
        return any(self.outcomes[id_].passed is False for id_ in ids)

    # Names and numbers.

    def _told(self, test: Test) -> dict[str, Any]:
        """Return a test as the board takes it."""
        told = {"id": test.id, "kind": test.kind, "part": self._part(test)}
        for line in ("channel", "range", "by", "seconds"):
            if getattr(test, line) is not None:
                told[line] = getattr(test, line)
        return told

    def _part(self, test: Test) -> str | None:
        if test.part is not None or test.channel is None:
            return test.part
        part = self.build.part_of(test.channel)
        return part.id if part else None

    def _test(self, id_: str) -> Test | None:
        return next((test for test in self.build.tests if test.id == id_), None)

    def _unit(self, test: Test | None) -> str:
        channel = self.build.channel(test.channel) if test and test.channel else None
        return channel.unit if channel else ""

    def _names(self, told: Iterable[Mapping[str, Any]]) -> str:
        if any(test["kind"] == "network" for test in told):
            return ", ".join(self.outcomes[id_].name for id_ in NETWORK)
        return ", ".join(self.outcomes[test["id"]].name for test in told)

    def _progress(self, words: str) -> None:
        done = sum(outcome.tries > 0 for outcome in self.outcomes.values())
        self.on_progress(done / (len(self.outcomes) + 1), words)


def strength(dbm: float) -> str:
    """Return a word for the strength of a Wi-Fi."""
    if dbm >= GOOD_DBM:
        return _("good")
    return _("fair") if dbm >= FAIR_DBM else _("weak")


_DEAD = ("sensor-missing", "sensor-garbled", "sensor-broken")

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


def _needs_a_person(test: Test) -> bool:
    return test.kind in BY_A_PERSON


def _names_of_the_way_out() -> dict[str, str]:
    return {"wifi": _("Wi-Fi"), "broker": _("Broker"), "clock": _("Clock")}


def _seconds(told: Iterable[Mapping[str, Any]]) -> float:
    """Return how long the board may take for these tests."""
    seconds = START_S
    for test in told:
        if test["kind"] == "network":
            seconds += WAY_OUT_S
        elif test["kind"] == "colours":
            seconds += 600  # a person looks at them
        else:
            seconds += READ_S + test.get("seconds", 0)
    return seconds


def _live(finding: Finding, unit: str, test: Test) -> str:
    """Return a value that moves, and how far it has to."""
    moved = abs(finding["now"] - finding["rest"])
    return _(
        "{now} {unit} ({moved} of {by})",
        now=f"{finding['now']:g}",
        unit=unit,
        moved=f"{moved:.0f}",
        by=f"{test.by:g}",
    )


def _finding(line: str) -> Finding | None:
    """Return what a line of the board says, ``None`` if it is not about a test."""
    if not line.startswith("{"):
        return None
    try:
        finding = json.loads(line)
    except ValueError:
        return None
    return finding if isinstance(finding, dict) else None


def _hexadecimal(addresses: Iterable[int]) -> str:
    return ", ".join(f"0x{address:02x}" for address in addresses)
