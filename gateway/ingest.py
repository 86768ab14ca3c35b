"""From the broker to the journal: look up, decode, commit, acknowledge, tell those who listen.

A message is acknowledged once everything in it is safe: its frames in the journal, what was refused
in quarantine. Whatever a message holds, the next one is not kept waiting.
"""

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import NamedTuple

from gateway import decode
from gateway.decode import Source
from gateway.journal import Journal, Leaf, Written
from gateway.model import Frame, Listener, Refusal
from gateway.mqtt import Delivery, Message
from gateway.registry import Device, Registry
from kit.errors import FabnumError
from kit.names import DeviceKey, parse_topic

logger = logging.getLogger(__name__)

REGISTRY_EVERY_S = 1.0
KEPT_LEAVES = ("about", "status")
INTERNAL = "internal"
"""The reason of what failed in a way that nobody foresaw: the log has the traceback."""

DELAY_BOUNDS_S = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


@dataclass(slots=True)
class IngestCounters:
    """What has come in since the service started. Plain numbers, read by whoever shows them.

    ``commit_seconds``: how many messages took so long from the gateway's hand to the disk, by the
    upper ends ``DELAY_BOUNDS_S``, the last count without an end.
    """

    messages: int = 0
    bytes: int = 0
    frames: int = 0
    readings: int = 0
    duplicates: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    commit_seconds: list[int] = field(default_factory=lambda: [0] * (len(DELAY_BOUNDS_S) + 1))
    commit_seconds_total: float = 0.0
    last_message: float = 0.0
    """Unix seconds; 0 before the first."""


class _Route(NamedTuple):
    """What is known of one topic."""

    source: Source
    leaf: str


@dataclass(slots=True)
class _Intake:
    """What one delivery, or one message of it, becomes."""

    frames: list[Frame] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    kept: list[Leaf] = field(default_factory=list)
    heard: list[Leaf] = field(default_factory=list)


