"""Runs a build's ``main.py`` as the board does, and says what is free once readings arrive.

Usage: measure.py FOLDER FRAMES. The folder holds ``main.py``, ``build.json``, ``config.json`` and
``ca.der``. Prints one line of JSON: ``used``, bytes of the heap after a collection.
"""

import asyncio
import gc
import json
import os
import sys

from fabnum import config, station

_SETTLE_S = 2


async def measure():
    """Wait until the readings have arrived, then report and end."""
    app = station.current.app  # noqa: SLF001 - nobody else asks for it
    while app.queue.measured < int(sys.argv[2]) or len(app.queue):
        await asyncio.sleep_ms(100)
    await asyncio.sleep(_SETTLE_S)
    gc.collect()
    print(json.dumps({"used": gc.mem_alloc()}))
    os.system("kill -9 $PPID")  # noqa: ASYNC221 - this ends it all


config.FOLDER = sys.argv[1]
station.task(measure)
with open(config.path("main.py")) as file:  # noqa: PTH123 - MicroPython has no pathlib
    source = file.read()
exec(compile(source, "main.py", "exec"), {"__name__": "__main__"})
