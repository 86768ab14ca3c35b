"""Tasks of the firmware itself: one that crashes is logged and started again; the rest goes on."""

import asyncio
import sys

from fabnum import log
from fabnum.program import current
from micropython import const

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from typing import Any

_MAX_DELAY_S = const(60)


def keep(name: str, function: "Callable[[], Coroutine[Any, Any, None]]") -> "asyncio.Task[None]":
    """Run an ``async`` function as a task until it returns, however often it crashes."""
    return asyncio.create_task(_run(name, function))


async def _run(name: str, function: "Callable[[], Coroutine[Any, Any, None]]") -> None:
    delay = 1
    while True:
        try:
            await function()
            return  # noqa: TRY300 - an "else" takes more of the board's memory
        except Exception as error:
            if isinstance(error, MemoryError):
                current.let_go()
            _say(name, error)
        await asyncio.sleep(delay)
        delay = min(2 * delay, _MAX_DELAY_S)


def _say(name: str, error: Exception) -> None:
    sys.print_exception(error)
    log.fail("La tâche %s s’est arrêtée : %r. Elle reprend." % (name, error))
