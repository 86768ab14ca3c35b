"""What goes wrong in a simulated past, so that boards and alerts have something to show."""

from collections.abc import Sequence

from gateway.registry import Device
from kit.cli.past.model import DAY_S, HOUR_S, Incident, Kind

_EACH: tuple[tuple[Kind, float, float], ...] = (
    ("silent", 2.2 * DAY_S, 5 * HOUR_S),
    ("watchdog", 3.4 * DAY_S, HOUR_S),
    ("weak-wifi", 1.6 * DAY_S, 0.9 * DAY_S),
)
"""What happens to an object, how long before the end it begins, how long it lasts."""


def incidents_of(devices: Sequence[Device], now: float) -> tuple[Incident, ...]:
    """Return the incidents of the week before ``now``: each object meets one at most."""
    measuring = [device for device in devices if device.catalogue().period_s < HOUR_S]
    met = [
        Incident(kind, device.key, now - before, now - before + lasts)
        for (kind, before, lasts), device in zip(_EACH, measuring, strict=False)
    ]
    away = now - 4.3 * DAY_S
    return (*met, Incident("influx-away", None, away, away + HOUR_S))
