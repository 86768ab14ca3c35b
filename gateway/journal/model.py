"""What the journal answers with."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import msgspec

from kit.errors import FabnumError
from kit.names import DeviceKey


@dataclass(frozen=True, slots=True)
class Hour:
    """One hour of one channel, rolled up. ``start`` is Unix seconds, a whole hour."""

    start: float
    count: int
    minimum: float
    mean: float
    maximum: float


class Wanted(NamedTuple):
    """A channel of a device whose values are asked for, one of many in a question.

    Of a count that may be too small to be told, ``bound`` is the least that may (0: every value
    may). Then only zeros and values from ``bound`` on are answered; with ``few`` a 1 for each of
    the others.
    """

    device: DeviceKey
    channel: str
    bound: int = 0
    few: bool = False


class Step(msgspec.Struct, frozen=True, gc=False):
    """What one wanted channel told in one step; ``which``: the place among the wanted.

    ``start``: where the step begins (Unix seconds); ``total`` is the sum of its ``readings``. A
    board holds tens of thousands: the garbage collector need not look at each.
    """

    which: int
    start: float
    readings: int
    minimum: float
    total: float
    maximum: float

    def plus(self, other: "Step") -> "Step":
        """Return what both told in the same step."""
        return Step(
            self.which,
            self.start,
            self.readings + other.readings,
            min(self.minimum, other.minimum),
            self.total + other.total,
            max(self.maximum, other.maximum),
        )


class Latest(NamedTuple):
    """The last value of one wanted channel, in one step; ``which``: the place among the wanted.

    ``step``: where the step begins; ``time``: that of the reading (Unix seconds).
    """

    which: int
    step: float
    time: float
    value: float


class Leaf(NamedTuple):
    """The latest ``about`` or ``status`` of a device; ``time`` is when it came (Unix seconds)."""

    device: DeviceKey
    leaf: str
    time: float
    payload: Mapping[str, Any]


class QuarantinedMessage(NamedTuple):
    """One refusal in the quarantine. ``payload`` may be cut short; ``time`` is Unix seconds."""

    time: float
    topic: str
    payload: bytes
    reason: str
    detail: str


class Counts(NamedTuple):
    """How the journal stands.

    ``frames`` are in it now, with ids up to ``last_id``; ``duplicates`` were recognised since the
    start of the service. ``missing``: by object, how many frames of the boots it knows never came.
    ``dropped``: by object, how many its own queue had to drop, as its last ``status`` says.
    ``refused``: by reason, since the journal began. ``unread_dropped``: frames that the size cap
    took before every sink had read them. ``size_bytes``: room in use on disk.
    """

    frames: int
    last_id: int
    duplicates: int
    missing: Mapping[DeviceKey, int]
    dropped: Mapping[DeviceKey, int]
    refused: Mapping[str, int]
    unread_dropped: int
    size_bytes: int


class Room(NamedTuple):
    """How much is in the journal: rows of readings and signals, and bytes on disk."""

    frames: int
    size_bytes: int


class Trouble(NamedTuple):
    """Why the journal cannot write just now, since when (Unix seconds). Nothing is lost: it waits.

    The broker keeps what has not been acknowledged.
    """

    error: FabnumError
    since: float


class Activity(NamedTuple):
    """How many objects spoke in a span of time, and how many frames came of them."""

    objects: int
    frames: int
