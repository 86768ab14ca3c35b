"""What the board is: the content of the leaf ``about``.

``fabnum.report`` loads it at each connection and then drops it.
"""

import sys

from fabnum import VERSION
from fabnum.program import current

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from fabnum.health import Health


def of(build: "dict[str, Any]", health: "Health", boot: str, period: float) -> "dict[str, Any]":
    """Return the content of ``about``. ``build``: ``build.json``; ``boot``: of this start."""
    return {
        "build": build["id"],
        "firmware": VERSION,
        "hash": build.get("hash", ""),
        "boot": boot,
        "reset": health.reset,
        "channels": list(build["channels"]),
        "period": period,
        "platform": sys.platform,
        "micropython": ".".join([str(number) for number in sys.implementation.version[:3]]),
        "safe_mode": health.safe_mode,
        "message": "message" in current.commands,  # whether the program hears texts of people
    }
