"""Models of the parts: what a driver meets on its pins, without the pins.

One file a driver, of the same name. They keep to the data sheets' timing, CRCs and refusals, and
their faults can be switched on and off while the board runs (see :class:`parts.model.Model`).
"""

import binascii
import time

from .noise import Noise


def create_models(parts, room, ticks=time.ticks_ms, clock=None, seed=0):
    """Return the models of the parts of a ``build.json``, by part id.

    ``room`` has the attributes ``co2`` (ppm), ``temperature`` (°C) and ``humidity`` (%), true at
    the moment they are read. ``ticks`` is the board's clock in ms, ``clock`` the room's in seconds:
    how slowly a sensor follows goes by the latter. Another ``seed`` gives other specimens of the
    same parts. Each model says what it is on: ``bus`` and ``pins``, as in ``build.toml``.
    """
    if clock is None:
        clock = _since_now(ticks)
    models = {}
    for part in parts:
        module = __import__(__name__ + "." + part["driver"], None, None, ["create"])
        noise = Noise(binascii.crc32(part["id"].encode()) ^ seed)
        model = module.create(part, room, ticks, clock, noise)
        model.bus = part["bus"]
        model.pins = part["pins"]
        models[part["id"]] = model
    return models


def _since_now(ticks):
    """Return a clock in seconds that begins at 0 and does not wrap as ticks do."""
    last = ticks()
    elapsed_ms = 0

    def seconds():
        nonlocal last, elapsed_ms
        now = ticks()
        elapsed_ms += time.ticks_diff(now, last)
        last = now
        return elapsed_ms / 1000

    return seconds
