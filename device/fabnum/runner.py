"""Runs a learner's program: nothing that happens in one of its functions stops the others."""

import asyncio
import time

from drivers.errors import SensorError
from fabnum import drop, guard, log
from micropython import const

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from fabnum.clock import Clock
    from fabnum.parts import Part
    from fabnum.program import Periodic, Program
    from fabnum.report import Report

_STEP_MS = const(1000)  # how soon a new period takes effect
_RESTART_S = const(5)
_HOUR_S = const(3600)
_MAIN = const("main.py")


class Runner:
    """Calls the functions of a Program. ``report`` hears of their faults. ``clock`` tells the hour.

    ``event(name, data)`` tells the gateway of a new one. ``period``: seconds that replace those of
    the functions that measure, or ``None``.
    """

    def __init__(
        self,
        program: "Program",
        report: "Report",
        clock: "Clock",
        event: "Callable[[str, dict[str, Any]], None]",
        period: float | None = None,
    ) -> None:
        self._program = program
        self._report = report
        self._clock = clock
        self._event = event
        self._period = period
        self._said: dict[str, str] = {}  # the last complaint of each function
        self._full: list[object] = []  # functions that the memory was too small for
        self.unmeasured = 0  # functions that repeat and have not run once yet

    def set_period(self, seconds: float) -> None:
        """Let the functions that measure run every so many seconds from now on.

        Raises ValueError, in French, if their program does not let anybody.
        """
        if self._program.is_fixed:
            raise ValueError("Le programme fixe le rythme des mesures : il ne change pas.")
        self._period = seconds
        self._report.set_period(seconds)

    def start(self) -> None:
        """Start everything, each function in a task of its own."""
        program = self._program
        if program.remark:
            self._complain(_MAIN, program.remark)
        guard.watched.clear()
        guard.start()
        self.unmeasured = len(program.periodics)
        begin = asyncio.create_task
        begin(guard.turn())
        for part in program.parts.values():
            begin(self._wake(part))
        for periodic in program.periodics:
            begin(self._repeat(periodic))
        for function in program.tasks:
            begin(self._keep_running(function))
        for part, function in program.presses:
            begin(self._answer(part, function))

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
        first = True
        while True:
            last, started = self._clock.monotonic(), time.ticks_ms()
            await self._call(periodic.function)
            self.unmeasured -= first
            while not await self._is_due(periodic, last, started, first):
                pass
            first = False

    async def _is_due(self, periodic: "Periodic", last: int, started: "Any", first: bool) -> bool:
        """Wait for a moment; return whether the function is to run again."""
        seconds = periodic.seconds
        if self._period is not None and not periodic.fixed:
            seconds = self._period
        left = int(seconds * 1000) - time.ticks_diff(time.ticks_ms(), started)
        if seconds < _HOUR_S:
            await asyncio.sleep_ms(max(1, min(left, _STEP_MS)))
            return left <= _STEP_MS
        from fabnum import hours

        await asyncio.sleep_ms(_STEP_MS)
        return hours.is_due(self._clock, seconds, last, first)

    async def _keep_running(self, function: "Callable[[], Any]") -> None:
        while await self._call(function) is False:
            await asyncio.sleep(_RESTART_S)

    async def _answer(self, part: "Part", function: "Callable[[], Any]") -> None:
        while True:
            if await self._call(part.pressed) is False:
                await asyncio.sleep(_RESTART_S)
                continue
            await self._call(function)

    def cross(self, values: "dict[str, Any]") -> None:
        """Call the functions whose threshold one of these values has just reached."""
        for threshold in self._program.thresholds:
            value = values.get(threshold.channel)
            if value is not None and threshold.reached(value):
                asyncio.create_task(self._call(threshold.function, None, value))

    async def _call(
        self, function: "Callable[..., Any]", name: str | None = None, *value: "Any"
    ) -> bool:
        """Call one function, with a value if there is one and it takes it; whether it went well."""
        if function in guard.ended:
            return False
        called = name or str(getattr(function, "__name__", "programme"))
        try:
            await guard.call(function, *value)
        except SensorError:
            return False  # the part has already said so
        except (Exception, KeyboardInterrupt) as error:
            if isinstance(error, KeyboardInterrupt) and not guard.fired():
                raise
            if isinstance(error, MemoryError):
                self._program.let_go()
                # The first time is forgiven; one that fails again would fill the memory for ever.
                (guard.ended if function in self._full else self._full).append(function)
            from fabnum import explain

            text = explain.sentence(error, called)
            drop("explain")
            self._complain(called, text)
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
