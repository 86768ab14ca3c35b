"""Frames as InfluxDB line protocol.

    co2,build=air,device=salle-2,place=ecole value=812.0 1763700000000000

The measurement is the quantity; the tags are build, device and place; the one field, ``value``, is
always a float, so that two readings can never disagree about its type. Time is in whole
microseconds: every decimal time of up to six places comes through as it was measured.

Source: "Line protocol reference", InfluxDB 1.x and 2.x documentation.
"""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple, Protocol

from gateway.model import Frame
from gateway.registry import Device
from kit.catalogue import load_build
from kit.errors import FabnumError
from kit.names import DeviceKey

MICROSECONDS = 1_000_000
UNKNOWN = "unknown"
"""Build and place of a device that the registry no longer knows: its readings still count."""

_UNSPEAKABLE = re.compile(r"[\x00-\x1f\x7f]|\\(?=[,= ]|\Z)|\A#")
"""What line protocol cannot write in a name: controls, a first #, a backslash at the end; and one
before a character that is escaped (InfluxDB 1.6 stores such a measurement but never finds it)."""
_MEASUREMENT_ESCAPES = str.maketrans({",": r"\,", " ": r"\ "})
_TAG_ESCAPES = str.maketrans({",": r"\,", " ": r"\ ", "=": r"\="})


class Point(NamedTuple):
    """One reading as a line, and where it came from."""

    line: str
    frame: Frame
    channel: str


class Devices(Protocol):
    """What is asked of the registry."""

    def find(self, key: DeviceKey) -> Device | None:
        """Return one device, revoked or not, or ``None``."""

    def version(self) -> int:
        """Return a number that changes whenever the registry has changed."""


def speakable(name: str) -> str:
    """Return ``name`` with an underscore for each character that line protocol cannot carry."""
    return _UNSPEAKABLE.sub("_", name)


def series(measurement: str, tags: Iterable[tuple[str, str]]) -> str:
    """Return the escaped start of a line: measurement and tags. An empty tag is left out."""
    written = "".join(
        f",{speakable(key).translate(_TAG_ESCAPES)}={speakable(value).translate(_TAG_ESCAPES)}"
        for key, value in tags
        if value
    )
    return speakable(measurement).translate(_MEASUREMENT_ESCAPES) + written


class LineBuilder:
    """Turns frames into points. Remembers the start of each series until the registry changes."""

    def __init__(self, devices: Devices) -> None:
        self._devices = devices
        self._version: int | None = None
        self._starts: dict[DeviceKey, dict[str, str]] = {}

    def points(self, frames: Iterable[Frame]) -> dict[str, list[Point]]:
        """Return the points of ``frames`` by town, in the order of the frames."""
        self._forget_if_changed()
        starts, towns = self._starts, dict[str, list[Point]]()
        for frame in frames:
            known = starts.setdefault(frame.device, {})
            points = towns.setdefault(frame.device.town, [])
            time = round(frame.time * MICROSECONDS)
            for channel, value in frame.values.items():
                start = known.get(channel) or self._start(frame.device, channel)
                points.append(Point(f"{start} value={float(value)!r} {time}", frame, channel))
        return towns

    def _forget_if_changed(self) -> None:
        version = self._devices.version()
        if version != self._version:
            self._version = version
            self._starts.clear()

    def _start(self, key: DeviceKey, channel: str) -> str:
        device = self._devices.find(key)
        build, place = (device.build, device.place) if device else (UNKNOWN, UNKNOWN)
        # Sorted by key: InfluxDB indexes such a line without sorting it again.
        tags = (("build", build), ("device", key.device), ("place", place))
        start = series(_quantity(build, channel), tags)
        self._starts[key][channel] = start
        return start


def join(points: Iterable[Point]) -> bytes:
    """Return the body of one write."""
    return "\n".join(_lines(points)).encode()


def _lines(points: Iterable[Point]) -> Iterator[str]:
    return (point.line for point in points)


def _quantity(build: str, channel_id: str) -> str:
    """Return what a channel measures; its own id if its build no longer has it."""
    try:
        channel = load_build(build).channel(channel_id)
    except FabnumError:
        channel = None
    return channel.quantity if channel else channel_id
