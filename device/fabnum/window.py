"""The first two seconds after power-on: whoever wants the board itself, not its program, says so.

    Ctrl-C on the cable, or a short press   the program is not run, the prompt is there
    the button held for three seconds       the program runs, and setup mode opens

So a program that stops the board at once, or floods the cable, locks nobody out. Meanwhile the
status LED is lit; it blinks when the button has been held long enough.

Which button: GPIO number ``settings.button`` of ``config.json``, else the button of the build, else
the chip's own (BOOT). ``settings.window`` is how many seconds, 0 for none.
"""

import sys
import time

from fabnum import config
from fabnum.values import is_number
from micropython import const

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

NOTHING = const(0)
CABLE = const(1)
PRESS = const(2)
HOLD = const(3)

_SECONDS = const(2)
_HOLD_MS = const(3000)
_SAMPLE_MS = const(20)  # contacts bounce: a level counts once it is seen twice in a row
_BLINK_MS = const(200)
_BLINKS = const(3)
_BOOT_BUTTON = const(0)
_BOOT_BUTTON_C3 = const(9)


def wish() -> int:
    """Wait for somebody to want something; return NOTHING, CABLE, PRESS or HOLD."""
    settings = _settings()
    seconds = settings.get("window", _SECONDS)
    if not is_number(seconds) or seconds <= 0:
        return NOTHING
    light = _light(settings)
    light(True)
    print("%g s : Ctrl-C ou un appui sur le bouton, et le programme n’est pas lancé." % seconds)
    try:
        wanted = _watch(_button(settings), int(seconds * 1000))
    except KeyboardInterrupt:
        wanted = CABLE
    light(False)
    if wanted == HOLD:
        _blink(light)
    return wanted


def _watch(pressed: "Callable[[], bool]", window_ms: int) -> int:
    since = time.ticks_ms()
    held = last = False
    while True:
        time.sleep_ms(_SAMPLE_MS)
        down = pressed()
        bouncing = down != last
        last = down
        if bouncing:
            continue
        now = time.ticks_ms()
        if down and not held:
            held, since = True, now
        elif down and time.ticks_diff(now, since) >= _HOLD_MS:
            return HOLD
        elif held and not down:
            return PRESS
        elif not held and time.ticks_diff(now, since) >= window_ms:
            return NOTHING


def _blink(light: "Callable[[bool], object]") -> None:
    for _ in range(_BLINKS):
        time.sleep_ms(_BLINK_MS)
        light(True)
        time.sleep_ms(_BLINK_MS)
        light(False)


def _settings() -> "dict[str, Any]":
    try:
        settings: dict[str, Any] = config.load()["settings"]
    except config.ConfigError:
        return {}
    return settings


def _light(settings: "dict[str, Any]") -> "Callable[[bool], object]":
    if settings.get("led") is None:
        return _no_light
    from fabnum import led

    try:
        light = led.output(settings)
    except (ValueError, TypeError, OSError):
        light = None  # there is no such pin: the window must not depend on it
    return light or _no_light


def _no_light(_lit: bool) -> None:
    pass


def _button(settings: "dict[str, Any]") -> "Callable[[], bool]":
    from machine import Pin

    try:
        pin = Pin(_button_gpio(settings), Pin.IN, Pin.PULL_UP)
    except (ValueError, TypeError, OSError):
        return lambda: False
    return lambda: pin.value() == 0  # pressed, it pulls the pin to ground


def _button_gpio(settings: "dict[str, Any]") -> int:
    chosen = settings.get("button")
    if chosen is not None:
        return int(chosen)
    try:
        for part in config.load_build()["parts"]:
            if part["driver"] == "button":
                return int(part["pins"]["input"])
    except (config.ConfigError, KeyError, TypeError):
        pass
    # The words differ between versions: "ESP32C3 module with ESP32C3", "Generic … ESP32-C3".
    machine = getattr(sys.implementation, "_machine", "")
    return _BOOT_BUTTON_C3 if "C3" in machine else _BOOT_BUTTON
