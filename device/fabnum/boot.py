"""The first thing that runs at each start. It says whether the program may run."""

from fabnum import drop
from fabnum.health import Health, start_watchdog
from fabnum.kept import HELD, IDLE, WATCHED, Kept
from micropython import const

_MAY_BE_WAITED_FOR = const(("power", "reset", "watchdog", "brownout"))
"""Starts after which somebody may want the prompt: not those that the board does by itself."""

_SKIPPED = const("Le programme n’est pas lancé. Pour le lancer, appuyez sur EN (ou RST).")
_SKIPPED_FOR_A_WHILE = const(
    "Le programme n’est pas lancé : il part tout seul dans 10 minutes, ou avec EN (ou RST)."
)
_A_WHILE_S = const(600)
_ON_THE_BENCH = const(
    "La carte est à l’établi : pour lancer le programme, appuyez sur EN (ou RST)."
)
_BENCH_S = const(3600)

health: Health | None = None


class NotStarted(BaseException):
    """The program is not run, for the reason that the text gives. No error: somebody wanted it so.

    Raised through ``/boot.py``: MicroPython then leaves ``/main.py`` alone and shows the prompt.
    """


def start() -> Health:
    """Look at the health of this start, once; in safe mode, stay here and never return.

    On a board ``/boot.py`` calls it, so that a program that MicroPython cannot even read is no
    obstacle; importing ``fabnum.station`` calls it where there is no ``/boot.py``. The watchdog of
    a deployed board starts here, before the program. Raises NotStarted, once, where somebody wants
    the prompt; what they then run by hand runs.
    """
    global health
    if health is None:
        health = Health()
        if health.kept.has(HELD):
            raise NotStarted(_ON_THE_BENCH)
        if health.reset in _MAY_BE_WAITED_FOR:
            _ask(health)
        health.watch(_deployed())
        if health.safe_mode:
            from fabnum.app import App
            from fabnum.program import Program

            App(Program(), health).run()
    return health


def hold() -> None:
    """Keep the board for the bench: from now on a soft reset starts neither watchdog nor program.

    A watchdog that runs already bites after an hour. Ended by :func:`release` and by every other
    reset.
    """
    kept = _kept()
    kept.set(HELD)
    if kept.has(WATCHED):
        start_watchdog(kept, _BENCH_S)


def release() -> None:
    """Let the next start be one like any other."""
    _kept().set(HELD, False)


def _ask(health: Health) -> None:
    """Open the window at power-on, and do what somebody wanted. Raises NotStarted."""
    from fabnum import window

    wanted = window.wish()
    drop("window")
    if wanted == window.HOLD:
        from fabnum import setup

        setup.wanted = True
    elif wanted == window.CABLE:
        raise NotStarted(_SKIPPED)
    elif wanted == window.PRESS:
        if not _deployed():
            raise NotStarted(_SKIPPED)
        # It may have been a resident, who plugged the lamp in and pressed its button.
        health.kept.set(IDLE)
        start_watchdog(health.kept, _A_WHILE_S)
        raise NotStarted(_SKIPPED_FOR_A_WHILE)


def _kept() -> Kept:
    return health.kept if health else Kept()


def _deployed() -> bool:
    from fabnum import config

    try:
        return bool(config.load()["deployed"])
    except config.ConfigError:
        return False
