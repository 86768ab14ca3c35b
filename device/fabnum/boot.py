"""The first thing that runs at each start. It says whether the program may run."""

import gc

from fabnum import drop
from fabnum.health import Health
from micropython import const

_COLLECT_EVERY = const(16 * 1024)
"""Bytes. Collected only when the memory is full, what lives is strewn all over it, and there is no
large piece left for what is loaded late: MicroPython's table of names takes up to 8 KB."""

health: Health | None = None


def start() -> Health:
    """Look at the health of this start, once; in safe mode, stay here and never return.

    On a board ``/boot.py`` calls it, so that a program that MicroPython cannot even read is no
    obstacle; importing ``fabnum.station`` calls it where there is no ``/boot.py``. The watchdog of
    a deployed board starts here, before the program. Raises ``fabnum.prompt.NotStarted``, once,
    where somebody wants the prompt; what they then run by hand runs.
    """
    global health
    if health is None:
        gc.threshold(_COLLECT_EVERY)
        health = Health()
        deployed = _deployed()
        from fabnum import prompt

        prompt.offer(health, deployed)
        drop("prompt")
        health.watch(deployed)
        if health.safe_mode:
            from fabnum.app import App
            from fabnum.program import Program

            App(Program(), health).run()
    return health


def launch() -> None:
    """Start the program; returns after a soft reset, where MicroPython or a tool goes on."""
    if health and health.reset != "soft":
        from fabnum import launch

        launch.program(health)


def _deployed() -> bool:
    from fabnum import config

    try:
        return bool(config.load()["deployed"])
    except config.ConfigError:
        return False
