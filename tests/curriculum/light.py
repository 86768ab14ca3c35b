"""What the light of a twin shows, in the words of a proof (``curriculum.model.Proof.shows``)."""

import re
import time

from device.twin.host import Twin

Colour = tuple[float, float, float]

_SHOWN = re.compile(
    r"pixels: (?:(?P<lit>\d+)/(?P<count>\d+) (?P<mean>#[0-9a-f]{6})[^\n|]*"
    r"(?:\| (?P<each>[^\n]*))?|dark)\n"
)
_GAMMA = 2.2  # device/fabnum/light.py: what LEDs are given for what the eye shall see
_LEVELS = {"good": ("#009e73", 1), "watch": ("#e69f00", 2), "act": ("#d55e00", 3)}
"""By state of a channel's bands: the colour, and how many thirds of the pixels are lit."""
_EFFECTS = ("wave", "breathe", "rainbow")
_ALIKE = 0.16
_A_TURN_S = 4.2
_SAMPLE_S = 0.3
_SETTLED_S = 1.5
"""A press reaches the program at once, and a light fades for half a second."""


def stays(twin: Twin, wanted: str) -> bool:
    """Whether it shows that, and still does once what was told before would have changed it."""
    if not shows(twin, wanted):
        return False
    time.sleep(_SETTLED_S)
    return shows(twin, wanted)


def shows(twin: Twin, wanted: str) -> bool:
    """Whether it shows ``on``, ``off``, ``#rrggbb``, ``good``, ``watch``, ``act`` or an effect."""
    if wanted in _EFFECTS:
        return _effect(twin) == wanted
    lit, count, colours = _look(twin)
    if wanted in ("on", "off"):
        return bool(lit) == (wanted == "on")
    if wanted in _LEVELS:
        colour, thirds = _LEVELS[wanted]
        return lit == thirds * count // 3 and _are_alike(colours[0], _seen(colour, leds=False))
    if not re.fullmatch(r"#[0-9a-f]{6}", wanted):
        raise AssertionError(f"no light is called so: {wanted}")
    return bool(lit) and all(_are_alike(colour, _seen(wanted, leds=False)) for colour in colours)


def _look(twin: Twin) -> tuple[int, int, list[Colour]]:
    """Return how many pixels are lit, of how many, and their colours as the eye sees them."""
    known = len(_SHOWN.findall(twin.console()))
    twin.control(say="pixels")
    twin.wait_for(lambda twin: len(_SHOWN.findall(twin.console())) > known)
    last = list(_SHOWN.finditer(twin.console()))[-1]
    if last["lit"] is None:
        return 0, 0, []
    each = (last["each"] or last["mean"]).split()
    return int(last["lit"]), int(last["count"]), [_seen(colour) for colour in each]


def _effect(twin: Twin) -> str:
    """Return which effect it shows, by its pixels within one turn; ``""`` for a steady light."""
    looks = []
    end = time.monotonic() + _A_TURN_S
    while time.monotonic() < end:
        looks.append(_look(twin)[2])
        time.sleep(_SAMPLE_S)
    if not all(looks):
        return ""
    hues = [_hue(colour) for look in looks for colour in look]
    if not all(_are_near(hues[0], hue) for hue in hues):
        return "rainbow"
    if any(len(look) > 1 for look in looks):
        return "wave"
    brightness = [max(look[0]) for look in looks]
    return "breathe" if max(brightness) > 1.5 * min(brightness) else ""


def _seen(colour: str, *, leds: bool = True) -> Colour:
    """Return a colour as the eye sees it, 0 to 1: that of LEDs, or one that was asked for."""
    red, green, blue = (value / 255 for value in bytes.fromhex(colour[1:]))
    power = 1 / _GAMMA if leds else 1
    return red**power, green**power, blue**power


def _hue(colour: Colour) -> Colour:
    """Return a colour at its full brightness: lamps are dimmed."""
    most = max(colour) or 1.0
    red, green, blue = (value / most for value in colour)
    return red, green, blue


def _are_alike(one: Colour, other: Colour) -> bool:
    return _are_near(_hue(one), _hue(other))


def _are_near(one: Colour, other: Colour) -> bool:
    return all(abs(a - b) <= _ALIKE for a, b in zip(one, other, strict=True))
