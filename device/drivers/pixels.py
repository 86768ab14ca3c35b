"""WS2812: a strip of coloured LEDs, on one wire.

Worldsemi, WS2812B data sheet: three bytes a pixel, green first (MicroPython's ``neopixel`` sees to
the order and the timing).
"""

from micropython import const

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from neopixel import NeoPixel

    Colour = tuple[int, int, int]

_CHANNEL_MA = const(20)  # one of the three LEDs of a pixel, at full power
_IDLE_MA = const(1)  # the chip of a pixel, even when it is dark

_DEFAULT_LIMIT_MA = const(850)  # a 1 A supply also has the board to feed


def create(part: "dict[str, Any]") -> "Pixels":
    """Return the driver of a part of build.json.

    Its settings: ``count``, how many pixels; ``current_limit_ma``, what they may draw in all.
    """
    from machine import Pin  # only here: the rest needs no pins
    from neopixel import NeoPixel

    settings = part["settings"]
    strip = NeoPixel(Pin(part["pins"]["data"], Pin.OUT), settings["count"])
    return Pixels(strip, settings.get("current_limit_ma", _DEFAULT_LIMIT_MA))


def current_ma(colours: "list[Colour]") -> float:
    """Return what the strip draws at most when it shows these colours, in mA."""
    light = sum(sum(colour) for colour in colours)
    return len(colours) * _IDLE_MA + light * _CHANNEL_MA / 255


def limited(colours: "list[Colour]", limit_ma: int) -> "list[Colour]":
    """Return the colours, all darkened by the same share if they would draw more than the limit."""
    light = sum(sum(colour) for colour in colours)
    allowed = max(0, (limit_ma - len(colours) * _IDLE_MA) * 255 // _CHANNEL_MA)
    if light <= allowed:
        return colours
    # Rounded down, so that the sum stays below.
    return [
        (red * allowed // light, green * allowed // light, blue * allowed // light)
        for red, green, blue in colours
    ]


class Pixels:
    """A strip. ``limit_ma`` is never exceeded, whatever it is told to show."""

    channels: tuple[str, ...] = ()

    def __init__(self, strip: "NeoPixel", limit_ma: int) -> None:
        self._strip = strip
        self._limit_ma = limit_ma

    def __len__(self) -> int:
        return len(self._strip)

    def show(self, colours: "list[Colour]") -> None:
        """Show one colour a pixel: tuples of red, green and blue, 0 to 255."""
        for i, colour in enumerate(limited(colours, self._limit_ma)):
            self._strip[i] = colour
        self._strip.write()

    async def start(self) -> None:
        """Begin dark: the strip keeps what it showed while the board restarts."""
        self.show([(0, 0, 0)] * len(self))

    async def read(self) -> dict[str, float]:
        """Return nothing: a strip measures nothing. The lamp knows how bright it is."""
        return {}
