"""The result of the last self-test, from the bench to the site: kept on flash until it is there."""

import json
import os

from fabnum import config

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from fabnum.link import Link

_NAME = "selftest.json"


def keep(result: "dict[str, Any]") -> None:
    """Keep a result, whole or not at all, in the place of the one before."""
    new = config.path(_NAME + ".new")
    with open(new, "w") as file:
        json.dump(result, file)
    os.rename(new, config.path(_NAME))


async def tell(link: "Link", event: "Callable[[str, dict[str, Any]], None]") -> None:
    """Publish the result that is kept, once connected, and forget it when the broker has it.

    Should the power fail in between, it is published again: the site knows it by its time.
    """
    try:
        with open(config.path(_NAME)) as file:
            result = json.load(file)
    except OSError:
        return  # there is none
    except ValueError:
        result = None
    if isinstance(result, dict):
        await link.connected()
        event("self-test", result)
        await link.flush()
    try:
        os.remove(config.path(_NAME))
    except OSError:
        pass  # it is told again at the next start
