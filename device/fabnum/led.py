"""The status LED: how the board is, counted in blinks, for people without a console.

    one short flash every 4 s   all is well
    even, slow on and off       starting
    1 blink, pause              no known Wi-Fi network in sight
    2 blinks                    wrong Wi-Fi password, or the access point refuses
    3 blinks                    Wi-Fi, but no address
    4 blinks                    no broker there
    5 blinks                    the broker's certificate, or the clock, is wrong
    6 blinks                    the broker refuses user or password
    7 blinks                    a sensor is missing, or the program has an error
    8 blinks                    safe mode
    lit, a short gap every 2 s  setup mode: the board's own network is open
    on, off, on, off for 10 s   identify
    lit for two seconds         the window at power-on (fabnum.window)
    three quick blinks then     setup mode opens

Which LED: ``settings.led`` of ``config.json`` is its GPIO number, ``settings.led_kind`` one of
``pin`` (lit when high), ``pin-low`` (lit when low) or ``pixel`` (one WS2812). Without it, none.
It never blinks faster than 2.5 times a second: above three a second some people are at risk.
"""

import asyncio

from micropython import const

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

READY = const(0)
STARTING = const(-1)
SETUP = const(-2)
FAULT = const(7)
SAFE_MODE = const(8)

CODES = {
    "no-network": 1,
    "lost": 1,
    "wrong-password": 2,
    "refused": 2,
    "no-address": 3,
    "no-broker": 4,
    "connection": 4,
    "protocol": 4,
    "memory": 4,
    "tls": 5,
    "credentials": 6,
    "setup": SETUP,
}
"""Blinks by the reason that Wi-Fi, setup mode and MQTT give."""

_BLINK_MS = const(200)
_PAUSE_MS = const(1400)
_HEARTBEAT_MS = const((60, 3940))
_SLOW_MS = const(800)
_SETUP_MS = const((1700, 300))
_IDENTIFY_MS = const(10_000)
_PIXEL_LIT = const((24, 24, 24))


class Led:
    """The LED of the configuration's ``settings``; nothing to see if they name none."""

    def __init__(self, settings: "dict[str, Any]") -> None:
        self._light = output(settings)
        self._code = STARTING
        self._identify = False
        self._news = asyncio.Event()

    def show(self, code: int) -> None:
        """Show a code from now on: READY, STARTING, SETUP or a number of blinks."""
        if code != self._code:
            self._code = code
            self._news.set()

    def tell(self, up: bool, reason: str, fault: bool, safe_mode: bool) -> None:
        """Show the code for how the board is; ``reason``: why there is no connection."""
        if safe_mode:
            self.show(SAFE_MODE)
        elif reason:
            self.show(CODES.get(reason, STARTING))
        elif not up:
            self.show(STARTING)
        else:
            self.show(FAULT if fault else READY)

    def identify(self) -> None:
        """Blink for ten seconds, then go on as before."""
        self._identify = True
        self._news.set()

    async def run(self) -> None:
        """Blink for ever."""
        light = self._light
        if light is None:
            return
        while True:
            self._news.clear()
            if self._identify:
                self._identify = False
                await self._blink(light, (_BLINK_MS, _BLINK_MS) * (_IDENTIFY_MS // (2 * _BLINK_MS)))
            else:
                await self._blink(light, pattern(self._code))

    async def _blink(self, light: "Callable[[bool], object]", pattern: tuple[int, ...]) -> None:
        lit = True
        for milliseconds in pattern:
            light(lit)
            lit = not lit
            if await self._interrupted(milliseconds):
                # A change must not make it blink faster than it should.
                light(False)
                await asyncio.sleep_ms(2 * _BLINK_MS)
                return
        light(False)

    async def _interrupted(self, milliseconds: int) -> bool:
        try:
            await asyncio.wait_for_ms(self._news.wait(), milliseconds)
        except asyncio.TimeoutError:
            return False
        return True


def pattern(code: int) -> tuple[int, ...]:
    """Return milliseconds on, off, on, off … of one round of a code."""
    if code == READY:
        return _HEARTBEAT_MS
    if code == STARTING:
        return (_SLOW_MS, _SLOW_MS)
    if code == SETUP:
        return _SETUP_MS
    return (_BLINK_MS, _BLINK_MS) * (code - 1) + (_BLINK_MS, _PAUSE_MS)


def output(settings: "dict[str, Any]") -> "Callable[[bool], object] | None":
    """Return what lights the LED of these settings or puts it out; ``None`` if they name none."""
    number = settings.get("led")
    if number is None:
        return None
    from machine import Pin

    pin = Pin(number, Pin.OUT)
    kind = settings.get("led_kind", "pin")
    if kind == "pixel":
        from neopixel import NeoPixel

        pixel = NeoPixel(pin, 1)

        def set_pixel(lit: bool) -> None:
            pixel[0] = _PIXEL_LIT if lit else (0, 0, 0)
            pixel.write()

        return set_pixel
    low = kind == "pin-low"
    return lambda lit: pin.value(lit != low)
