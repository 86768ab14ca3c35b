"""What flows through the gateway: readings on their way from the broker to the store."""

from collections.abc import Mapping
from typing import Any, NamedTuple, Protocol

from kit.names import DeviceKey


class Frame(NamedTuple):
    """One moment's readings of one device, decoded and valid.

    ``time`` is Unix seconds (1970) of the measurement; ``values`` by channel id, in the units of
    the catalogue. (device, boot, seq) is unique: it makes a repeated frame recognisable.
    """

    device: DeviceKey
    boot: str
    seq: int
    time: float
    values: Mapping[str, float]


class StoredFrame(NamedTuple):
    """A frame as the journal hands it to a sink; ``id`` rises in the order of arrival."""

    id: int
    frame: Frame


class Refusal(NamedTuple):
    """Something that was not stored as a reading, and why (a code such as ``out-of-range``)."""

    topic: str
    payload: bytes
    reason: str
    detail: str


class Listener(Protocol):
    """Who wants to know what came in, after it is safe in the journal. Calls must not block."""

    def on_frame(self, frame: Frame) -> None:
        """Hear of a stored frame (live or backlog)."""

    def on_leaf(self, device: DeviceKey, leaf: str, payload: Mapping[str, Any]) -> None:
        """Hear of ``about``, ``status``, ``event`` or ``ack`` of a known device."""
