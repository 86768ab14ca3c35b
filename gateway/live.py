"""The live state of every object: its last readings, how it is, and who wants to know.

Kept in memory, small enough for ten thousand objects. The journal remembers; this only answers
"what is it now?" at once, and tells the open pages which objects have changed.

An object is judged by the age of its last *data* against the period it declares. What the broker
says of its connection (the last will) only makes the verdict "lost" come sooner: it never makes an
object that sends nothing look alive. An object that has said that it sleeps is awaited when it
wakes (``gateway.sleep``): until it is late, its readings stay as they were.
"""

import asyncio
import math
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from enum import StrEnum
from typing import Any, NamedTuple, Protocol

import msgspec

from gateway.messages import STANDS_S, Said, message_of
from gateway.model import Frame
from gateway.registry import Device, Registry
from gateway.sleep import Nap, nap_of
from gateway.wording import Wording, worded
from kit.catalogue import Band, Build, Channel
from kit.errors import FabnumError
from kit.names import DeviceKey

MISSED_PERIODS = 3
"""So many readings may fail to come before an object counts as silent: one lost frame and one slow
reconnection are everyday events, three missing readings are not."""
GRACE_S = 15.0
"""Added to the missed periods: a board that measures every two seconds may still take this long to
join the Wi-Fi again."""
LONGEST_PERIOD_S = 86_400


class RememberedLeaf(Protocol):
    """The latest ``about`` or ``status`` of an object, and when it came (Unix seconds)."""

    @property
    def time(self) -> float:
        """When it came."""

    @property
    def payload(self) -> Mapping[str, Any]:
        """What it said."""


class Memory(Protocol):
    """What a restart is asked of: the journal."""

    def latest(self, device: DeviceKey, /) -> Frame | None:
        """Return the newest frame of an object."""

    def leaf(self, device: DeviceKey, leaf: str, /) -> RememberedLeaf | None:
        """Return the latest ``about`` or ``status`` of an object."""


class Condition(StrEnum):
    """How an object is, as its card shows it. The first three are what its readings mean."""

    GOOD = "good"
    WATCH = "watch"
    ACT = "act"
    SILENT = "silent"
    LOST = "lost"
    STARTING = "starting"


SPEAKING = (Condition.GOOD, Condition.WATCH, Condition.ACT)
"""The conditions of an object that gives news; in rising urgency."""


class Reading(NamedTuple):
    """The last value of one channel, in the catalogue's unit, and when it was measured."""

    time: float
    value: float


class Verdict(NamedTuple):
    """How an object is judged, and the band that makes it so.

    Good for one ``revision`` of the object, from ``since`` to ``until`` (Unix seconds).
    """

    revision: int
    since: float
    until: float
    condition: Condition
    band: Band | None


