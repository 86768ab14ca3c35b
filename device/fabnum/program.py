"""What a learner's program consists of: which function runs when. It holds, and runs nothing."""


class Periodic:
    """A function to be called again and again; ``seconds`` from one start to the next.

    ``fixed``: the board's ``period`` (configuration, command) does not replace ``seconds``.
    """

    def __init__(self, function, seconds, fixed):
        self.function = function
        self.seconds = seconds
        self.fixed = fixed


class Program:
    """The functions and parts that a program named, in the order it named them.

    ``parts``: by part id. ``periodics``: list of Periodic. ``tasks``: functions that run all the
    time. ``commands``: function by command name. ``presses``: (part, function).
    """

    def __init__(self):
        self.parts = {}
        self.periodics = []
        self.tasks = []
        self.commands = {}
        self.presses = []

    def period(self, default):
        """Return the seconds between two readings: those of the first function that measures."""
        for periodic in self.periodics:
            if not periodic.fixed:
                return periodic.seconds
        return default
