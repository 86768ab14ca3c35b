"""Thresholds: ``@station.above`` and ``@station.below``. Loaded by the programs that use them.

A value that trembles around its bound calls nobody twice: what was reached must first be left by
the margin (hysteresis). A value exactly at the bound has reached it.
"""

from fabnum import config
from fabnum.program import current
from fabnum.values import is_number

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, TypeVar

    _Function = TypeVar("_Function", bound=Callable[..., Any])


class Threshold:
    """One bound of one channel. ``function``: what to call, when :meth:`reached` says so.

    ``sign``: 1 where values rise to it (``above``), -1 where they fall to it. ``beyond``: whether
    it was reached and not left since; a board that sleeps remembers that.
    """

    def __init__(
        self, channel: str, bound: float, margin: float, sign: int, function: "Callable[..., Any]"
    ) -> None:
        self.channel = channel
        self.function = function
        self._bound = sign * bound
        self._left = sign * bound - margin
        self._sign = sign
        self.beyond = False

    def reached(self, value: float) -> bool:
        """Whether this value has just reached the bound, for the first time since it was left."""
        value = self._sign * value
        if self.beyond:
            self.beyond = value >= self._left
            return False
        self.beyond = value >= self._bound
        return self.beyond


def above(channel: str, bound: float, margin: float = 0) -> "Callable[[_Function], _Function]":
    """See ``station.above``."""
    return _remember("above", channel, bound, margin, 1)


def below(channel: str, bound: float, margin: float = 0) -> "Callable[[_Function], _Function]":
    """See ``station.below``."""
    return _remember("below", channel, bound, margin, -1)


def _remember(
    word: str, channel: str, bound: float, margin: float, sign: int
) -> "Callable[[_Function], _Function]":
    channels = config.load_build()["channels"]
    if channel not in channels:
        raise ValueError(
            "@station.%s : « %s » n’est pas une mesure de cet objet : %s."
            % (word, channel, ", ".join(sorted(channels)))
        )
    if not is_number(bound):
        raise ValueError("@station.%s : le seuil %s n’est pas un nombre." % (word, bound))
    if not is_number(margin) or margin < 0:
        raise ValueError("@station.%s : margin est un nombre, 0 ou plus." % word)

    def remember(function: "_Function") -> "_Function":
        current.thresholds.append(Threshold(channel, bound, margin, sign, function))
        return function

    return remember
