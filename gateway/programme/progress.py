"""How far an order is: seen in the registry, the logbook and the journal, never written down."""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable
from enum import IntEnum
from typing import NamedTuple

from gateway.programme.order import Order
from gateway.registry import Device
from kit.names import DeviceKey

FRESH_S = 86_400.0
"""An object that said something within a day is at work: some sleep for hours."""


class Stage(IntEnum):
    """How far one object is, or an order: as far as its slowest object."""

    ORDERED = 0
    AWAITED = 1
    ENROLLED = 2
    TESTED = 3
    PUBLISHING = 4
    ACCEPTED = 5


class Known(NamedTuple):
    """What the site knows of its objects. ``heard``: Unix seconds of the newest reading, or 0."""

    devices: Iterable[Device]
    awaited: Iterable[Device]
    passed: set[DeviceKey]
    heard: Callable[[DeviceKey], float]


class Progress(NamedTuple):
    """How far an order is: its stage, its objects by stage, and whether it is late."""

    stage: Stage
    objects: dict[str, Stage]
    missing: int
    late: bool

    def count(self, stage: Stage) -> int:
        """Return how many objects are at least that far."""
        return sum(reached >= stage for reached in self.objects.values())


def progress(order: Order, known: Known, today: dt.date, now: float) -> Progress:
    """Return how far an order is. ``now`` is Unix seconds."""
    objects = {
        **{d.device: Stage.AWAITED for d in known.awaited if _is_for(order, d)},
        **{d.device: _stage(d, known, now) for d in known.devices if _is_for(order, d)},
    }
    best = sorted(objects.values(), reverse=True)[: order.count]
    missing = order.count - len(best)
    stage = min(best, default=Stage.ORDERED) if not missing else _of_some(best)
    if order.accepted:
        stage = Stage.ACCEPTED
    return Progress(stage, objects, missing, order.accepted is None and today > order.due)


def by_stage(all_progress: Iterable[Progress]) -> Counter[Stage]:
    """Return how many orders are at each stage."""
    return Counter(one.stage for one in all_progress)


def _of_some(best: list[Stage]) -> Stage:
    """Return the stage where some objects do not exist yet: it is begun at most."""
    return Stage.AWAITED if best else Stage.ORDERED


def _is_for(order: Order, device: Device) -> bool:
    if device.town != order.town or device.build != order.build:
        return False
    return device.device in order.objects if order.objects else device.place == order.place_slug


def _stage(device: Device, known: Known, now: float) -> Stage:
    if device.key not in known.passed:
        return Stage.ENROLLED
    fresh = now - known.heard(device.key) <= FRESH_S
    return Stage.PUBLISHING if fresh else Stage.TESTED
