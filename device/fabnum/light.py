"""What light looks like: colours, effects, levels. Pure arithmetic, no pins.

A *look* is a tuple (effect, what, percent): ``what`` is the colour, or the number of the level;
``percent`` the brightness. A *frame* is a list of one (red, green, blue) a pixel, 0 to 255, in
steps that look equal to the eye; :func:`for_leds` turns it into what LEDs must be given.

No look flashes: every effect takes at least four seconds a turn, and a :class:`Fader` lies between
any two looks. Photosensitive people are at risk above three flashes a second (WCAG 2.2, 2.3.1).

Lists are made in loops here: a comprehension is a function of its own in MicroPython, and takes
the memory of one for as long as the module is loaded.
"""

import math
import time

from micropython import const

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Colour = tuple[int, int, int]
    Frame = list[Colour]
    Look = tuple[str, Any, int]
    Ticks = Any  # an int, which the stubs hide

# Powers of two, so that nothing jumps when the ticks start again from 0, every 2**30 ms.
_BREATH_MS = const(4096)
_WAVE_MS = const(4096)
_RAINBOW_MS = const(16384)

# The light changes direction at most once in this time: at most one flash a second, however fast
# somebody presses the buttons.
FADE_MS = 500

# The three levels of something that should be low: fine, take care, act. Colour-blind people tell
# these three apart, and the higher the level, the more pixels are lit: a third, two thirds, all.
LEVEL_COLOURS = ((0x00, 0x9E, 0x73), (0xE6, 0x9F, 0x00), (0xD5, 0x5E, 0x00))

# To the eye half the power is not half the brightness. What is lit is never wholly dark.
_POWER = bytes([0] + [max(1, round(255 * (i / 255) ** 2.2)) for i in range(1, 256)])


def parse_colour(text: "Any") -> "Colour":
    """Return (red, green, blue) of ``#rrggbb``. Raises ValueError if it is none."""
    if (
        not isinstance(text, str)
        or len(text) != 7
        or text[0] != "#"
        or any(digit not in "0123456789abcdefABCDEF" for digit in text[1:])
    ):
        raise ValueError(f"{text} n’est pas une couleur : écrivez par exemple #ff8800.")
    number = int(text[1:], 16)
    return number >> 16, number >> 8 & 0xFF, number & 0xFF


def level_of(value: float, bounds: tuple[float, float]) -> int:
    """Return 0 below the first bound, 1 below the second, 2 from there on."""
    return sum(value >= bound for bound in bounds)


def paint(look: "Look", count: int, now_ms: int) -> "Frame":
    """Return the frame of a look for ``count`` pixels at that moment."""
    effect, what, percent = look
    frame: Frame = []
    for colour in _EFFECTS[effect](what, count, now_ms):
        frame.append(_dimmed(colour, percent))
    return frame


def moves(look: "Look") -> bool:
    """Tell whether the look changes by itself."""
    effect, _, percent = look
    return percent > 0 and effect in ("breathe", "rainbow", "wave")


def for_leds(frame: "Frame") -> "Frame":
    """Return the powers of the LEDs, 0 to 255, that make a frame look as it should."""
    powers: Frame = []
    for red, green, blue in frame:
        powers.append((_POWER[red], _POWER[green], _POWER[blue]))
    return powers


class Fader:
    """Leads gently from one look to the next.

    A look that is wanted while a fade is under way waits for its end.
    """

    def __init__(self, look: "Look") -> None:
        self._look = look
        self._before: "Look | None" = None
        self._began_at: "Ticks" = 0
        self._wanted = look

    def want(self, look: "Look") -> None:
        """Go to this look, from the next frame on."""
        self._wanted = look

    def resting(self) -> bool:
        """Tell whether the next frame will be the same as the last."""
        return self._before is None and self._wanted == self._look and not moves(self._look)

    def frame(self, count: int, now_ms: "Ticks") -> "Frame":
        """Return the frame of this moment; ``now_ms`` comes from ticks_ms()."""
        if self._before is not None and time.ticks_diff(now_ms, self._began_at) >= FADE_MS:
            self._before = None
        if self._before is None and self._wanted != self._look:
            self._before, self._look, self._began_at = self._look, self._wanted, now_ms
        after = paint(self._look, count, now_ms)
        if self._before is None:
            return after
        before = paint(self._before, count, now_ms)
        done_ms = time.ticks_diff(now_ms, self._began_at)
        for i in range(count):
            after[i] = _mixed(before[i], after[i], done_ms)
        return after


def _steady(colour: "Colour", count: int, _now_ms: int) -> "Frame":
    return [colour] * count


def _breathe(colour: "Colour", count: int, now_ms: int) -> "Frame":
    return [_dimmed(colour, _swing(now_ms % _BREATH_MS / _BREATH_MS))] * count


def _wave(colour: "Colour", count: int, now_ms: int) -> "Frame":
    turn = now_ms % _WAVE_MS / _WAVE_MS
    frame: Frame = []
    for i in range(count):
        frame.append(_dimmed(colour, _swing(turn - i / count)))
    return frame


def _rainbow(_colour: "Colour", count: int, now_ms: int) -> "Frame":
    turn = now_ms % _RAINBOW_MS / _RAINBOW_MS
    frame: Frame = []
    for i in range(count):
        frame.append(_hue(turn + i / count))
    return frame


def _level(number: int, count: int, _now_ms: int) -> "Frame":
    lit = max(1, (number + 1) * count // 3)
    return [LEVEL_COLOURS[number]] * lit + [(0, 0, 0)] * (count - lit)


_EFFECTS: "dict[str, Any]" = {
    "steady": _steady,
    "breathe": _breathe,
    "wave": _wave,
    "rainbow": _rainbow,
    "level": _level,
}

EFFECTS = ("steady", "breathe", "rainbow", "wave")
"""The effects that people may choose."""


def _swing(turn: float) -> int:
    """Return 20 to 100 %: once down and up in a turn, without corners."""
    return int(60 + 40 * math.cos(2 * math.pi * turn))


def _hue(turn: float) -> "Colour":
    """Return the colour at that point of the colour wheel: red at 0, green at 1/3, blue at 2/3."""
    step = int(turn * 1530) % 1530  # six sides of 255 steps
    side, rest = divmod(step, 255)
    return (
        (255, rest, 0),
        (255 - rest, 255, 0),
        (0, 255, rest),
        (0, 255 - rest, 255),
        (rest, 0, 255),
        (255, 0, 255 - rest),
    )[side]


def _dimmed(colour: "Colour", percent: int) -> "Colour":
    red, green, blue = colour
    return red * percent // 100, green * percent // 100, blue * percent // 100


def _mixed(before: "Colour", after: "Colour", done_ms: int) -> "Colour":
    left_ms = FADE_MS - done_ms
    return (
        (before[0] * left_ms + after[0] * done_ms) // FADE_MS,
        (before[1] * left_ms + after[1] * done_ms) // FADE_MS,
        (before[2] * left_ms + after[2] * done_ms) // FADE_MS,
    )
