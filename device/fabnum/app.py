"""The whole firmware, put together: who hears of what, and which tasks run."""

import asyncio
import os
import sys

from fabnum import config, drop, guard, log, supervise
from fabnum.clock import Clock
from fabnum.kept import CLOCK_SET
from fabnum.online import Online
from fabnum.queue import Queue
from fabnum.report import Report
from fabnum.ring import Ring
from fabnum.runner import Runner
from fabnum.uplink import Uplink
from fabnum.values import is_number
from micropython import const

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from fabnum.commands import Commands
    from fabnum.health import Health
    from fabnum.led import Led
    from fabnum.program import Program
    from fabnum.sleep import Sleep
    from fabnum.tally import Tally

_FAREWELL_S = const(3)


class App:
    """The firmware around one Program. ``health``: of this start (``fabnum.boot``).

    A configuration that cannot be used is said on the console; the program then runs without a
    network, and what it measures waits in the queue.
    """

    def __init__(self, program: "Program", health: "Health") -> None:
        self._program = program
        self._health = health
        self._build = config.load_build()
        self._settings = self._usable_configuration()
        sleep = self._sleep = self._sleeper()
        self.boot = sleep.boot if sleep else os.urandom(4).hex()
        since = sleep.since if sleep else 0
        self.clock = Clock(self._clock_set, health.kept.has(CLOCK_SET), since)
        self.queue = self._new_queue()
        self._tally = self._new_tally()
        self._led = _led(self._settings)
        self._online = self._way_out()
        self._report = Report(self._online, self.queue, self.clock, health, self._build, self.boot)
        period = self._wanted_period()
        self._report.period = period or program.period(self._build["period"])
        self._runner = Runner(program, self._report, self.clock, self.event, period)
        self._commands: Commands | None = None

    # What the program calls.

    def send(self, values: "dict[str, Any]") -> None:
        """Keep one moment's readings; then look at the thresholds. Raises ValueError, in French."""
        self.check(values)
        frame = {c: int(v) if isinstance(v, bool) else v for c, v in values.items()}
        (self._tally or self.queue).put(frame)
        self._runner.cross(values)

    def check(self, values: "dict[str, Any]") -> None:
        """Raise ValueError, in French, unless all are numbers of channels of the build."""
        for channel, value in values.items():
            if channel not in self._build["channels"]:
                known = ", ".join(self._build["channels"])
                raise ValueError("« %s » n’est pas une mesure de cet objet : %s" % (channel, known))
            if not isinstance(value, bool) and not is_number(value):
                raise ValueError("%s = %s : il faut un nombre." % (channel, value))

    def event(self, name: str, data: "dict[str, Any]") -> None:
        """Tell that something happened."""
        event: dict[str, Any] = {"name": name, "boot": self.boot, "data": data}
        now = self.clock.now()
        if now is not None:
            event["t"] = now
        self._post("event", event)

    def run(self) -> None:
        """Run for ever. What nobody expected is counted, logged, and ends in a restart."""
        try:
            asyncio.run(self._main())
        except Exception as error:
            sys.print_exception(error)
            log.say("Le programme de la carte s’est arrêté : %r. Elle redémarre." % error)
            self._health.crashed()
            _reset()
        finally:
            guard.stop()

    # Tasks.

    async def _main(self) -> None:
        self._greet()
        tasks = [supervise.keep("health", self._health.run)]
        if self._led:
            tasks.append(supervise.keep("led", self._led.run))
        if self._online and (self._sleep is None or self._sleep.calls):
            uplink = Uplink(self.queue, self._online.link, self.clock)
            tasks.append(supervise.keep("uplink", uplink.run))
            tasks.append(supervise.keep("report", self._report.run))
            tasks.append(supervise.keep("online", self._online.run))
            tasks.append(supervise.keep("tested", self._tell_self_test))
        if not self._health.safe_mode:
            if self._sleep:
                self._sleep.recall(self._program.thresholds)
            self._runner.start()
            if self._tally:
                tasks.append(supervise.keep("tally", self._tally.run))
        self._report.started()
        if self._sleep:
            tasks.append(supervise.keep("sleep", self._fall_asleep))
        for task in tasks:
            await task  # the first never ends

    async def _tell_self_test(self) -> None:
        if self._online:
            from fabnum import tested

            await tested.tell(self._online.link, self.event)
            drop("tested")

    async def _fall_asleep(self) -> None:
        if self._sleep and self._online:
            await self._sleep.run(self.clock, self.queue, self._online, self._report, self._runner)

    def _greet(self) -> None:
        name = self._settings["device"] if self._settings else "sans nom"
        log.say("Fab’Num : %s (%s), départ : %s." % (name, self._build["id"], self._health.reset))
        if self._health.safe_mode:
            log.fail("Mode sans échec : trois arrêts de suite. Le programme n’est pas lancé.")

    # What happened, and who must know.

    def _changed(self, up: bool) -> None:
        if up:
            self._report.ask()
        if self._led and self._online:
            self._led.tell(
                up=self._online.link.up,
                reason=self._online.reason,
                fault=bool(self._report.faults),
                safe_mode=self._health.safe_mode,
            )

    def _clock_set(self, _unix: int) -> None:
        self._health.kept.set(CLOCK_SET)
        supervise.keep("dates", self.queue.date)

    def _command(self, payload: bytes) -> None:
        if self._sleep:
            self._sleep.stay()
        commands = self._commands
        if commands is None:
            commands = self._commands = self._known_commands()
        supervise.keep("command", lambda: commands.handle(payload))

    def _known_commands(self) -> "Commands":
        from fabnum.commands import Commands

        handlers: dict[str, Any] = {
            "identify": self._identify,
            "restart": self._restart,
            "report": self._report.ask,
            "period": self._runner.set_period,
            "calibrate": self._calibrate,
        }
        handlers.update(self._program.commands)
        acknowledge = lambda answer: self._post("ack", answer)  # noqa: E731
        return Commands(self._build["commands"], handlers, self.clock, acknowledge)

    def _post(self, leaf: str, content: "dict[str, Any]") -> None:
        if self._online:
            self._online.link.post(leaf, content)

    def _identify(self) -> None:
        log.say("C’est moi.")
        if self._led:
            self._led.identify()

    def _restart(self) -> None:
        supervise.keep("restart", self._restart_soon)

    async def _calibrate(self, part: str, step: str, value: float | None = None) -> None:
        if "fabnum.calibration" in sys.modules:
            raise ValueError("Un étalonnage est déjà en cours : attendez qu’il finisse.")
        from fabnum import calibration

        try:
            known = self._program.parts.get(part)
            kept = await calibration.learn(known, step, value, self.clock.now())
        finally:
            drop("calibration")
        self.event("calibrated", {"part": part, "step": step, "kept": kept})

    async def _restart_soon(self) -> None:
        await asyncio.sleep_ms(0)  # the answer is posted first
        if self._online:
            try:
                await asyncio.wait_for(self._online.link.flush(), _FAREWELL_S)
            except asyncio.TimeoutError:
                pass
        if self._tally:
            await self._tally.gather()
        log.say("La carte redémarre : on le lui a demandé.")
        _reset()

    # Putting together.

    # A trial (``fabnum.trial``) puts others in the place of these.

    def _usable_configuration(self) -> "dict[str, Any] | None":
        try:
            settings = config.load()
            if settings["broker"]["tls"]:
                config.authority()
        except config.ConfigError as error:
            log.fail(str(error))
            return None
        return settings

    def _new_queue(self) -> Queue:
        seq = self._sleep.seq if self._sleep else 0
        return Queue(Ring(config.path("queue")), self.clock, self.boot, seq)

    def _new_tally(self) -> "Tally | None":
        kept = [part for part in self._build["parts"] if part["settings"].get("kept")]
        if not kept:
            return None
        from fabnum.tally import Tally

        channels = [channel for part in kept for channel in part["channels"]]
        tally = Tally(config.path("tally.json"), channels, self.queue, self.clock, self.boot)
        parts = self._program.parts
        tally.serve([parts[part["id"]] for part in kept if part["id"] in parts])
        return tally

    def _way_out(self) -> Online | None:
        if self._settings is None:
            return None
        will = self._sleep.will(self.clock.now()) if self._sleep else None
        return Online(self._settings, self.clock, self._command, self._changed, will)

    def _sleeper(self) -> "Sleep | None":
        settings = self._settings
        if not settings or not settings["deployed"] or not self._build.get("sleeps"):
            return None
        if not settings["settings"].get("sleep", True):
            return None
        from fabnum.sleep import Sleep

        return Sleep(self._health, settings["settings"])

    def _wanted_period(self) -> float | None:
        """Return the period that replaces the program's: one that differs from the build's own."""
        if self._sleep and self._sleep.woken:
            return self._sleep.period  # somebody may have asked for another one
        period: float | None = self._settings["period"] if self._settings else None
        return None if period == self._build["period"] else period


def _led(settings: "dict[str, Any] | None") -> "Led | None":
    if settings is None or settings["settings"].get("led") is None:
        return None
    from fabnum.led import Led

    return Led(settings["settings"])


def _reset() -> None:
    import machine

    log.save()
    machine.reset()