class LiveObject:
    """One object as it is now. Only :class:`Live` writes to it.

    ``build`` is ``None`` if the catalogue no longer has it. ``state``, ``why`` and ``firmware`` are
    what the object last said of itself, empty until it has; ``heard`` is when anything last came
    from it (Unix seconds, 0 for never). ``nap`` is its sleep, late or not, ``None`` if it is awake.
    ``listens``: whether its program hears texts; ``said``: its last message, see :meth:`message`.
    ``wording``: the question it asks, ``None`` for none; ``build`` then names its options.
    ``revision`` rises with every change of any object;
    ``late`` counts the readings that came after newer ones.
    """

    __slots__ = (
        "_verdict",
        "build",
        "device",
        "firmware",
        "heard",
        "late",
        "listens",
        "nap",
        "period_s",
        "readings",
        "revision",
        "said",
        "state",
        "why",
        "wording",
    )

    def __init__(self, device: Device) -> None:
        self.device = device
        self.build = _build_of(device)
        self.readings: dict[str, Reading] = {}
        self.period_s: float = self.build.period_s if self.build else 60
        self.state = ""
        self.why = ""
        self.firmware = ""
        self.heard = 0.0
        self.late = 0
        self.nap: Nap | None = None
        self.wording: Wording | None = None
        self.listens = False
        self.said: Said | None = None
        self.revision = 0
        self._verdict: Verdict | None = None

    @property
    def key(self) -> DeviceKey:
        """Its name on the wire."""
        return self.device.key

    def word(self, wording: Wording | None) -> None:
        """Call its options as the question that it asks calls them, and forget the others."""
        self.wording = wording
        self.build = _build_of(self.device)
        if self.build is not None and wording is not None:
            self.build = worded(self.build, wording)

    @property
    def last_data(self) -> float | None:
        """When the newest reading was measured (Unix seconds), or ``None`` if there is none."""
        return max((reading.time for reading in self.readings.values()), default=None)

    def patience_s(self) -> float:
        """Return for how long it may say nothing before it counts as silent, in seconds."""
        return MISSED_PERIODS * self.period_s + GRACE_S

    def sleeps_until(self, now: float) -> float | None:
        """Return when it wakes (Unix seconds); ``None`` if it is awake, or late."""
        nap = self.nap
        return nap.wakes if nap is not None and now <= nap.late_after else None

    def message(self, now: float) -> Said | None:
        """Return what it said to people within the last hour, or ``None``."""
        said = self.said
        return said if said is not None and now - said.time < STANDS_S else None

    def is_fresh(self, reading: Reading, now: float) -> bool:
        """Whether a reading still tells how things are."""
        return now <= self.fresh_until(reading)

    def fresh_until(self, reading: Reading) -> float:
        """Return until when a reading tells how things are (Unix seconds)."""
        end = reading.time + self.patience_s()
        nap = self.nap
        if nap is not None and nap.since <= end:  # what was stale when it fell asleep stays so
            return max(end, nap.late_after)
        return end

    def condition(self, now: float) -> Condition:
        """Judge how it is at ``now`` (Unix seconds)."""
        return self.verdict(now).condition

    def worst_band(self, now: float) -> Band | None:
        """Return the band that gives the object its condition; the first of equals."""
        return self.verdict(now).band

    def verdict(self, now: float) -> Verdict:
        """Judge how it is; kept until a change or until a reading grows stale.

        The sentence above a wall asks it of every object of a town.
        """
        kept = self._verdict
        if kept is None or kept.revision != self.revision or not kept.since <= now <= kept.until:
            kept = self._verdict = self._judge(now)
        return kept

    def _judge(self, now: float) -> Verdict:
        ends = [end for r in self.readings.values() if now <= (end := self.fresh_until(r))]
        bands = [band for _channel, band in self.bands(now)]
        worst = max(bands, key=lambda band: SPEAKING.index(Condition(band.state)), default=None)
        if self.state == "lost":
            condition = Condition.LOST
        elif not self.readings:
            condition = Condition.STARTING
        elif not ends:
            condition = Condition.SILENT
        else:
            condition = Condition(worst.state) if worst else Condition.GOOD
        return Verdict(self.revision, now, min(ends, default=math.inf), condition, worst)

    def bands(self, now: float) -> Iterator[tuple[Channel, Band]]:
        """Yield what each fresh reading means, for the channels whose values mean something."""
        for channel in self.build.channels if self.build else ():
            reading = self.readings.get(channel.id)
            if reading is not None and self.is_fresh(reading, now):
                band = channel.band(reading.value)
                if band is not None:
                    yield channel, band


class Subscription:
    """One open page's ear: the keys that changed since it last asked.

    Changes are a set, not a queue: however slow the reader, it holds each object once.
    """

    def __init__(self) -> None:
        self._changed: set[DeviceKey] = set()
        self._event = asyncio.Event()

    def notify(self, key: DeviceKey) -> None:
        """Note that an object has changed."""
        self._changed.add(key)
        self._event.set()

    def wake(self) -> None:
        """Let the reader go on without a change."""
        self._event.set()

    async def changed(self, timeout_s: float) -> set[DeviceKey]:
        """Wait for changes and take them; an empty set after ``timeout_s`` or :meth:`wake`."""
        try:
            async with asyncio.timeout(timeout_s):
                await self._event.wait()
        except TimeoutError:
            return set()
        self._event.clear()
        taken, self._changed = self._changed, set()
        return taken


