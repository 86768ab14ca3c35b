"""The lamp: what it was told to show, and the hand that keeps showing it.

It needs no network. What it was told survives a restart: it is written to flash ten seconds after
the last change, as a new file that then takes the place of the old one, so that no flick of the
power can erase it.
"""

import asyncio
import json
import os
import time

from fabnum import config, light
from micropython import const

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from fabnum.light import Look, Ticks
    from fabnum.parts import Part

_FRAME_MS = const(40)
# At rest it looks this often whether it was told something.
_REST_MS = const(100)
# A strip that was unplugged has forgotten what it showed: it is told again after so many rests.
_REPEAT_RESTS = const(10)
_SAVE_AFTER_MS = const(10_000)
# A level that nobody confirms says nothing about the air any more.
_LEVEL_LASTS_MS = const(900_000)

FOLLOW_BOUNDS = {"co2": (800, 1500)}
"""From which value on a followed channel is to be watched, and from which to act on.

CO2: French order of 27 December 2022 (air in classrooms)."""

_FILE = const("lamp.json")
_FIRST_LIGHT = {"on": True, "colour": "#ffb469", "brightness": 50, "effect": "steady"}


class Lamp:
    """A lamp made of a strip of pixels.

    ``pixels``: the part, as ``station.part("pixels")`` gives it. ``follow_bounds``: two rising
    numbers for each channel that it can follow, besides those of FOLLOW_BOUNDS. All methods may be
    called at any time; :meth:`animate` makes their effect visible.
    """

    def __init__(self, pixels: "Part", follow_bounds: "Any" = None) -> None:
        self._part = pixels
        self._bounds: "dict[str, Any]" = dict(FOLLOW_BOUNDS)
        if isinstance(follow_bounds, dict):
            self._bounds.update(follow_bounds)
        self._told = _load()
        self._saved = dict(self._told)
        self._level: int | None = None
        self._level_at = time.ticks_ms()
        self._changed = False
        self._changed_at = time.ticks_ms()

    def read(self) -> dict[str, int]:
        """Return the readings of the lamp: its brightness in % (0 when it is off), on or off."""
        on = self._told["on"]
        return {"brightness": self._told["brightness"] if on else 0, "on": int(on)}

    def toggle(self) -> None:
        """Switch it on if it is off, off if it is on."""
        self._tell(on=not self._told["on"])

    def show_colour(self, colour: str) -> None:
        """Light up in a colour, ``#rrggbb``. Raises ValueError if it is none."""
        light.parse_colour(colour)
        self._level = None
        effect = self._told["effect"]
        # In a rainbow no single colour can be seen.
        self._tell(on=True, colour=colour, effect="steady" if effect == "rainbow" else effect)

    def show_brightness(self, percent: float) -> None:
        """Be that bright, 0 to 100; 0 switches off and keeps the brightness for the next time."""
        percent = min(100, max(0, round(percent)))
        if percent:
            self._tell(on=True, brightness=percent)
        else:
            self._tell(on=False)

    def show_effect(self, effect: str) -> None:
        """Light up with one of light.EFFECTS. Raises ValueError if there is no such effect."""
        if effect not in light.EFFECTS:
            raise ValueError("L’effet est un de ceux-ci : " + ", ".join(light.EFFECTS) + ".")
        self._level = None
        self._tell(on=True, effect=effect)

    def show_level(self, value: float, bounds: tuple[float, float]) -> None:
        """Show where a value stands: a third of the pixels in green, two in orange, all in red.

        It stays until the lamp is told something else, or for a quarter of an hour. A lamp that is
        off stays off.
        """
        self.show_band(light.level_of(value, bounds))

    def show_band(self, level: int) -> None:
        """Show a level for a quarter of an hour: 0 is fine, 1 to be watched, 2 to act on."""
        self._level = level
        self._level_at = time.ticks_ms()
        self._changed = True

    def follow(self, channel: str, value: float) -> None:
        """Show the level of another object's reading. Raises ValueError without bounds for it."""
        bounds = self._bounds.get(channel, ())
        if not _are_bounds(bounds):
            raise ValueError(
                f"La lampe ne sait pas juger « {channel} » : donnez ses deux seuils dans "
                "« settings », « follow_bounds » de config.json."
            )
        self.show_level(value, bounds)

    async def animate(self) -> None:
        """Show what the lamp was told, for ever. Other tasks run between two frames."""
        strip = self._part.driver
        # A lamp begins dark, and brightens up.
        fader = light.Fader(("steady", (0, 0, 0), 0))
        while True:
            now = time.ticks_ms()
            fader.want(self._look(now))
            strip.show(light.for_leds(fader.frame(len(strip), now)))
            self._save_if_settled(now)
            if fader.resting():
                await self._rest()
            else:
                await asyncio.sleep_ms(_FRAME_MS)

    def _look(self, now: "Ticks") -> "Look":
        told = self._told
        percent = told["brightness"] if told["on"] else 0
        if self._level is not None:
            if time.ticks_diff(now, self._level_at) < _LEVEL_LASTS_MS:
                return "level", self._level, percent
            self._level = None
        return told["effect"], light.parse_colour(told["colour"]), percent

    def _tell(self, **changes: "Any") -> None:
        self._told.update(changes)
        self._changed_at = time.ticks_ms()
        self._changed = True

    async def _rest(self) -> None:
        self._changed = False
        for _ in range(_REPEAT_RESTS):
            await asyncio.sleep_ms(_REST_MS)
            if self._changed:
                return

    def _save_if_settled(self, now: "Ticks") -> None:
        if self._told == self._saved or time.ticks_diff(now, self._changed_at) < _SAVE_AFTER_MS:
            return
        self._saved = dict(self._told)
        try:
            _save(self._told)
        except OSError as error:
            # The flash is full or worn out: the lamp goes on without a memory.
            print("La lampe n’a pas pu retenir son réglage :", error)


def _are_bounds(bounds: "Any") -> bool:
    return (
        isinstance(bounds, (list, tuple))
        and len(bounds) == 2
        and all(isinstance(bound, (int, float)) for bound in bounds)
        and bounds[0] < bounds[1]
    )


def _load() -> "dict[str, Any]":
    """Return what the lamp was told last; where that is unknown, its first light."""
    told = dict(_FIRST_LIGHT)
    try:
        with open(config.path(_FILE)) as file:
            saved = json.load(file)
    except (OSError, ValueError):
        return told
    if isinstance(saved, dict):
        for name in told:
            if _is_valid(name, saved.get(name)):
                told[name] = saved[name]
    return told


def _is_valid(name: str, value: "Any") -> bool:
    if name == "on":
        return isinstance(value, bool)
    if name == "brightness":
        return type(value) is int and 1 <= value <= 100
    if name == "effect":
        return value in light.EFFECTS
    try:
        light.parse_colour(value)
    except ValueError:
        return False
    return True


def _save(told: "dict[str, Any]") -> None:
    new = config.path(_FILE + ".new")
    with open(new, "w") as file:
        json.dump(told, file)
    os.rename(new, config.path(_FILE))
