"""Runs a learner's program: nothing that happens in one of its functions stops the others."""

import asyncio
import time

from drivers.errors import SensorError
from fabnum import log
from micropython import const

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from fabnum.parts import Part
    from fabnum.program import Periodic, Program
    from fabnum.report import Report

_STEP_MS = const(1000)  # how soon a new period takes effect
_RESTART_S = const(5)


class Runner:
    """Calls the functions of a Program. ``report`` hears of their faults.

    ``event(name, data)`` tells the gateway of a new one. ``period``: seconds that replace those of
    the functions that measure, or ``None``.
    """

    def __init__(
        self,
        program: "Program",
        report: "Report",
        event: "Callable[[str, dict[str, Any]], None]",
        period: float | None = None,
    ) -> None:
        self._program = program
        self._report = report
        self._event = event
        self._period = period
        self._said: dict[str, str] = {}  # the last complaint of each function
        self.unmeasured = 0  # functions that repeat and have not run once yet

    def set_period(self, seconds: float) -> None:
        """Let the functions that measure run every so many seconds from now on."""
        self._period = seconds
        self._report.set_period(seconds)

    def start(self) -> "list[asyncio.Task[None]]":
        """Start everything, each function in a task of its own; return the tasks."""
        program = self._program
        self.unmeasured = len(program.periodics)
        work = [self._wake(part) for part in program.parts.values()]
        work += [self._repeat(periodic) for periodic in program.periodics]
        work += [self._keep_running(function) for function in program.tasks]
        work += [self._answer(part, function) for part, function in program.presses]
        return [asyncio.create_task(coroutine) for coroutine in work]

    async def _wake(self, part: "Part") -> None:
        part.on_change = self._part_changed
        await self._call(part.start, "start " + part.id)

    def _part_changed(self, part: "Part") -> None:
        self._report.fault("sensor:" + part.id, part.error is not None)
        if part.error is None:
            log.say("Le capteur %s répond de nouveau." % part.id)
        else:
            log.fail(str(part.error))
            self._event("fault", {"what": "sensor:" + part.id, "text": str(part.error)})

    async def _repeat(self, periodic: "Periodic") -> None:
        first = 1
        while True:
            started = time.ticks_ms()
            await self._call(periodic.function)
            self.unmeasured -= first
            first = 0
            left = 1
            while left > 0:
                await asyncio.sleep_ms(min(left, _STEP_MS))
                seconds = periodic.seconds
                if self._period is not None and not periodic.fixed:
                    seconds = self._period
                left = int(seconds * 1000) - time.ticks_diff(time.ticks_ms(), started)

    async def _keep_running(self, function: "Callable[[], Any]") -> None:
        while await self._call(function) is False:
            await asyncio.sleep(_RESTART_S)

    async def _answer(self, part: "Part", function: "Callable[[], Any]") -> None:
        while True:
            if await self._call(part.pressed) is False:
                await asyncio.sleep(_RESTART_S)
                continue
            await self._call(function)

    async def _call(self, function: "Callable[[], Any]", name: str | None = None) -> bool:
        """Call one function, plain or async; return ``False`` if it failed."""
        called = name or str(getattr(function, "__name__", "programme"))
        try:
            outcome = function()
            if hasattr(outcome, "send"):
                await outcome
        except SensorError:
            return False  # the part has already said so
        except Exception as error:
            from fabnum import explain

            self._complain(called, explain.sentence(error, called))
            return False
        self._complain(called, "")
        return True

    def _complain(self, name: str, text: str) -> None:
        if text == self._said.get(name, ""):
            return
        self._said[name] = text
        self._report.fault("program:" + name, bool(text))
        if text:
            log.fail(text)
            self._event("fault", {"what": "program:" + name, "text": text})
