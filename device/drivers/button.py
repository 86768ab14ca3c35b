"""A push button between a pin and ground."""

import asyncio
import time

from micropython import const

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from machine import Pin

# The contacts bounce for some milliseconds: a new level counts once it is seen twice in a row.
_SAMPLE_MS = const(20)


def create(part: "dict[str, Any]") -> "Button":
    """Return the driver of a part of build.json.

    Its setting ``lock_out_ms`` (0 if absent) is for how long after a press no other one counts: one
    hand that hammers on a vote box is not many votes.
    """
    from machine import Pin  # only here: the rest needs no pins

    pin = Pin(part["pins"]["input"], Pin.IN, Pin.PULL_UP)
    return Button(pin, part["channels"][0], part["settings"].get("lock_out_ms", 0))


class Debouncer:
    """Tells a press from the chatter of the contacts."""

    def __init__(self) -> None:
        self.down = False
        self._last = False

    def sample(self, down: bool) -> bool:
        """Take the contact as it is now; return True if it has just been pressed."""
        settled = down == self._last
        self._last = down
        if not settled or down == self.down:
            return False
        self.down = down
        return down


class Button:
    """Counts its presses, and lets a program wait for the next one.

    ``channel``: what the count is called. ``lock_out_ms``: see :func:`create`.
    """

    def __init__(self, pin: "Pin", channel: str = "presses", lock_out_ms: int = 0) -> None:
        self.channels = (channel,)
        self._pin = pin
        self._lock_out_ms = lock_out_ms
        self._presses = 0
        self._unanswered = 0
        self._pressed = asyncio.Event()
        self._task: "asyncio.Task[None] | None" = None

    async def start(self) -> None:
        """Begin to watch the pin."""
        if self._task is None:
            self._task = asyncio.create_task(self._watch())

    async def read(self) -> dict[str, int]:
        """Return the presses since the last call."""
        presses, self._presses = self._presses, 0
        return {self.channels[0]: presses}

    async def pressed(self) -> None:
        """Return once for each press, waiting for it if need be."""
        while not self._unanswered:
            self._pressed.clear()
            await self._pressed.wait()
        self._unanswered -= 1

    async def _watch(self) -> None:
        contact = Debouncer()
        locked_ms = 0
        last = time.ticks_ms()
        while True:
            now = time.ticks_ms()
            locked_ms = max(0, locked_ms - time.ticks_diff(now, last))
            last = now
            # Pressed, it pulls the pin to ground.
            if contact.sample(self._pin.value() == 0) and not locked_ms:
                locked_ms = self._lock_out_ms
                self._presses += 1
                self._unanswered += 1
                self._pressed.set()
            await asyncio.sleep_ms(_SAMPLE_MS)
