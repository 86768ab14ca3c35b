"""The whole firmware, put together: who hears of what, and which tasks run."""

import asyncio
import sys

from fabnum import config, drop, guard, log, supervise
from fabnum.kept import CLOCK_SET
from fabnum.values import is_number

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from fabnum.clock import Clock
    from fabnum.commands import Commands
    from fabnum.health import Health
    from fabnum.led import Led
    from fabnum.online import Online
    from fabnum.program import Program
    from fabnum.queue import Queue
    from fabnum.report import Report
    from fabnum.runner import Runner
    from fabnum.sleep import Sleep
    from fabnum.tally import Tally


class App:
    """The firmware around one Program. ``health``: of this start (``fabnum.boot``).

    A configuration that cannot be used is said on the console; the program then runs without a
    network, and what it measures waits in the queue. What it is made of, ``fabnum.assembly`` puts
    together.
    """

    settings: "dict[str, Any] | None"
    boot: str
    clock: "Clock"
    queue: "Queue"
    tally: "Tally | None"
    sleep: "Sleep | None"
    led: "Led | None"
    online: "Online | None"
    report: "Report"
    runner: "Runner"

    def __init__(self, program: "Program", health: "Health") -> None:
        self.program = program
        self.health = health
        self.build = config.load_build()
        self._commands: Commands | None = None

    # What the program calls.

    def send(self, values: "dict[str, Any]") -> None:
        """Keep one moment's readings; then look at the thresholds. Raises ValueError, in French."""
        self.check(values)
        frame = {c: int(v) if isinstance(v, bool) else v for c, v in values.items()}
        (self.tally or self.queue).put(frame)
        self.runner.cross(values)

    def check(self, values: "dict[str, Any]") -> None:
        """Raise ValueError, in French, unless all are numbers of channels of the build."""
        for channel, value in values.items():
            if channel not in self.build["channels"]:
                known = ", ".join(sorted(self.build["channels"]))
                raise ValueError("« %s » n’est pas une mesure de cet objet : %s" % (channel, known))
            if not isinstance(value, bool) and not is_number(value):
                raise ValueError("%s = %s : il faut un nombre." % (channel, value))

    def event(self, name: str, data: "dict[str, Any]") -> None:
        """Tell that something happened."""
        event: dict[str, Any] = {"name": name, "boot": self.boot, "data": data}
        now = self.clock.now()
        if now is not None:
            event["t"] = now
        self.post("event", event)

    def run(self) -> None:
        """Run for ever. What nobody expected is counted, logged, and ends in a restart."""
        try:
            asyncio.run(self._main())
        except Exception as error:
            sys.print_exception(error)
            log.say("Le programme de la carte s’est arrêté : %r. Elle redémarre." % error)
            self.health.crashed()
            reset()
        finally:
            guard.stop()

    async def _main(self) -> None:
        await self._start()

    def _start(self) -> "asyncio.Task[None]":
        from fabnum import assembly

        drop("assembly")
        assembly.put_together(self)
        return assembly.start(self)

    # What happened, and who must know.

    def changed(self, up: bool) -> None:
        """Tell the site and the LED that the way to the broker has changed."""
        if up:
            self.report.ask()
        if self.led and self.online:
            self.led.tell(
                up=self.online.link.up,
                reason=self.online.reason,
                fault=bool(self.report.faults),
                safe_mode=self.health.safe_mode,
            )

    def clock_set(self, _unix: int) -> None:
        """Date what was measured before the time was known."""
        self.health.kept.set(CLOCK_SET)
        supervise.keep("dates", self._date)

    async def _date(self) -> None:
        await self.queue.date()
        if self.tally:
            self.tally.strike_out()

    def command(self, payload: bytes) -> None:
        """Carry out what the object is told."""
        if self.sleep:
            self.sleep.stay()
        commands = self._commands
        if commands is None:
            from fabnum import duties

            commands = self._commands = duties.commands(self)
        supervise.keep("command", lambda: commands.handle(payload))

    def post(self, leaf: str, content: "dict[str, Any]") -> None:
        """Keep something to be published; it is lost where there is no way out."""
        if self.online:
            self.online.link.post(leaf, content)


def reset() -> None:
    """Save the log and start the board anew."""
    import machine

    log.save()
    machine.reset()
