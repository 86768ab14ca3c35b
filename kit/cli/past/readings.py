"""Readings of a simulated past: what the objects would have told until now.

They come from the same model of what is around a board as the twins'
(`device/twin/board/surroundings.py`), without the boards.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from random import Random
from typing import Any

from device.twin.host.around import surroundings
from gateway.model import Frame
from gateway.registry import Device
from kit.cli.past.model import DAY_S, EVERY_S, HOUR_S, Past, local_start

BOOT = "da7a0000"
"""The boot id of these frames: no board measured them."""
BOOT_AFTER_RESET = "da7a0001"
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


def readings(past: Past) -> Iterator[Frame]:
    """Yield the frames of each object: some in an hour, or one at each full hour for counts."""
    for device, settings in zip(past.devices, past.settings, strict=True):
        channels = [channel.id for channel in device.catalogue().channels]
        count = any(name in COUNTED for name in channels)
        told = _counted(past, settings, channels) if count else _measured(past, settings, channels)
        yield from _frames(past, device, told)


def _frames(
    past: Past, device: Device, told: Iterator[tuple[float, dict[str, float]]]
) -> Iterator[Frame]:
    """Yield what was told, numbered: nothing while the object is away, anew after a start."""
    reset = past.meets("watchdog", device.key)
    boot, number = BOOT, 0
    for time, values in told:
        if past.away(device.key, time):
            continue
        if reset and time >= reset.end and boot == BOOT:
            boot, number = BOOT_AFTER_RESET, 0
        yield Frame(device.key, boot, number, time, values)
        number += 1


def _measured(
    past: Past, settings: Mapping[str, Any], channels: Sequence[str]
) -> Iterator[tuple[float, dict[str, float]]]:
    """Yield when what was measured."""
    start, passed = local_start(past), 0
    around = surroundings(settings, lambda: start + passed)
    lamp = _Lamp(settings)
    for passed in range(0, past.span_s, EVERY_S):
        if not past.is_told(passed):
            continue
        values = {
            name: round(float(MEASURED[name](around)), DECIMALS)
            for name in channels
            if name in MEASURED
        }
        if "on" in channels:
            values |= lamp.at(start + passed)
        yield past.start + passed, values


def _counted(
    past: Past, settings: Mapping[str, Any], channels: Sequence[str]
) -> Iterator[tuple[float, dict[str, float]]]:
    """Yield what was counted within each hour, at its end. Who passes is looked at more often."""
    start, passed = local_start(past), 0
    around = surroundings(settings, lambda: start + passed)
    before = dict.fromkeys(channels, 0)
    for passed in range(0, past.span_s, EVERY_S):
        counts = {name: COUNTED[name](around) for name in channels if name in COUNTED}
        if passed % HOUR_S == 0:
            # An object tells its counts at full hours.
            time = -(-(past.start + passed) // HOUR_S) * HOUR_S
            yield time, {name: float(count - before[name]) for name, count in counts.items()}
            before = counts


class _Lamp:
    """A lamp that somebody switches on in the morning and off in the evening of a weekday."""

    def __init__(self, settings: Mapping[str, Any]) -> None:
        self._seed = settings.get("seed", 1)
        self._was_on = False

    def at(self, local: float) -> dict[str, float]:
        """Return its channels at a time of the clock on the wall; asked in the order of time."""
        day = int(local // DAY_S)
        habit = Random(self._seed * 100_003 + day)  # noqa: S311 - a habit, no secret
        begins, ends = habit.uniform(7.5, 9.0), habit.uniform(16.5, 18.5)
        brightness = habit.choice((30, 60, 100))
        weekday = (day + 3) % 7 < 5  # 1 January 1970 was a Thursday
        on = weekday and begins <= local % DAY_S / HOUR_S < ends
        pressed = on != self._was_on
        self._was_on = on
        return {"on": float(on), "brightness": float(brightness * on), "presses": float(pressed)}
