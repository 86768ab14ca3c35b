"""What a simulated past is: whose, how long, what went wrong, and by which clock its rooms go."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Literal, NamedTuple

from gateway.registry import Device
from kit.names import DeviceKey

HOUR_S = 3600
DAY_S = 86_400
EVERY_S = 300
"""Between two looks at what is around an object, and between two frames of the last day."""
EARLIER_EVERY_S = 900
"""Between two frames of the days before: fewer, so that a week is made within a second or two."""

Kind = Literal["silent", "watchdog", "weak-wifi", "influx-away"]
"""``silent``: an object without power. ``watchdog``: its program hung and was started again.
``weak-wifi``: something stands between it and the access point. ``influx-away``: InfluxDB does not
answer."""


class Incident(NamedTuple):
    """What went wrong: with which object (``None``: the gateway), from when until when (Unix s)."""

    kind: Kind
    device: DeviceKey | None
    start: float
    end: float


class Past(NamedTuple):
    """The ``days`` before ``now`` (Unix seconds) of these objects.

    ``settings``: what is around each, as its twin has it. ``earlier_every_s``: seconds between two
    frames before the last day.
    """

    devices: Sequence[Device]
    settings: Sequence[Mapping[str, Any]]
    now: float
    days: int = 1
    incidents: Sequence[Incident] = ()
    earlier_every_s: int = EARLIER_EVERY_S
    on_battery: frozenset[DeviceKey] = frozenset()

    @property
    def span_s(self) -> int:
        """How long it is."""
        return self.days * DAY_S

    @property
    def start(self) -> float:
        """When it begins (Unix seconds)."""
        return self.now - self.span_s

    def is_told(self, passed: int) -> bool:
        """Whether there is a frame so many seconds after the start, a multiple of EVERY_S."""
        return passed >= self.span_s - DAY_S or passed % self.earlier_every_s == 0

    def meets(self, kind: Kind, key: DeviceKey | None) -> Incident | None:
        """Return the incident of a kind that an object (or the gateway) meets, or ``None``."""
        return next((i for i in self.incidents if (i.kind, i.device) == (kind, key)), None)

    def during(self, kind: Kind, key: DeviceKey | None, time: float) -> bool:
        """Whether such an incident goes on at that time."""
        met = self.meets(kind, key)
        return met is not None and met.start <= time < met.end

    def away(self, key: DeviceKey, time: float) -> Incident | None:
        """Return for which reason an object tells nothing at that time, or ``None``."""
        met = (self.meets("silent", key), self.meets("watchdog", key))
        return next((i for i in met if i is not None and i.start <= time < i.end), None)


def school_morning() -> datetime:
    """Return a weekday at half past nine, in the middle of a lesson, near to today.

    The rooms' own time ends here, and the twins go on.
    """
    day = datetime.now().astimezone()
    while day.weekday() > 4:
        day -= timedelta(days=1)
    return day.replace(hour=9, minute=30, second=0, microsecond=0)


def local_start(past: Past) -> float:
    """Return the rooms' own time at the start, in seconds since 1970 by the clock on the wall."""
    end = school_morning().replace(tzinfo=None) - datetime(1970, 1, 1)  # noqa: DTZ001 - local time
    return end.total_seconds() - past.span_s
