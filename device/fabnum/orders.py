"""Words for what comes from outside: a button, a text, another object's reading, a command."""

from fabnum.guard import with_value
from fabnum.program import current

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, TypeVar

    from fabnum.parts import Part

    _Function = TypeVar("_Function", bound=Callable[..., Any])


def on_press(button: "str | Part") -> "Callable[[_Function], _Function]":
    """See ``station.on_press``."""
    pressed = current.part(button) if isinstance(button, str) else button

    def remember(function: "_Function") -> "_Function":
        current.presses.append((pressed, function))
        return function

    return remember


def on_message(function: "_Function") -> "_Function":
    """See ``station.on_message``."""
    current.commands["message"] = lambda text: with_value(function, text)
    return function


def on_command(name: str) -> "Callable[[_Function], _Function]":
    """See ``station.on_command``."""

    def remember(function: "_Function") -> "_Function":
        current.commands[name] = function
        return function

    return remember


def follow(channel: str) -> "Callable[[_Function], _Function]":
    """See ``station.follow``."""

    def remember(function: "_Function") -> "_Function":
        others = current.commands.get("follow")  # those of other channels, or the lamp's own

        def told(**args: "Any") -> "Any":
            if args["channel"] == channel:
                return with_value(function, args["value"])
            return others(**args) if others else None

        current.commands["follow"] = told
        return function

    return remember
