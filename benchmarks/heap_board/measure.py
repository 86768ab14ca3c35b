"""Starts a board as its ``boot.py`` does, and says what its heap holds once readings arrive.

Runs in a folder that is the board's: modules, ``main.py``, ``build.json``, ``config.json``,
``ca.der``. Prints one line of JSON: ``used``, bytes after a collection; ``stand_ins``, the bytes of
them that ``machine`` and ``network`` take here and do not on a board, where they are C; ``faults``,
what the firmware complains of.
"""

import asyncio
import gc
import json
import os
import sys
import time

from fabnum import boot, config
from fabnum.program import current

_READINGS = 3
_ENOUGH_MS = 6_000  # a build that counts sends once an hour
_SETTLE_MS = 1_500


async def measure():
    """Wait until readings have arrived, then report and end."""
    app = current.app
    started = time.ticks_ms()
    while True:
        await asyncio.sleep_ms(100)
        enough = time.ticks_diff(time.ticks_ms(), started) > _ENOUGH_MS
        if (
            app.online.link.up
            and not len(app.queue)
            and app.queue.measured >= _READINGS - 2 * enough
        ):
            break
    await asyncio.sleep_ms(_SETTLE_MS)
    gc.collect()
    used = gc.mem_alloc()
    print(json.dumps({"used": used, "stand_ins": stand_ins(), "faults": app.report.faults}))
    os.system("kill -9 $PPID")  # noqa: ASYNC221 - this ends it all


def stand_ins():
    """Return what a second copy takes of the modules that are C on a board."""
    before = gc.mem_alloc()
    kept = [sys.modules.pop(name) for name in ("machine", "network")]
    import machine  # noqa: F401, PLC0415
    import network  # noqa: F401, PLC0415

    gc.collect()
    return gc.mem_alloc() - before if kept else 0


config.FOLDER = "."
boot.start()
current.tasks.append(measure)
boot.launch()
