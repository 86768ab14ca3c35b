"""Runs a learner's program on a twin: it is ``main.py``, the program is ``solution.txt``.

What repeats does so every second, also what a program has fixed at an hour: nobody waits that long.
The console tells how often the program had asked for: ``[twin] every 3600``.
"""

from fabnum import launch, program


class Hasty(program.Periodic):
    def __init__(self, function, seconds, fixed):
        print("[twin] every", seconds)
        super().__init__(function, 1, True)


program.Periodic = Hasty

with open("/solution.txt") as file:  # noqa: PTH123 - there is no pathlib on MicroPython
    source = file.read()

launch.attempt(
    lambda: source.split("\n"), lambda names: exec(compile(source, "main.py", "exec"), names)
)
