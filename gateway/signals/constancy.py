"""For how long a channel that should vary has told the very same number.

A sensor that hangs tells its last number for ever. What is counted, switched or set may well stay
as it is, and so may what lies at the bottom of its range: no light at night, no current at rest.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, Protocol

from gateway.live import LiveObject, Reading
from gateway.model import Frame
from kit.catalogue import Build
from kit.names import DeviceKey

SENSED = ("i2c", "dht", "adc", "i2s")
"""Buses of parts that measure; ``gpio`` counts or switches, ``ws2812`` shows."""
RECENT_S = 7200.0
BACK_S = 7 * 86_400.0
"""So far back a restarted gateway looks."""
HOUR_S = 3600.0


class Run(NamedTuple):
    """A number, and since when it has been told (Unix seconds)."""

    value: float
    since: float


class Hour(Protocol):
    """One hourly roll-up of the journal."""

    @property
    def start(self) -> float:
        """Its full hour, Unix seconds."""

    @property
    def minimum(self) -> float:
        """The lowest reading."""

    @property
    def maximum(self) -> float:
        """The highest reading."""


class Past(Protocol):
    """What is asked of the journal. Called beside the event loop."""

    def series(
        self, key: DeviceKey, channel: str, start: float, end: float, /
    ) -> Sequence[tuple[float, float]]:
        """Return (Unix seconds, value) in the order of time."""

    def hourly(self, key: DeviceKey, channel: str, start: float, end: float, /) -> Sequence[Hour]:
        """Return the hourly roll-ups in the order of time."""


class Constancy:
    """A :class:`gateway.model.Listener` that knows since when each number has been told."""

    def __init__(self) -> None:
        self._runs: dict[DeviceKey, dict[str, Run]] = {}

    def on_frame(self, frame: Frame) -> None:
        """Begin a new run for each channel whose number has changed."""
        runs = self._runs.get(frame.device)
        if runs is None:
            runs = self._runs[frame.device] = {}
        for channel, value in frame.values.items():
            run = runs.get(channel)
            if run is None or (run.value != value and frame.time >= run.since):
                runs[channel] = Run(value, frame.time)

    def on_leaf(self, device: DeviceKey, leaf: str, payload: Mapping[str, Any]) -> None:
        """Do nothing: what an object says of itself is not measured."""

    def remember(self, key: DeviceKey, channel: str, past: Run) -> None:
        """Take over what the journal knows of the time before the service started."""
        runs = self._runs.setdefault(key, {})
        run = runs.get(channel)
        if run is None or (run.value == past.value and past.since < run.since):
            runs[channel] = past

    def longest_s(self, thing: LiveObject) -> float | None:
        """Return how long its most constant channel has not changed; ``None`` if none should.

        Up to its last reading: an object that is silent does not hang because of it.
        """
        runs = self._runs.get(thing.key)
        if runs is None or thing.build is None:
            return None
        found = [
            reading.time - run.since
            for channel, lowest in varying(thing.build).items()
            if (run := runs.get(channel))
            and (reading := thing.readings.get(channel))
            and lowest < run.value == reading.value
        ]
        return max(0.0, *found) if found else None


def varying(build: Build) -> Mapping[str, float]:
    """Return the channels of a build that should vary, each with the bottom of its range."""
    known = _varying.get(build.id)
    if known is None:
        known = _varying[build.id] = {
            channel.id: channel.range[0]
            for channel in build.channels
            if channel.unit
            and not channel.hidden_below
            and (part := build.part_of(channel.id)) is not None
            and part.bus in SENSED
        }
    return known


_varying: dict[str, Mapping[str, float]] = {}


def run_before(past: Past, key: DeviceKey, channel: str, last: Reading) -> Run:
    """Return the run that the last reading of a channel belongs to. Reads from the disk.

    The hourly roll-ups say in which hour it began, the readings of that hour when.
    """
    begins = last.time - RECENT_S
    recent = past.series(key, channel, begins, last.time + 1e-6)
    since = _since(recent, last.value)
    if since is None or any(value != last.value for _time, value in recent):
        return Run(last.value, last.time if since is None else since)
    oldest = newest = None
    for hour in reversed(past.hourly(key, channel, last.time - BACK_S, begins)):
        oldest = hour.start
        if not hour.minimum == hour.maximum == last.value:
            break
        newest = hour.start
    if oldest is not None:
        end = (oldest if newest is None else newest) + HOUR_S
        found = _since(past.series(key, channel, oldest, end), last.value)
        since = since if found is None else min(since, found)
    return Run(last.value, since)


def _since(readings: Sequence[tuple[float, float]], value: float) -> float | None:
    """Return when the run of ``value`` at the end of the readings begins, if there is one."""
    since = None
    for time, told in reversed(readings):
        if told != value:
            break
        since = time
    return since
