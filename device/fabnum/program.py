"""What a learner's program consists of: which function runs when. It holds, and runs nothing."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from fabnum.parts import Part


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
    time. ``commands``: function by command name. ``presses``: (part, function).
    """

    def __init__(self) -> None:
        self.parts: dict[str, Part] = {}
        self.periodics: list[Periodic] = []
        self.tasks: list[Callable[[], Any]] = []
        self.commands: dict[str, Callable[..., Any]] = {}
        self.presses: list[tuple[Part, Callable[[], Any]]] = []

    def period(self, default: float) -> float:
        """Return the seconds between two readings: those of the first function that measures."""
        for periodic in self.periodics:
            if not periodic.fixed:
                return periodic.seconds
        return default
