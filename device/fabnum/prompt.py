"""Who wants the board itself, not its program: somebody at power-on, or the bench.

``fabnum.boot`` asks at each start and then drops this module; the bench loads it over the cable.
"""

from fabnum import boot
from fabnum.health import Health, start_watchdog
from fabnum.kept import HELD, IDLE, WATCHED, Kept
from micropython import const

# Starts after which somebody may want the prompt: not those that the board makes by itself.
_MAY_BE_WAITED_FOR = const(("power", "reset", "watchdog", "brownout"))

_SKIPPED = const("Le programme n’est pas lancé. Pour le lancer, appuyez sur EN (ou RST).")
_SKIPPED_FOR_A_WHILE = const(
    "Le programme n’est pas lancé : il part tout seul dans 10 minutes, ou avec EN (ou RST)."
)
_A_WHILE_S = const(600)
_ON_THE_BENCH = const(
    "La carte est à l’établi : pour lancer le programme, appuyez sur EN (ou RST)."
)
_BENCH_S = const(3600)


class NotStarted(BaseException):
    """The program is not run, for the reason that the text gives. No error: somebody wanted it so.

    Raised through ``/boot.py``: MicroPython then leaves ``/main.py`` alone and shows the prompt.
    """


def offer(health: Health, deployed: bool) -> None:
    """Raise NotStarted where the bench holds the board, or somebody wants the prompt.

    Whoever holds the button gets setup mode.
    """
    if health.kept.has(HELD):
        raise NotStarted(_ON_THE_BENCH)
    if health.reset not in _MAY_BE_WAITED_FOR:
        return
    from fabnum import drop, window

    wanted = window.wish()
    drop("window")
    if wanted == window.HOLD:
        from fabnum import setup

        setup.wanted = True
    elif wanted == window.PRESS and deployed:
        # It may have been a resident, who plugged the lamp in and pressed its button.
        health.kept.set(IDLE)
        start_watchdog(health.kept, _A_WHILE_S)
        raise NotStarted(_SKIPPED_FOR_A_WHILE)
    elif wanted != window.NOTHING:
        raise NotStarted(_SKIPPED)


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


def _kept() -> Kept:
    return boot.health.kept if boot.health else Kept()
