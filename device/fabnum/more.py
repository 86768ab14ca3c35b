"""Words that few programs use: ``station.task``, ``station.event``, ``station.setting``."""

from fabnum import config
from fabnum.program import current

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, TypeVar

    _Function = TypeVar("_Function", bound=Callable[..., Any])


def task(function: "_Function") -> "_Function":
    """See ``station.task``."""
    current.tasks.append(function)
    return function


def event(name: str, **data: "Any") -> None:
    """See ``station.event``."""
    current.running().event(name, data)


def setting(name: str, default: "Any" = None) -> "Any":
    """See ``station.setting``."""
    try:
        return config.load()["settings"].get(name, default)
    except config.ConfigError:
        return default
