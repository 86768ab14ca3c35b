"""Frames and messages to test with."""

import time
from collections.abc import Mapping

from gateway.model import Frame
from gateway.registry import Device
from kit.names import DeviceKey

AIR = DeviceKey("gonesse", "air-1")
HEM = DeviceKey("hem", "air-1")
BOOT = "5f3a9c01"
NOON = 1_763_726_400.0  # 2025-11-21 12:00 UTC


def a_frame(
    seq: int,
    *,
    device: DeviceKey = AIR,
    boot: str = BOOT,
    at: float | None = None,
    values: Mapping[str, float] | None = None,
) -> Frame:
    moment = NOON + seq * 60 if at is None else at
    return Frame(device, boot, seq, moment, values or {"co2": 400.0 + seq, "temperature": 21.5})


def recent(seq: int) -> Frame:
    """Return a frame that no retention takes for old."""
    return a_frame(seq, at=time.time() - 3600 + seq)


def an_air(key: DeviceKey = AIR, **changes: str) -> Device:
    texts = {"build": "air", "place": "room", "place_name": "Salle 1", "name": "Air 1"} | changes
    return Device(town=key.town, device=key.device, **texts)
