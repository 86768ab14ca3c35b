"""Frames as InfluxDB line protocol.

    co2,build=air,device=salle-2,place=ecole value=812.0 1763700000000000

The measurement is the quantity; the tags are build, device and place; the one field, ``value``, is
always a float, so that two readings can never disagree about its type. Time is in whole
microseconds: every decimal time of up to six places comes through as it was measured.

Signals go to the database of the site itself, which fabmanagers alone can read, with the tags
``town`` and ``what`` besides; only what a vote box may tell goes to its town. A count of few people
does not: see :class:`_Series`.

Source: "Line protocol reference", InfluxDB 1.x and 2.x documentation.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import NamedTuple, Protocol

from gateway.model import Frame
from gateway.registry import Device
from kit.catalogue import Channel, builds, load_build
from kit.errors import FabnumError
from kit.names import DeviceKey
from kit.signals import FEW, SITE, signals, subject_of, taken_apart

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


class _Series(NamedTuple):
    """Where the values of one channel go: the database's town, and how their lines begin.

    A count of people from 1 to below ``bound`` is not told in the town's database: there it is a
    line of ``few``. ``exact`` is every reading's line in the site's own database. ``bound`` is 0
    for what is not such a count.
    """

    town: str
    start: str
    bound: int = 0
    few: str = ""
    exact: str = ""


class LineBuilder:
    """Turns frames into points. Remembers the start of each series until the registry changes."""

    def __init__(self, devices: Devices) -> None:
        self._devices = devices
        self._version: int | None = None
        self._known: dict[DeviceKey, dict[str, _Series]] = {}

    def points(self, frames: Iterable[Frame]) -> dict[str, list[Point]]:
        """Return the points of ``frames`` by town, in the order of the frames.

        Those of ``_site`` are for the site's own database, which no town can read.
        """
        self._forget_if_changed()
        towns = dict[str, list[Point]]()
        for frame in frames:
            known = self._known.setdefault(frame.device, {})
            time = round(frame.time * MICROSECONDS)
            for channel, value in frame.values.items():
                series = known.get(channel) or self._series(frame.device, channel)
                start = series.start
                if series.exact:
                    exact = Point(_line(series.exact, value, time), frame, channel)
                    towns.setdefault(SITE, []).append(exact)
                if 0 < value < series.bound:
                    start, value = series.few, 1.0  # noqa: PLW2901 - nothing else may be told
                point = Point(_line(start, value, time), frame, channel)
                towns.setdefault(series.town, []).append(point)
        return towns

    def _forget_if_changed(self) -> None:
        version = self._devices.version()
        if version != self._version:
            self._version = version
            self._known.clear()

    def _series(self, key: DeviceKey, channel: str) -> _Series:
        made = self._of_signal(key, channel) if key.town == SITE else self._of_reading(key, channel)
        self._known[key][channel] = made
        return made

    def _of_reading(self, key: DeviceKey, channel_id: str) -> _Series:
        tags = self._tags(key)
        channel = _channel(tags["build"], channel_id)
        quantity = channel.quantity if channel else channel_id
        bound = channel.hidden_below if channel else _least_told(channel_id)
        exact = _start(quantity, {**tags, "town": key.town}) if bound else ""
        return _Series(key.town, _start(quantity, tags), bound, _start(quantity + FEW, tags), exact)

    def _of_signal(self, key: DeviceKey, channel_id: str) -> _Series:
        subject, town, device = subject_of(key)
        name, what = taken_apart(channel_id)
        tags = self._tags(DeviceKey(town, device)) if subject == "object" else {}
        tags["what"] = what
        told = _told(name) if subject == "object" else None
        if told is not None:
            bound = told.hidden_below if told.id == name else 0
            return _Series(town, _start(name, tags), bound, _start(name + FEW, tags))
        return _Series(SITE, _start(name, {**tags, "town": town}))

    def _tags(self, key: DeviceKey) -> dict[str, str]:
        device = self._devices.find(key)
        build, place = (device.build, device.place) if device else (UNKNOWN, UNKNOWN)
        return {"build": build, "device": key.device, "place": place}


def join(points: Iterable[Point]) -> bytes:
    """Return the body of one write."""
    return "\n".join(_lines(points)).encode()


def _lines(points: Iterable[Point]) -> Iterator[str]:
    return (point.line for point in points)


def _line(start: str, value: float, time: int) -> str:
    return f"{start} value={float(value)!r} {time}"


def _start(measurement: str, tags: Mapping[str, str]) -> str:
    # Sorted by key: InfluxDB indexes such a line without sorting it again.
    return series(measurement, sorted(tags.items()))


def _channel(build: str, channel_id: str) -> Channel | None:
    try:
        return load_build(build).channel(channel_id)
    except FabnumError:
        return None


@cache
def _least_told(channel_id: str) -> int:
    """Return the least count that may be told of a channel whose build nobody knows any more."""
    found = (_channel(build, channel_id) for build in builds())
    return max((channel.hidden_below for channel in found if channel), default=0)


def _told(name: str) -> Channel | None:
    """Return the signal of an object that its town may see, or ``None``."""
    return next((s for s in signals("told") if name in (s.id, s.id + FEW)), None)
