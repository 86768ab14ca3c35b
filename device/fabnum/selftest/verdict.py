"""The result of the self-test on the board itself, for whoever does not look at the screen.

Passed: all lights green. Failed: every second light red, so that it is told without colours too.
One LED of a single colour is lit if it passed, and blinks if it failed.
"""

import time

from fabnum import config
from micropython import const

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_GREEN = const((0, 80, 0))
_RED = const((80, 0, 0))
_DARK = const((0, 0, 0))
_BLINK_MS = const(200)
_BLINKS = const(5)


def show(passed: bool) -> str:
    """Show it for two seconds, and then until somebody else uses the light.

    Returns what it is shown on: ``pixels``, ``led`` or ``none``.
    """
    build = config.load_build()
    for part in build["parts"]:
        if part["driver"] == "pixels":
            _on_pixels(part, passed)
            return "pixels"
    settings = _settings()
    if settings.get("led") is None:
        return "none"
    if settings.get("led_kind") == "pixel":
        _on_pixels({"pins": {"data": settings["led"]}, "settings": {"count": 1}}, passed)
    else:
        _on_led(settings, passed)
    return "led"


def _on_pixels(part: "dict[str, Any]", passed: bool) -> None:
    from drivers import pixels

    strip = pixels.create(part)
    if passed:
        strip.show([_GREEN] * len(strip))
    else:
        strip.show([_DARK if i % 2 else _RED for i in range(len(strip))])
    time.sleep_ms(2 * _BLINKS * _BLINK_MS)


def _on_led(settings: "dict[str, Any]", passed: bool) -> None:
    from fabnum import led

    light = led.output(settings)
    if light is None:
        return
    for _ in range(_BLINKS):
        light(passed)
        time.sleep_ms(_BLINK_MS)
        light(True)
        time.sleep_ms(_BLINK_MS)


def _settings() -> "dict[str, Any]":
    try:
        settings: dict[str, Any] = config.load()["settings"]
    except config.ConfigError:
        return {}
    return settings
