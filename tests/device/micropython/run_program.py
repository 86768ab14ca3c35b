"""Run FOLDER/main.py as the board does, until it calls ``station.done()``; then print its frames.

Usage: run_program.py FOLDER. The last line is JSON: every frame that waits in the queue.
"""

import json
import sys

from fabnum import config, program, station

import __main__


class Done(BaseException):
    """The test has seen enough: not an error of the program."""


def done():
    raise Done


config.FOLDER = sys.argv[1]
station.done = done
with open(config.path("main.py")) as file:
    source = file.read()
try:  # noqa: SIM105 - MicroPython has no contextlib
    exec(compile(source, "main.py", "exec"), __main__.__dict__)
except Done:
    pass
queue = program.current.app.queue
frames = []
while True:
    outgoing = queue.take()
    if outgoing is None:
        break
    content = json.loads(outgoing.payload)
    frames += content if isinstance(content, list) else [content]
    queue.remove(outgoing)
print(json.dumps(frames))
