"""The day before a demonstration: what the simulated rooms would have told until now.

So that a curve is to be seen from the first minute. These readings come from the same model of a
room as the twins' (`device/twin/board/room.py`), without the boards.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from device.twin.board.room import Room
from gateway.model import Frame
from gateway.registry import Device

BOOT = "da7a0000"
"""The boot id of these frames: no board measured them."""
EVERY_S = 300
DAY_S = 86_400
DECIMALS = 2


def school_morning() -> datetime:
    """Return a weekday at half past nine, in the middle of a lesson, near to today."""
    day = datetime.now().astimezone()
    while day.weekday() > 4:
        day -= timedelta(days=1)
    return day.replace(hour=9, minute=30, second=0, microsecond=0)


def frames_before(devices: Sequence[Device], now: float) -> Iterator[Frame]:
    """Yield a frame of every five minutes of the last day, for each object that stands in a room.

    ``now``: Unix seconds. The rooms' own time ends at :func:`school_morning`, and the twins go on.
    """
    for seed, device in enumerate(devices):
        channels = [channel.id for channel in device.catalogue().channels]
        measured = [name for name in channels if name in ("co2", "temperature", "humidity")]
        if measured:
            yield from _day_of(device, measured, seed, now)


def _day_of(device: Device, channels: list[str], seed: int, now: float) -> Iterator[Frame]:
    end = school_morning().replace(tzinfo=None) - datetime(1970, 1, 1)  # noqa: DTZ001 - local time
    start = end.total_seconds() - DAY_S
    passed = 0.0
    room = Room({"seed": seed}, lambda: start + passed)  # type: ignore[no-untyped-call]
    for number in range(DAY_S // EVERY_S):
        passed = float(number * EVERY_S)
        values = {name: round(float(getattr(room, name)), DECIMALS) for name in channels}
        yield Frame(device.key, BOOT, number, now - DAY_S + passed, values)
