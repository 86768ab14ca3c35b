"""What is measured of one object, from what is known of it. Pure."""

import math
from collections.abc import Mapping
from typing import Any, NamedTuple

from gateway.decode import EARLIEST
from gateway.live import LiveObject, RememberedLeaf
from gateway.signals.heard import label
from kit.signals import channel, signal

STATUS_STANDS_S = 1200.0
"""A status comes at least every ten minutes: twice that long it is believed."""


class Known(NamedTuple):
    """What is known of an object besides its live state.

    ``dropped`` and ``refused`` within the last hour; ``missing`` since the journal began;
    ``unchanged_s``: see :mod:`gateway.signals.constancy`.
    """

    status: RememberedLeaf | None
    dropped: int
    missing: int
    refused: int
    unchanged_s: float | None


def of_object(thing: LiveObject, known: Known, now: float) -> dict[str, float]:
    """Return the signals of an object at ``now`` (Unix seconds) by channel.

    What is not known is left out: an object that has never sent has no age, one that is silent no
    Wi-Fi.
    """
    signals = _of_readings(thing, now) | _of_status(thing, known.status, now)
    signals["dropped"] = float(known.dropped)
    signals["missing"] = float(known.missing)
    signals["refused"] = float(known.refused)
    if known.unchanged_s is not None:
        signals["unchanged"] = float(round(known.unchanged_s))
    if thing.firmware:
        signals[channel("firmware", label(thing.firmware))] = 1.0
    return signals


def _of_readings(thing: LiveObject, now: float) -> dict[str, float]:
    newest = max(thing.readings.values(), key=lambda reading: reading.time, default=None)
    if newest is None:
        return {}
    age = max(0.0, now - newest.time)
    # Who sleeps is awaited when it wakes. Above 1, and rounded up, is where cards say “silent”.
    patience = max(1.0, thing.fresh_until(newest) - newest.time)
    return {"age": float(round(age)), "late": math.ceil(1000 * age / patience) / 1000}


def _of_status(thing: LiveObject, status: RememberedLeaf | None, now: float) -> dict[str, float]:
    if status is None:
        return {}
    said = status.payload
    # A status that the broker has kept comes again when the gateway starts.
    told = _number(said, "t")
    time = status.time if told is None or told < EARLIEST else min(told, status.time)
    stands = max(STATUS_STANDS_S, thing.patience_s())
    asleep = thing.sleeps_until(now) is not None
    if now - time > stands and not asleep:
        return {}
    signals = {
        name: value
        for name in ("wifi", "battery", "queue")
        if (value := _number(said, name)) is not None and _is_possible(name, value)
    }
    why = str(said.get("why", ""))
    signals["faulty"] = float(said.get("state") == "degraded" or why.startswith("sensor:"))
    uptime = _number(said, "uptime")
    if uptime is not None and _is_possible("uptime", uptime):
        signals["uptime"] = float(round(uptime + max(0.0, now - time)))
    return signals


def _number(said: Mapping[str, Any], name: str) -> float | None:
    value = said.get(name)
    return float(value) if isinstance(value, int | float) else None


def _is_possible(name: str, value: float) -> bool:
    low, high = signal("object", name).range
    return low <= value <= high
