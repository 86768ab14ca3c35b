"""The day before a demonstration: what the simulated objects would have told until now.

So that a curve is to be seen from the first minute. These readings come from the same model of what
is around a board as the twins' (`device/twin/board/surroundings.py`), without the boards.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from device.twin.host.around import surroundings
from gateway.model import Frame
from gateway.registry import Device

BOOT = "da7a0000"
"""The boot id of these frames: no board measured them."""
EVERY_S = 300
HOUR_S = 3600
DAY_S = 86_400
DECIMALS = 2

MEASURED: Mapping[str, Callable[[Any], float]] = {
    "co2": lambda around: around.co2,
    "temperature": lambda around: around.temperature,
    "humidity": lambda around: around.humidity,
    "pressure": lambda around: around.pressure,
    "light": lambda around: around.light,
    "moisture": lambda around: around.moisture,
    "level": lambda around: around.noise,
    "voltage": lambda around: around.voltage,
    "current": lambda around: around.current,
    "power": lambda around: around.voltage * around.current,
}
"""What each channel measures."""

COUNTED: Mapping[str, Callable[[Any], int]] = {
    "entries": lambda around: around.entered,
    "exits": lambda around: around.left,
    "motions": lambda around: around.entered + around.left,
    "option1": lambda around: around.votes[0],
    "option2": lambda around: around.votes[1],
    "option3": lambda around: around.votes[2],
    "option4": lambda around: around.votes[3],
    "option5": lambda around: around.votes[4],
}
"""What each channel counts, since its surroundings were first looked at."""


def school_morning() -> datetime:
    """Return a weekday at half past nine, in the middle of a lesson, near to today."""
    day = datetime.now().astimezone()
    while day.weekday() > 4:
        day -= timedelta(days=1)
    return day.replace(hour=9, minute=30, second=0, microsecond=0)


def frames_before(
    devices: Sequence[Device], settings: Sequence[Mapping[str, Any]], now: float
) -> Iterator[Frame]:
    """Yield the frames of the last day of each object: every five minutes, or every hour.

    ``settings``: what is around each, as its twin has it. ``now``: Unix seconds. The objects' own
    time ends at :func:`school_morning`, and the twins go on.
    """
    for device, around in zip(devices, settings, strict=True):
        yield from _day_of(device, around, now)


def _day_of(device: Device, settings: Mapping[str, Any], now: float) -> Iterator[Frame]:
    channels = [channel.id for channel in device.catalogue().channels]
    end = school_morning().replace(tzinfo=None) - datetime(1970, 1, 1)  # noqa: DTZ001 - local time
    start = end.total_seconds() - DAY_S
    passed = 0.0
    around = surroundings(settings, lambda: start + passed)
    told = dict.fromkeys(channels, 0)
    for number in range(DAY_S // EVERY_S):
        passed = float(number * EVERY_S)
        counts = {name: COUNTED[name](around) for name in channels if name in COUNTED}
        values: dict[str, float]
        time = now - DAY_S + passed
        if not counts:
            values = _measured(around, channels)
        elif number * EVERY_S % HOUR_S == 0:
            values = {name: count - told[name] for name, count in counts.items()}
            told = counts
            time = -(-time // HOUR_S) * HOUR_S  # an object tells its counts at full hours
        else:
            continue
        if values:
            yield Frame(device.key, BOOT, number, time, values)


def _measured(around: Any, channels: Sequence[str]) -> dict[str, float]:
    return {
        name: round(float(MEASURED[name](around)), DECIMALS)
        for name in channels
        if name in MEASURED
    }
