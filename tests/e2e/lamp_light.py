"""What a twin's lamp shows, as the model of its strip of LEDs says."""

import re

from device.twin.host import Twin

_SHOWN = re.compile(r"pixels: (?:(?P<lit>\d+)/12 #(?P<rgb>[0-9a-f]{6})|dark)")


def is_mostly(lamp: Twin, part: int) -> bool:
    """Whether red (0), green (1) or blue (2) outshines the other two."""
    _lit, rgb = shown(lamp)
    return rgb[part] > 2 * sum(rgb[:part] + rgb[part + 1 :])


def shown(lamp: Twin) -> tuple[int, tuple[int, int, int]]:
    """Return how many pixels are lit and the mean of their colour, as they are now."""
    known = len(_SHOWN.findall(lamp.console()))
    lamp.control(say="pixels")
    lamp.wait_for(lambda lamp: len(_SHOWN.findall(lamp.console())) > known)
    last = list(_SHOWN.finditer(lamp.console()))[-1]
    red, green, blue = bytes.fromhex(last["rgb"] or "000000")
    return int(last["lit"] or 0), (red, green, blue)
