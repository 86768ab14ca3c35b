"""A push button between a pin and ground."""

import asyncio

from micropython import const

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from machine import Pin

# The contacts bounce for some milliseconds: a new level counts once it is seen twice in a row.
_SAMPLE_MS = const(20)


def create(part: "dict[str, Any]") -> "Button":
    """Return the driver of a part of build.json."""
    from machine import Pin  # only here: the rest needs no pins

    return Button(Pin(part["pins"]["input"], Pin.IN, Pin.PULL_UP))


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
    """Counts its presses, and lets a program wait for the next one."""

    channels = ("presses",)

    def __init__(self, pin: "Pin") -> None:
        self._pin = pin
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
        return {"presses": presses}

    async def pressed(self) -> None:
        """Return once for each press, waiting for it if need be."""
        while not self._unanswered:
            self._pressed.clear()
            await self._pressed.wait()
        self._unanswered -= 1

    async def _watch(self) -> None:
        contact = Debouncer()
        while True:
            # Pressed, it pulls the pin to ground.
            if contact.sample(self._pin.value() == 0):
                self._presses += 1
                self._unanswered += 1
                self._pressed.set()
            await asyncio.sleep_ms(_SAMPLE_MS)
