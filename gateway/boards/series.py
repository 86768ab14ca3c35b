"""Which series the journal holds, under the names that they have in InfluxDB.

A series is a channel of an object under its quantity and tags, as docs/influxdb.md says. A count
that is too small to be told is not in a town's store: there ``…_few`` says that one was. The exact
counts that InfluxDB keeps for the fabmanagers are asked for by no board, and are not listed here.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import NamedTuple, Protocol

from dashboards.query import Tag
from gateway.journal import Wanted
from gateway.registry import Device
from kit.catalogue import Build, builds, load_build
from kit.errors import FabnumError
from kit.names import DeviceKey
from kit.signals import FEW, SITE, signals, subject_of, taken_apart

UNKNOWN = "unknown"
"""Build and place of a device that the registry no longer knows, as in InfluxDB."""
KEPT_S = 30.0
"""So long a list of series is used again: a new channel appears on the next board."""


class Series(NamedTuple):
    """One series: what to ask the journal for, and its tags."""

    wanted: Wanted
    tags: Mapping[Tag, str]


class Channels(Protocol):
    """What is asked of the journal."""

    def channels(self, town: str, prefix: str = "") -> Mapping[DeviceKey, list[str]]:
        """Return the channels that each device of a town has told, or those named so."""


class Devices(Protocol):
    """What is asked of the registry."""

    def all(self, *, revoked: bool = False) -> list[Device]:
        """Return the devices."""

    def version(self) -> int:
        """Return a number that changes whenever the registry has changed."""


class Known(NamedTuple):
    """What the registry knows of an object: what stands in its tags, and what people call it."""

    build: str
    place: str
    name: str = ""
    place_name: str = ""


class _Kept(NamedTuple):
    """The series of one store by quantity, as they were at ``time``."""

    time: float
    version: int
    by_quantity: Mapping[str, list[Series]]


class SeriesIndex:
    """The series of each town, and of the site under ``_site``. Used from one thread at a time."""

    def __init__(
        self, journal: Channels, registry: Devices, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._journal = journal
        self._registry = registry
        self._clock = clock
        self._version: int | None = None
        self._known: dict[DeviceKey, Known] = {}
        self._kept: dict[str, _Kept] = {}

    def of(self, town: str, quantity: str) -> list[Series]:
        """Return the series of a quantity in the store of a town, or of ``_site``."""
        version = self._registry.version()
        kept = self._kept.get(town)
        if kept is None or kept.version != version or not 0 <= self._clock() - kept.time < KEPT_S:
            kept = self._kept[town] = _Kept(self._clock(), version, self._read(town))
        return kept.by_quantity.get(quantity, [])

    def objects(self) -> Mapping[DeviceKey, Known]:
        """Return what the registry knows of all objects, also of those out of service."""
        version = self._registry.version()
        if self._version != version:
            rows = self._registry.all(revoked=True)
            self._known = {
                row.key: Known(row.build, row.place, row.name, row.place_name) for row in rows
            }
            self._version = version
        return self._known

    def _read(self, town: str) -> dict[str, list[Series]]:
        by_quantity: dict[str, list[Series]] = {}
        found = self._site_series() if town == SITE else self._town_series(town)
        for quantity, series in found:
            by_quantity.setdefault(quantity, []).append(series)
        return by_quantity

    def _town_series(self, town: str) -> Iterator[tuple[str, Series]]:
        for key, names in self._journal.channels(town).items():
            known = self.objects().get(key, Known(UNKNOWN, UNKNOWN))
            build = _build(known.build)
            tags = _of_object(key, known)
            for name in names:
                channel = build.channel(name) if build else None
                quantity = channel.quantity if channel else name
                bound = channel.hidden_below if channel else _strictest(name)
                yield quantity, Series(Wanted(key, name, bound), tags)
                if bound:
                    yield f"{quantity}{FEW}", Series(Wanted(key, name, bound, few=True), tags)
        yield from self._told(town)

    def _told(self, town: str) -> Iterator[tuple[str, Series]]:
        """Yield what the gateway tells a town of its objects: the votes."""
        for site_key, names in self._journal.channels(SITE, f"{town}_").items():
            tags = self._of_subject(site_key)
            for name in names:
                quantity, what = taken_apart(name)
                bound = _bound_of_told(quantity)
                if bound is None or subject_of(site_key)[0] != "object":
                    continue
                own: dict[Tag, str] = {**tags, "what": what}
                del own["town"]
                yield quantity, Series(Wanted(site_key, name, bound), own)
                if bound:
                    yield f"{quantity}{FEW}", Series(Wanted(site_key, name, bound, few=True), own)

    def _site_series(self) -> Iterator[tuple[str, Series]]:
        for key, names in self._journal.channels(SITE).items():
            tags = self._of_subject(key)
            is_object = subject_of(key)[0] == "object"
            for name in names:
                quantity, what = taken_apart(name)
                if not (is_object and _bound_of_told(quantity) is not None):
                    yield quantity, Series(Wanted(key, name), {**tags, "what": what})

    def _of_subject(self, site_key: DeviceKey) -> dict[Tag, str]:
        subject, town, device = subject_of(site_key)
        if subject == "object":
            key = DeviceKey(town, device)
            known = self.objects().get(key, Known(UNKNOWN, UNKNOWN))
            return {"town": town, **_of_object(key, known)}
        return {"town": town} if subject == "town" else {}


def _of_object(key: DeviceKey, known: Known) -> dict[Tag, str]:
    return {"device": key.device, "build": known.build, "place": known.place}


def _build(name: str) -> Build | None:
    try:
        return load_build(name)
    except FabnumError:
        return None


@cache
def _strictest(channel_id: str) -> int:
    """Return the bound of a count whose build is not known: the highest that any build has."""
    every = [build.channel(channel_id) for name in builds() if (build := _build(name))]
    return max((channel.hidden_below for channel in every if channel), default=0)


@cache
def _bound_of_told(quantity: str) -> int | None:
    """Return the least that a town may be told of a signal; ``None`` if it is told nothing."""
    for signal in signals("told"):
        if quantity == signal.id:
            return signal.hidden_below
        if quantity == signal.id + FEW:
            return 0
    return None
