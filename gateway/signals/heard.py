"""What objects tell only now and then: that they have started, what they dropped; and refusals.

Counted as it is heard, so that it does not matter who asks for it, nor how often.
"""

import asyncio
import re
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple, Protocol

from gateway.decode import OUT_OF_RANGE
from gateway.live import RememberedLeaf
from gateway.model import Frame, Refusal
from gateway.signals.window import LastHour
from kit.names import DeviceKey, parse_topic

CAUSES = ("power", "reset", "watchdog", "sleep", "soft", "brownout")
UNKNOWN = "unknown"
"""The cause of a start that the contract does not name."""
WAITING = 1000
"""Starts on their way to the journal. What is more than this is an object gone wild."""

_UNSPEAKABLE = re.compile(r"[^A-Za-z0-9._+-]")
_LONGEST_LABEL = 32


class Start(NamedTuple):
    """An object has started, and why; ``time`` is when it said so (Unix seconds)."""

    device: DeviceKey
    cause: str
    time: float


class Memory(Protocol):
    """What is asked of the journal."""

    def leaf(self, key: DeviceKey, leaf: str, /) -> RememberedLeaf | None:
        """Return the latest ``about`` or ``status`` of an object."""


class Heard:
    """A :class:`gateway.model.Listener` that counts starts, drops and impossible readings."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._boots: dict[DeviceKey, str] = {}
        self._dropped_in_all: dict[DeviceKey, int] = {}
        self.dropped = LastHour()
        self.refused = LastHour()
        self.starts: deque[Start] = deque()
        self.news = asyncio.Event()
        """Set when there is a start to be written down."""

    def remember(self, keys: Iterable[DeviceKey], memory: Memory) -> None:
        """Take over what was known before the service started: what comes again is no news."""
        for key in keys:
            about, status = memory.leaf(key, "about"), memory.leaf(key, "status")
            if about is not None:
                self._boots[key] = str(about.payload.get("boot"))
            if status is not None and isinstance(count := status.payload.get("dropped"), int):
                self._dropped_in_all[key] = count

    def on_frame(self, frame: Frame) -> None:
        """Do nothing: readings tell nothing of this."""

    def on_leaf(self, device: DeviceKey, leaf: str, payload: Mapping[str, Any]) -> None:
        """Hear of a start in ``about``, of dropped readings in ``status``."""
        if leaf == "about":
            self._hear_about(device, payload)
        elif leaf == "status":
            self._hear_status(device, payload)

    def on_refusal(self, refusal: Refusal) -> None:
        """Count a reading that is impossible, by the object that sent it."""
        parsed = parse_topic(refusal.topic) if refusal.reason == OUT_OF_RANGE else None
        if parsed is not None:
            self.refused.add(parsed[0], 1, self._clock())

    def _hear_about(self, device: DeviceKey, about: Mapping[str, Any]) -> None:
        boot = str(about.get("boot"))
        if self._boots.get(device) == boot:
            return  # it has only connected anew
        self._boots[device] = boot
        if len(self.starts) < WAITING:
            cause = about.get("reset")
            cause = cause if cause in CAUSES else UNKNOWN
            self.starts.append(Start(device, cause, self._clock()))
            self.news.set()

    def _hear_status(self, device: DeviceKey, status: Mapping[str, Any]) -> None:
        count = status.get("dropped")
        if not isinstance(count, int):
            return  # the broker's last will counts nothing
        before = self._dropped_in_all.get(device)
        self._dropped_in_all[device] = count
        # An object heard for the first time has dropped at some time; one installed anew counts
        # from nothing.
        if before is not None and (more := count - before if count >= before else count):
            self.dropped.add(device, more, self._clock())


def label(text: str) -> str:
    """Return what an object says of itself as a label: short, and in plain characters."""
    return _UNSPEAKABLE.sub("_", text)[:_LONGEST_LABEL]
