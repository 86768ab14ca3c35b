"""What a learner's program consists of: which function runs when. It holds, and runs nothing."""

import gc
import sys

from micropython import const

import __main__  # type: ignore[import-not-found]

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from fabnum.app import App
    from fabnum.lamp import Lamp
    from fabnum.parts import Part
    from fabnum.thresholds import Threshold

_MUCH = const(100)
_CONTAINERS = (list, dict, set)  # here, for where it is needed there is no memory for a tuple


class Periodic:
    """A function to be called again and again; ``seconds`` from one start to the next.

    ``fixed``: the board's ``period`` (configuration, command) does not replace ``seconds``.
    """

    def __init__(self, function: "Callable[[], Any]", seconds: float, fixed: bool) -> None:
        self.function = function
        self.seconds = seconds
        self.fixed = fixed


class Program:
    """The functions and parts that a program named, in the order it named them.

    ``parts``: by part id. ``periodics``: list of Periodic. ``tasks``: functions that run all the
    time. ``commands``: function by command name. ``presses``: (part, function). ``thresholds``:
    what to look at when values are sent. ``light``: the lamp that it opened. ``remark``: what is
    wrong with its text, as a sentence. ``app``: the firmware around it, once it runs.
    """

    def __init__(self) -> None:
        self.parts: dict[str, Part] = {}
        self.periodics: list[Periodic] = []
        self.tasks: list[Callable[[], Any]] = []
        self.commands: dict[str, Callable[..., Any]] = {}
        self.presses: list[tuple[Part, Callable[[], Any]]] = []
        self.thresholds: list[Threshold] = []
        self.light: Lamp | None = None
        self.remark = ""
        self.app: App | None = None

    def part(self, part_id: str) -> "Part":
        """Return the part of that id. Raises ValueError, in French, if the build has none."""
        if part_id not in self.parts:
            from fabnum import config, parts

            if "fabnum.pins" in sys.modules:
                sys.modules["fabnum.pins"].release()
            self.parts[part_id] = parts.Part(config.load_build(), part_id)
        return self.parts[part_id]

    def period(self, default: float) -> float:
        """Return the seconds between two readings: those of the first function that measures."""
        for periodic in self.periodics:
            if not periodic.fixed:
                return periodic.seconds
        return default

    @property
    def is_fixed(self) -> bool:
        """Whether nobody may change how often it measures: all its functions have said so."""
        return bool(self.periodics) and all(periodic.fixed for periodic in self.periodics)

    def running(self) -> "App":
        """Return the firmware around it. Raises ValueError, in French, before the start."""
        if self.app is None:
            raise ValueError("Appelez station.run() à la fin : avant, rien ne peut être envoyé.")
        return self.app

    def let_go(self) -> None:
        """Empty what the program's variables hold much of: its memory is full."""
        variables = __main__.__dict__
        for name in variables:
            value = variables[name]
            if isinstance(value, _CONTAINERS) and len(value) > _MUCH:
                value.clear()
            elif isinstance(value, bytearray) and len(value) > _MUCH:
                variables[name] = bytearray()
        gc.collect()


current = Program()
"""The program that this board runs."""
