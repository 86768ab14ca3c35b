"""Starts ``main.py``, the learner's program; where it does not start, the rest runs without it.

``/boot.py`` calls it, so that whatever is wrong with the program there are Wi-Fi, a status that
says so, and the way back in. After a soft reset MicroPython starts ``main.py`` by itself, or a tool
does something else: somebody is at the cable then.
"""

import os
import sys

from fabnum import drop, guard
from fabnum.program import Program, current

import __main__  # type: ignore[import-not-found]

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

    from fabnum.health import Health

_MAIN = "main.py"


def program(health: "Health") -> None:
    """Run the program of this board. Returns where there is none."""
    try:
        os.stat(_MAIN)
    except OSError:
        return
    wrong = attempt(lambda: open(_MAIN), _run_file)
    # What the program has named so far is left alone: half a program is none.
    rest = Program()
    rest.remark = wrong
    from fabnum.app import App

    rest.app = App(rest, health)
    rest.app.run()


def attempt(text: "Callable[[], Iterable[str]]", run: "Callable[[dict[str, Any]], object]") -> str:
    """Run a program, as ``run(names)``; return why it does not go on, as a French sentence.

    ``text``: gives its lines, for what can be read in them but not be seen while it runs.
    """
    current.remark = _remark(text)
    guard.watched.append(None)
    guard.start()
    try:
        run(__main__.__dict__)
    except (Exception, KeyboardInterrupt) as error:
        if isinstance(error, KeyboardInterrupt) and not guard.fired():
            raise
        if isinstance(error, MemoryError):
            current.let_go()
        from fabnum import explain

        sentence = explain.sentence(error, _MAIN)
        drop("explain")
        return sentence
    finally:
        guard.stop()
        if "fabnum.pins" in sys.modules:
            sys.modules["fabnum.pins"].release()
    return "main.py se termine sans station.run() : ajoutez cette ligne à la fin du programme."


def _remark(text: "Callable[[], Iterable[str]]") -> str:
    # A function of its own: attempt() does not end while the program runs, nor what it names.
    from fabnum import proofread

    drop("proofread")
    if proofread.uses(text, "machine"):
        from fabnum import pins

        pins.watch()
    return proofread.remark(text)


def _run_file(names: "dict[str, Any]") -> None:
    # Read piece by piece, as MicroPython itself does.
    execfile(_MAIN, names)  # noqa: F821
