"""Tests of the parts that are soldered or plugged to the board."""

import asyncio
import time

from drivers.errors import SensorError
from fabnum import config
from fabnum.parts import Part
from fabnum.selftest import tell
from micropython import const

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_LOOK_MS = const(500)
_CONTACT_SAMPLES = const(10)
_CONTACT_MS = const(20)
_LEVEL = const(120)  # bright enough for a workshop, and twelve of them stay below 200 mA
_COLOUR_MS = const(
    1000
)  # never more than two changes a second: some people are at risk above three
_COLOUR_ROUNDS = const(20)


class Parts:
    """The parts of the build, each opened once; a reading serves all tests that it can."""

    def __init__(self) -> None:
        self._build = config.load_build()
        self._parts: dict[str, Part] = {}
        self._readings: dict[str, dict[str, float]] = {}

    async def check(self, test: "dict[str, Any]") -> None:
        """Do one test and tell what was found."""
        try:
            await getattr(self, "_" + test["kind"])(test["id"], self._part(test["part"]), test)
        except SensorError as error:
            tell(test["id"], ok=False, why=error.code)

    def _part(self, part_id: str) -> Part:
        if part_id not in self._parts:
            self._parts[part_id] = Part(self._build, part_id)
        return self._parts[part_id]

    async def _found(self, name: str, part: Part, _test: "dict[str, Any]") -> None:
        """See whether the part, or one that stands in for it, answers."""
        try:
            await part.start()
        except SensorError as error:
            tell(name, ok=False, why=error.code, seen=self._addresses(part.id))
            return
        if part.error:  # it answers, and is not what it should be
            tell(name, ok=False, why=part.error.code)
            return
        tell(name, ok=True, seen=self._addresses(part.id))

    def _addresses(self, part_id: str) -> list[int]:
        """Return which addresses answer on the bus of that part; none if it is on no I2C bus."""
        for description in self._build["parts"]:
            if description["id"] == part_id and description["bus"] == "i2c":
                from drivers import bus

                return list(bus.i2c(description["pins"]).scan())
        return []

    async def _plausible(self, name: str, part: Part, test: "dict[str, Any]") -> None:
        """Compare one reading with what a normal room may have."""
        if part.id not in self._readings:
            self._readings[part.id] = await part.read()
        value = _value_of(part, self._readings[part.id], test["channel"])
        low, high = test["range"]
        if low <= value <= high:
            tell(name, ok=True, value=value)
        else:
            tell(name, ok=False, why="implausible", value=value)

    async def _rises(self, name: str, part: Part, test: "dict[str, Any]", sign: int = 1) -> None:
        """Watch a value that a person makes rise, from its lowest on."""
        channel, by = test["channel"], test["by"]
        rest = _value_of(part, await part.read(), channel)
        end = time.ticks_add(time.ticks_ms(), test["seconds"] * 1000)
        tell(name, go=True, now=rest, rest=rest)
        farthest = 0.0
        while time.ticks_diff(end, time.ticks_ms()) > 0:
            await asyncio.sleep_ms(_LOOK_MS)
            value = _value_of(part, await part.read(), channel)
            if sign * (value - rest) < 0:
                rest = value
            farthest = max(farthest, sign * (value - rest))
            tell(name, now=value, rest=rest)
            if farthest >= by:
                tell(name, ok=True, value=farthest)
                return
        tell(name, ok=False, why="unmoved", value=farthest)

    async def _falls(self, name: str, part: Part, test: "dict[str, Any]") -> None:
        """Watch a value that a person makes fall, from its highest on."""
        await self._rises(name, part, test, -1)

    async def _press(self, name: str, part: Part, test: "dict[str, Any]") -> None:
        """Wait for a press of a button that is not pressed already."""
        if await self._is_held(part.id):
            tell(name, ok=False, why="held")
            return
        await part.start()
        tell(name, go=True)
        try:
            await asyncio.wait_for(part.pressed(), test["seconds"])
        except asyncio.TimeoutError:
            tell(name, ok=False, why="not-pressed")
        else:
            tell(name, ok=True)

    async def _is_held(self, part_id: str) -> bool:
        """Whether the contact is closed all the time: a short circuit, or a wrong leg."""
        from machine import Pin

        pins = next(part["pins"] for part in self._build["parts"] if part["id"] == part_id)
        pin = Pin(pins["input"], Pin.IN, Pin.PULL_UP)
        for _ in range(_CONTACT_SAMPLES):
            await asyncio.sleep_ms(_CONTACT_MS)
            if pin.value():
                return False
        return True

    async def _colours(self, name: str, part: Part, _test: "dict[str, Any]") -> None:
        """Light up red, green and blue in turn, until the bench has its answer."""
        await part.start()
        tell(name, go=True)
        strip = part.driver
        for turn in range(3 * _COLOUR_ROUNDS):
            colour = [0, 0, 0]
            colour[turn % 3] = _LEVEL
            strip.show([tuple(colour)] * len(strip))
            await asyncio.sleep_ms(_COLOUR_MS)
        strip.show([(0, 0, 0)] * len(strip))


def _value_of(part: Part, reading: "dict[str, float]", channel: str) -> float:
    """Return one value of a reading. Raises the part's complaint if that is what it lacks."""
    if channel not in reading:
        raise part.error or SensorError(part.id)
    return reading[channel]