class Live:
    """All objects of the site as they are now. A :class:`gateway.model.Listener`.

    Used from the event loop only. A restarted gateway knows at once what the journal remembers.
    """

    def __init__(
        self, registry: Registry, memory: Memory, clock: Callable[[], float] = time.time
    ) -> None:
        self._registry = registry
        self._memory = memory
        self._clock = clock
        self._objects: dict[DeviceKey, LiveObject] = {}
        self._watchers: dict[DeviceKey, set[Subscription]] = {}
        self._registry_version = -1
        # Microseconds, so that revisions keep rising over restarts: no gateway hears a message
        # each microsecond.
        self.revision = time.time_ns() // 1000
        self.closed = False
        self.refresh()

    def now(self) -> float:
        """Return the time that conditions are judged at, Unix seconds."""
        return self._clock()

    def refresh(self) -> None:
        """Take over what has changed in the registry: objects added, renamed or revoked."""
        version = self._registry.version()
        if version == self._registry_version:
            return
        known, self._objects = self._objects, {}
        wordings = self._registry.wordings()
        for row in self._registry.all():
            # The pages need no password hashes, and ten thousand objects would hold megabytes.
            device = msgspec.structs.replace(row, bcrypt_hash="", pbkdf2_hash="")
            thing = known.get(device.key)
            if thing is None:
                thing = self._remembered(device)
            elif thing.device != device:
                thing.device, thing.build = device, _build_of(device)
                thing.wording = None
                self._touch(thing)
            if thing.wording != wordings.get(device.key):
                thing.word(wordings.get(device.key))
                self._touch(thing)
            self._objects[device.key] = thing
        self._registry_version = version

    def objects(self, town: str | None = None) -> list[LiveObject]:
        """Return the objects, of one town or of all, in the registry's order."""
        return [o for o in self._objects.values() if town is None or o.device.town == town]

    def find(self, key: DeviceKey) -> LiveObject | None:
        """Return one object, or ``None``."""
        return self._objects.get(key)

    def is_lost(self, key: DeviceKey) -> bool:
        """Whether the broker has said that an object is away."""
        thing = self._objects.get(key)
        return thing is not None and thing.state == "lost"

    def on_frame(self, frame: Frame) -> None:
        """Take over a stored frame's readings where they are newer than what is known."""
        thing = self._known(frame.device)
        if thing is None:
            return
        thing.heard = self._clock()
        newer = False
        for channel, value in frame.values.items():
            known = thing.readings.get(channel)
            if known is None or frame.time >= known.time:
                thing.readings[channel] = Reading(frame.time, value)
                newer = True
            else:
                thing.late += 1
        if newer and thing.state == "lost":
            # It speaks, so it is there: its own "ready" may still be on its way.
            thing.state, thing.why = "", ""
        self._touch(thing)

    def on_leaf(self, device: DeviceKey, leaf: str, payload: Mapping[str, Any]) -> None:
        """Take over what an object says of itself in ``about`` and ``status``, and its messages."""
        thing = self._known(device)
        if thing is None or leaf not in ("about", "status", "event"):
            return
        now = self._clock()
        if leaf == "event":
            said = message_of(payload, now)
            if said is not None:
                thing.said = said
                self._touch(thing)
            return
        if payload.get("state") == "lost" and thing.sleeps_until(now) is not None:
            return  # its good-bye did not reach the broker, and it sleeps all the same
        _take_over(thing, leaf, payload, now)
        if thing.state != "lost":
            thing.heard = now
        self._touch(thing)

    @contextmanager
    def subscribe(self, keys: Collection[DeviceKey]) -> Iterator[Subscription]:
        """Hear of changes of these objects for as long as the context lasts."""
        subscription = Subscription()
        for key in keys:
            self._watchers.setdefault(key, set()).add(subscription)
        try:
            yield subscription
        finally:
            for key in keys:
                watchers = self._watchers[key]
                watchers.discard(subscription)
                if not watchers:
                    del self._watchers[key]

    def look_again(self, keys: Collection[DeviceKey]) -> None:
        """Let the pages that show these objects look at what else stands on them."""
        for subscription in set().union(*(self._watchers.get(key, ()) for key in keys)):
            subscription.wake()

    def close(self) -> None:
        """End all open streams. Call it before the web server is told to stop."""
        self.closed = True
        for subscription in set().union(*self._watchers.values()):
            subscription.wake()

    def _known(self, key: DeviceKey) -> LiveObject | None:
        if key not in self._objects:
            self.refresh()
        return self._objects.get(key)

    def _remembered(self, device: Device) -> LiveObject:
        thing = LiveObject(device)
        frame = self._memory.latest(device.key)
        if frame is not None:
            thing.readings = {c: Reading(frame.time, v) for c, v in frame.values.items()}
            thing.heard = frame.time
        for name in ("about", "status"):
            leaf = self._memory.leaf(device.key, name)
            if leaf is not None:
                _take_over(thing, name, leaf.payload, leaf.time)
                thing.heard = max(thing.heard, leaf.time)
        self._touch(thing)
        return thing

    def _touch(self, thing: LiveObject) -> None:
        self.revision += 1
        thing.revision = self.revision
        for subscription in self._watchers.get(thing.key, ()):
            subscription.notify(thing.key)


def _take_over(thing: LiveObject, leaf: str, payload: Mapping[str, Any], heard: float) -> None:
    period = payload.get("period")
    if isinstance(period, int | float) and 0 < period <= LONGEST_PERIOD_S:
        thing.period_s = period
    if leaf == "status":
        thing.state = _text(payload.get("state"))
        thing.why = _text(payload.get("why"))
        thing.nap = nap_of(payload, heard, thing.period_s)
    else:
        thing.firmware = _text(payload.get("firmware"))
        thing.listens = payload.get("message") is True


def _build_of(device: Device) -> Build | None:
    try:
        return device.catalogue()
    except FabnumError:
        return None


def _text(value: object) -> str:
    return value[:64] if isinstance(value, str) else ""
