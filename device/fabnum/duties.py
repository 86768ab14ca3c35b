"""What the firmware itself does when it is told to: identify, restart, report, period, calibrate.

Loaded with ``fabnum.commands`` at the first command.
"""

import asyncio
import sys

from fabnum import drop, log, supervise
from fabnum.app import reset
from fabnum.commands import Commands
from micropython import const

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from fabnum.app import App

_FAREWELL_S = const(3)


def commands(app: "App") -> Commands:
    """Return what carries out all commands of this board, those of its program too."""

    def identify() -> None:
        log.say("C’est moi.")
        if app.led:
            app.led.identify()

    def restart() -> None:
        supervise.keep("restart", lambda: _restart_soon(app))

    async def calibrate(part: str, step: str, value: float | None = None) -> None:
        if "fabnum.calibration" in sys.modules:
            raise ValueError("Un étalonnage est déjà en cours : attendez qu’il finisse.")
        from fabnum import calibration

        try:
            known = app.program.parts.get(part)
            kept = await calibration.learn(known, step, value, app.clock.now())
        finally:
            drop("calibration")
        app.event("calibrated", {"part": part, "step": step, "kept": kept})

    handlers: dict[str, Any] = {
        "identify": identify,
        "restart": restart,
        "report": app.report.ask,
        "period": app.runner.set_period,
        "calibrate": calibrate,
    }
    handlers.update(app.program.commands)
    return Commands(
        app.build["commands"], handlers, app.clock, lambda answer: app.post("ack", answer)
    )


async def _restart_soon(app: "App") -> None:
    await asyncio.sleep_ms(0)  # the answer is posted first
    if app.online:
        try:
            await asyncio.wait_for(app.online.link.flush(), _FAREWELL_S)
        except asyncio.TimeoutError:
            pass
    if app.tally:
        await app.tally.gather()
    log.say("La carte redémarre : on le lui a demandé.")
    reset()