class Ingest:
    """Takes deliveries on the event loop; the journal's thread does the rest of the work.

    ``take`` is what a :class:`gateway.mqtt.BrokerLink` calls. :meth:`run` watches the registry, so
    that a device added or revoked by another process is known within a second.
    """

    def __init__(
        self, registry: Registry, journal: Journal, listeners: Sequence[Listener] = ()
    ) -> None:
        self._registry = registry
        self._journal = journal
        self._listeners = list(listeners)
        self._refusal_listeners: list[Callable[[Refusal], None]] = []
        self.counters = IngestCounters()
        self._routes: dict[str, _Route] = {}
        self._ranges: dict[DeviceKey, decode.Ranges] = {}
        self._registry_version = -1
        self._read_registry()

    def add_listener(self, listener: Listener) -> None:
        """Have a listener hear of everything from now on."""
        self._listeners.append(listener)

    def add_refusal_listener(self, listener: Callable[[Refusal], None]) -> None:
        """Have ``listener`` hear of what is refused from now on, once it is in quarantine."""
        self._refusal_listeners.append(listener)

    async def run(self) -> None:
        """Watch the registry, until cancelled."""
        while True:
            await asyncio.sleep(REGISTRY_EVERY_S)
            self._read_registry()

    def take(self, delivery: Delivery) -> None:
        """Decode a delivery and hand it to the journal; acknowledge it after the commit."""
        began = time.monotonic()
        intake = _Intake()
        for message in delivery.messages:
            self._take_in(message, intake)
        self._count(delivery.messages, intake)
        self._commit(intake, lambda done: self._after_commit(delivery, intake, began, done))

    # --- a message -------------------------------------------------------------------------------

    def _take_in(self, message: Message, into: _Intake) -> None:
        """Add what a message holds. Never raises."""
        try:
            route = self._routes.get(message.topic) or self._find_route(message.topic)
            if isinstance(route, str):
                refusal = Refusal(message.topic, message.payload, route, "")
                into.refusals.append(refusal)
            elif route.leaf == "telemetry":
                decoded = decode.decode_telemetry(route.source, message.payload, time.time())
                into.frames.extend(decoded.frames)
                into.refusals.extend(decoded.refusals)
            else:
                self._take_leaf(route, message.payload, into)
        except Exception as error:
            logger.exception("A message could not be taken in: it is in quarantine.")
            into.refusals.append(_internal(message, error))

    def _take_leaf(self, route: _Route, payload: bytes, into: _Intake) -> None:
        message = decode.decode_leaf(route.source.topic, route.leaf, payload)
        if isinstance(message, Refusal):
            into.refusals.append(message)
            return
        leaf = Leaf(route.source.device, route.leaf, time.time(), message)
        into.heard.append(leaf)
        if route.leaf in KEPT_LEAVES:
            into.kept.append(leaf)

    # --- who sent it -----------------------------------------------------------------------------

    def _find_route(self, topic: str) -> _Route | str:
        """Return what is known of a topic, or the reason to refuse its messages."""
        parsed = parse_topic(topic)
        if parsed is None:
            return decode.MALFORMED
        device, leaf = parsed
        if device not in self._ranges:
            self._read_registry()  # it may have been added a moment ago
        ranges = self._ranges.get(device)
        if ranges is None:
            return decode.UNKNOWN_DEVICE
        route = self._routes[topic] = _Route(Source(topic, device, ranges), leaf)
        return route

    def _read_registry(self) -> None:
        """Read the registry again if anybody has changed it."""
        version = self._registry.version()
        if version == self._registry_version:
            return
        by_build: dict[str, decode.Ranges] = {}
        ranges = {}
        for device in self._registry.all():
            if device.build not in by_build:
                by_build[device.build] = _ranges_of(device)
            ranges[device.key] = by_build[device.build]
        self._ranges, self._routes = ranges, {}
        self._registry_version = version

    # --- the journal -----------------------------------------------------------------------------

    def _commit(self, intake: _Intake, then: Callable[[Future[Written]], None]) -> None:
        """Have the journal write, and ``then`` be called on the event loop."""
        loop = asyncio.get_running_loop()
        done = self._journal.write(intake.frames, intake.refusals, intake.kept)
        done.add_done_callback(lambda future: _call_on(loop, then, future))

    def _after_commit(
        self, delivery: Delivery, intake: _Intake, began: float, done: Future[Written]
    ) -> None:
        if done.cancelled():
            return  # the service ends: the broker keeps it
        error = done.exception()
        if error is None:
            delivery.acknowledge()
            self._note_delay(len(delivery.messages), time.monotonic() - began)
            self._tell(intake, done.result())
        elif len(delivery.messages) > 1:
            self._take_apart(delivery)
        else:
            self._set_aside(delivery, error)

    def _take_apart(self, delivery: Delivery) -> None:
        """Take in, one by one, messages that the journal did not take together.

        All are acknowledged together again, when the last of them is safe.
        """
        waiting = len(delivery.messages)

        def acknowledge() -> None:
            nonlocal waiting
            waiting -= 1
            if waiting == 0:
                delivery.acknowledge()

        for message in delivery.messages:
            self.take(Delivery([message], acknowledge))

    def _set_aside(self, delivery: Delivery, error: BaseException) -> None:
        """Put a message that the journal cannot take into quarantine, so that it ends there."""
        refusal = _internal(delivery.messages[0], error)
        self.counters.refused[INTERNAL] += 1
        self._commit(
            _Intake(refusals=[refusal]),
            lambda done: None if done.cancelled() or done.exception() else delivery.acknowledge(),
        )

    # --- those who listen ------------------------------------------------------------------------

    def _tell(self, intake: _Intake, written: Written) -> None:
        counters = self.counters
        counters.frames += len(written.stored)
        counters.duplicates += written.duplicates
        counters.readings += sum([len(stored.frame.values) for stored in written.stored])
        for listener in self._listeners:
            try:
                for stored in written.stored:
                    listener.on_frame(stored.frame)
                for leaf in intake.heard:
                    listener.on_leaf(leaf.device, leaf.leaf, leaf.payload)
            except Exception:
                logger.exception("A listener failed; the readings are safe.")
        if intake.refusals:
            self._tell_of_refusals(intake.refusals)

    def _tell_of_refusals(self, refusals: Sequence[Refusal]) -> None:
        for listener in self._refusal_listeners:
            try:
                for refusal in refusals:
                    listener(refusal)
            except Exception:
                logger.exception("A listener failed; what was refused is in quarantine.")

    def _count(self, messages: Sequence[Message], intake: _Intake) -> None:
        counters = self.counters
        counters.messages += len(messages)
        counters.bytes += sum([len(message.payload) for message in messages])
        counters.last_message = time.time()
        for refusal in intake.refusals:
            counters.refused[refusal.reason] += 1

    def _note_delay(self, messages: int, seconds: float) -> None:
        place = next(
            (place for place, bound in enumerate(DELAY_BOUNDS_S) if seconds <= bound),
            len(DELAY_BOUNDS_S),
        )
        self.counters.commit_seconds[place] += messages
        self.counters.commit_seconds_total += seconds * messages


def _ranges_of(device: Device) -> decode.Ranges:
    try:
        return decode.ranges_of(device.catalogue())
    except FabnumError as error:
        logger.error("%s", error)  # noqa: TRY400 - expected, one sentence
        return {}


def _call_on(
    loop: asyncio.AbstractEventLoop,
    then: Callable[[Future[Written]], None],
    future: Future[Written],
) -> None:
    try:
        loop.call_soon_threadsafe(then, future)
    except RuntimeError:  # the loop is closed: nobody is left to acknowledge
        logger.debug("A commit came after the end of the service.")


def _internal(message: Message, error: BaseException) -> Refusal:
    return Refusal(message.topic, message.payload, INTERNAL, f"{type(error).__name__}: {error}")
