"""Puts the firmware together and starts it: what the configuration and the build ask for.

``fabnum.app`` loads it at the start and then drops it. A trial (``fabnum.trial``) puts
others in the place of some of its functions.
"""

import os

from fabnum import config, drop, log, supervise
from fabnum.clock import Clock
from fabnum.kept import CLOCK_SET
from fabnum.online import Online
from fabnum.queue import Queue
from fabnum.report import Report
from fabnum.ring import Ring
from fabnum.runner import Runner
from fabnum.uplink import Uplink

TYPE_CHECKING = False
if TYPE_CHECKING:
    import asyncio
    from typing import Any

    from fabnum.app import App
    from fabnum.led import Led
    from fabnum.sleep import Sleep
    from fabnum.tally import Tally


def put_together(app: "App") -> None:
    """Give the app all that it consists of."""
    health, build = app.health, app.build
    app.settings = usable_configuration()
    app.sleep = sleeper(app)
    app.boot = app.sleep.boot if app.sleep else os.urandom(4).hex()
    since = app.sleep.since if app.sleep else 0
    app.clock = Clock(app.clock_set, health.kept.has(CLOCK_SET), since)
    app.queue = new_queue(app)
    app.tally = new_tally(app)
    app.led = new_led(app.settings)
    app.online = way_out(app)
    app.report = Report(app.online, app.queue, app.clock, health, build, app.boot)
    period = wanted_period(app)
    app.report.period = period or app.program.period(build["period"])
    app.runner = Runner(app.program, app.report, app.clock, app.event, period)


def start(app: "App") -> "asyncio.Task[None]":
    """Start the tasks of the firmware and of the program; return one that never ends."""
    greet(app)
    if app.led:
        supervise.keep("led", app.led.run)
    if app.online and (app.sleep is None or app.sleep.calls):
        supervise.keep("uplink", Uplink(app.queue, app.online.link, app.clock).run)
        supervise.keep("report", app.report.run)
        supervise.keep("online", app.online.run)
        supervise.keep("tested", lambda: _tell_self_test(app))
    if not app.health.safe_mode:
        if app.sleep:
            app.sleep.recall(app.program.thresholds)
        app.runner.start()
        if app.tally:
            supervise.keep("tally", app.tally.run)
    app.report.started()
    if app.sleep:
        supervise.keep("sleep", lambda: _fall_asleep(app))
    return supervise.keep("health", app.health.run)


async def _tell_self_test(app: "App") -> None:
    if app.online:
        from fabnum import tested

        await tested.tell(app.online.link, app.event)
        drop("tested")


async def _fall_asleep(app: "App") -> None:
    if app.sleep and app.online:
        await app.sleep.run(app.clock, app.queue, app.online, app.report, app.runner)


def greet(app: "App") -> None:
    """Say on the console what begins."""
    name = app.settings["device"] if app.settings else "sans nom"
    log.say("Fab’Num : %s (%s), départ : %s." % (name, app.build["id"], app.health.reset))
    if app.health.safe_mode:
        log.fail("Mode sans échec : trois arrêts de suite. Le programme n’est pas lancé.")


def usable_configuration() -> "dict[str, Any] | None":
    """Return ``config.json``; ``None``, with the reason on the console, if it cannot be used."""
    try:
        settings = config.load()
        if settings["broker"]["tls"]:
            config.authority()
    except config.ConfigError as error:
        log.fail(str(error))
        return None
    return settings


def new_queue(app: "App") -> Queue:
    """Return the queue of this board."""
    seq = app.sleep.seq if app.sleep else 0
    return Queue(Ring(config.path("queue")), app.clock, app.boot, seq)


def new_tally(app: "App", name: str = "tally.json") -> "Tally | None":
    """Return what keeps the counts of the parts that count, or ``None`` without such parts.

    ``name``: of its file.
    """
    kept = [part for part in app.build["parts"] if part["settings"].get("kept")]
    if not kept:
        return None
    from fabnum.tally import Tally

    channels = [channel for part in kept for channel in part["channels"]]
    tally = Tally(config.path(name), channels, app.queue, app.clock, app.boot)
    parts = app.program.parts
    tally.serve([parts[part["id"]] for part in kept if part["id"] in parts])
    return tally


def new_led(settings: "dict[str, Any] | None") -> "Led | None":
    """Return the status LED, if the configuration names one."""
    if settings is None or settings["settings"].get("led") is None:
        return None
    from fabnum.led import Led

    return Led(settings["settings"])


def way_out(app: "App") -> Online | None:
    """Return the way to the broker, or ``None`` without a configuration that can be used."""
    if app.settings is None:
        return None
    will = app.sleep.will(app.clock.now()) if app.sleep else None
    return Online(app.settings, app.clock, app.command, app.changed, will)


def sleeper(app: "App") -> "Sleep | None":
    """Return what sends the board to sleep, if it is to sleep."""
    settings = app.settings
    if not settings or not settings["deployed"] or not app.build.get("sleeps"):
        return None
    if not settings["settings"].get("sleep", True):
        return None
    from fabnum.sleep import Sleep

    return Sleep(app.health, settings["settings"])


def wanted_period(app: "App") -> float | None:
    """Return the period that replaces the program's: one that differs from the build's own."""
    if app.program.is_fixed:
        return None
    if app.sleep and app.sleep.woken:
        return app.sleep.period  # somebody may have asked for another one
    period: float | None = app.settings["period"] if app.settings else None
    return None if period == app.build["period"] else period
