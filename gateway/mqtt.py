"""The link to the broker: one persistent session, kept up for as long as it runs.

gmqtt speaks the protocol; this file adds what a gateway must be sure of. A message is acknowledged
when its :class:`Delivery` is, never before, and only on the connection it came on: after a
reconnect its packet identifier may mean another message. What is not acknowledged comes again.
"""

import asyncio
import logging
import random
import ssl
import time
from collections.abc import Callable
from enum import Enum
from pathlib import Path
from typing import Any, NamedTuple

import gmqtt
from gmqtt.mqtt.constants import MQTTv311
from gmqtt.mqtt.handler import MQTTConnectError
from gmqtt.storage import PersistentStorage

from kit.errors import FabnumError
from kit.i18n import _
from kit.names import DEVICE_LEAVES, ROOT, TIME_TOPIC

logger = logging.getLogger(__name__)

CLIENT_ID = "gateway"
TOPICS = tuple(f"{ROOT}/+/+/{leaf}" for leaf in DEVICE_LEAVES)

KEEPALIVE_S = 20
CONNECT_TIMEOUT_S = 15.0
PUBLISH_TIMEOUT_S = 10.0
CLOSE_TIMEOUT_S = 10.0
"""How long an orderly end waits for what is on its way to the journal."""
LEAVE_TIMEOUT_S = 2.0
TIME_EVERY_S = 60.0
CHECK_EVERY_S = 5.0
FIRST_DELAY_S = 0.25
LONGEST_DELAY_S = 8.0

_REFUSED = (4, 5)  # MQTT 3.1.1, 3.2.2.3: bad user name or password, not authorised
_QOS = 0x06  # MQTT 3.1.1, 3.3.1.2
_PUBACK = b"\x40\x02"
_SUBSCRIPTION_REFUSED = 0x80  # MQTT 3.1.1, 3.9.3


class LinkState(Enum):
    """How the link stands."""

    CONNECTING = "connecting"
    CONNECTED = "connected"
    REFUSED = "refused"
    UNREACHABLE = "unreachable"
    CLOSED = "closed"


class Endpoint(NamedTuple):
    """Where the broker is and who the gateway is there. Without ``tls`` nothing is encrypted."""

    host: str
    port: int
    user: str | None = None
    password: str | None = None
    tls: ssl.SSLContext | None = None
    client_id: str = CLIENT_ID


class Message(NamedTuple):
    """One message as it came; ``packet_id`` holds two bytes, none for QoS 0."""

    topic: str
    payload: bytes
    packet_id: bytes


class Delivery(NamedTuple):
    """Messages that came together. Whoever takes it calls ``acknowledge`` once they are safe."""

    messages: list[Message]
    acknowledge: Callable[[], None]


def tls_context(authority: Path) -> ssl.SSLContext:
    """Return what verifies the broker against the kit's own CA, a PEM file. Raises OSError."""
    return ssl.create_default_context(cafile=str(authority))


class BrokerLink:
    """Keeps a session with the broker and hands each read of messages to ``on_delivery``.

    ``on_delivery`` is called on the event loop and must not block. One task runs :meth:`run`; ended
    by cancelling it, the link waits for what is on its way to be acknowledged, then disconnects.
    """

    def __init__(self, endpoint: Endpoint, on_delivery: Callable[[Delivery], None]) -> None:
        self._endpoint = endpoint
        self._on_delivery = on_delivery
        self._session: _Session | None = None
        self.state = LinkState.CONNECTING
        self.problem: FabnumError | None = None
        self.connections = 0
        """How many times a session was opened."""
        self.connected = asyncio.Event()

    async def run(self) -> None:
        """Connect, and again whenever the connection is lost, until cancelled."""
        failures = 0
        try:
            while True:
                try:
                    await self._connect_and_stay()
                    failures = 0
                except (OSError, TimeoutError, MQTTConnectError, FabnumError) as error:
                    failures += 1
                    self._note(error)
                # Full jitter: gateways of many towns do not come back in step.
                longest = min(LONGEST_DELAY_S, FIRST_DELAY_S * 2 ** min(failures, 10))
                await asyncio.sleep(random.uniform(0, longest))  # noqa: S311 - no secret
        finally:
            self.state = LinkState.CLOSED

    async def publish(self, topic: str, payload: bytes, qos: int = 1) -> None:
        """Publish, with QoS 1 until the broker has it. It is never sent again after a reconnect.

        Raises FabnumError if there is no connection, or no answer in time.
        """
        session = self._session
        if session is None or self.state is not LinkState.CONNECTED:
            raise self.problem or _unreachable(self._endpoint)
        try:
            async with asyncio.timeout(PUBLISH_TIMEOUT_S):
                await session.publish_and_wait(topic, payload, qos)
        except (TimeoutError, ConnectionError):
            raise FabnumError(
                _("The broker did not take the message in time."),
                _("Try again in a moment; “fabnum doctor” tells what is wrong."),
            ) from None

    async def _connect_and_stay(self) -> None:
        """Hold one session, from connecting to its loss."""
        session = _Session(self._endpoint, self._on_delivery)
        try:
            async with asyncio.timeout(CONNECT_TIMEOUT_S):
                await session.open()
            self._session = session
            self._note(None)
            async with asyncio.TaskGroup() as tasks:
                telling = tasks.create_task(_tell_time(session), name="broker-time")
                await session.wait_until_lost()
                telling.cancel()
            logger.warning("The connection to the broker was lost.")
        finally:
            self._session = None
            self.connected.clear()
            self.state = LinkState.CONNECTING
            await session.close()

    def _note(self, error: Exception | None) -> None:
        """Keep and log how the link stands, once for each change."""
        if error is None:
            self.problem, self.state = None, LinkState.CONNECTED
            self.connections += 1
            self.connected.set()
            logger.info("Connected to the broker.")
            return
        problem, self.state = _explain(error, self._endpoint)
        if self.problem is None or str(self.problem) != str(problem):
            logger.warning("%s (%s)", problem, error)
        self.problem = problem


async def _tell_time(session: "_Session") -> None:
    """Say the time now and every minute, for boards that cannot ask the internet."""
    while True:
        await session.publish_and_wait(TIME_TOPIC, str(int(time.time())).encode(), qos=0)
        await asyncio.sleep(TIME_EVERY_S)


class _Unanswered(PersistentStorage):  # type: ignore[misc] # gmqtt has no types
    """Publishes that wait for their PUBACK.

    gmqtt would keep them here and send them again after a reconnect. A command must not come late,
    so nothing is kept: whoever published hears that it failed.
    """

    def __init__(self) -> None:
        super().__init__()
        self.answers: dict[int, asyncio.Future[None]] = {}
        self.newest: asyncio.Future[None] | None = None

    def push_message(self, mid: int, _packet: bytes) -> None:
        self.newest = self.answers[mid] = asyncio.get_running_loop().create_future()

    def remove_message_by_mid(self, mid: int) -> None:
        answer = self.answers.pop(mid, None)
        if answer is not None and not answer.done():
            answer.set_result(None)

    def fail(self) -> None:
        """Tell all who still wait that no answer will come."""
        for answer in self.answers.values():
            if not answer.done():
                answer.set_exception(ConnectionResetError())
                answer.exception()  # nobody need be waiting any more
        self.answers.clear()


class _Session(gmqtt.Client):  # type: ignore[misc] # gmqtt has no types
    """One connection, from CONNECT to its loss. A new one is made for each attempt.

    gmqtt runs a task for each message and answers them one by one, which costs more than all the
    rest of a reading's way. Here the messages of one read are gathered and handed over together,
    and their acknowledgements leave in one write.
    """

    def __init__(self, endpoint: Endpoint, on_delivery: Callable[[Delivery], None]) -> None:
        self._unanswered = _Unanswered()
        super().__init__(
            endpoint.client_id, clean_session=False, persistent_storage=self._unanswered
        )
        if endpoint.user is not None:
            self.set_auth_credentials(endpoint.user, endpoint.password)
        # gmqtt looks its handlers up by these names, on the object.
        self._package_handler._handle_publish_packet = self._gather  # noqa: SLF001
        self._endpoint = endpoint
        self._on_delivery = on_delivery
        self._loop = asyncio.get_running_loop()
        self._gathered: list[Message] = []
        self._under_way: set[bytes] = set()
        self._holding = False
        self.is_open = False
        self._all_acknowledged = asyncio.Event()
        self._subscribed: asyncio.Future[tuple[int, ...]] = self._loop.create_future()
        self._lost = asyncio.Event()
        self.on_subscribe = _Session._note_subscription

    async def open(self) -> None:
        """Connect and subscribe.

        Raises OSError, MQTTConnectError, or FabnumError if the subscription is refused.
        """
        endpoint = self._endpoint
        connecting = asyncio.ensure_future(
            self.connect(
                endpoint.host,
                endpoint.port,
                ssl=endpoint.tls or False,
                keepalive=KEEPALIVE_S,
                version=MQTTv311,
            )
        )
        losing = asyncio.ensure_future(self._lost.wait())
        try:
            await asyncio.wait({connecting, losing}, return_when=asyncio.FIRST_COMPLETED)
            if not connecting.done():
                raise ConnectionResetError("closed before it answered")
            await connecting
        finally:
            connecting.cancel()
            losing.cancel()
        self.subscribe([gmqtt.Subscription(topic, qos=1) for topic in TOPICS])
        if any(granted >= _SUBSCRIPTION_REFUSED for granted in await self._subscribed):
            raise FabnumError(
                _("The broker does not let the gateway read the objects' messages."),
                _("Run “fabnum init” again: it writes the broker's files anew."),
            )
        self.is_open = True

    async def reconnect(self, delay: bool = False) -> None:  # noqa: ARG002
        """Take note of the loss: gmqtt calls this then. Connecting again is the link's business."""
        self._lost.set()

    async def wait_until_lost(self) -> None:
        """Return when the connection is gone.

        A socket with unsent data to a dead peer stays closing for a quarter of an hour: that is a
        loss too.
        """
        while not self._lost.is_set():
            try:
                await asyncio.wait_for(self._lost.wait(), CHECK_EVERY_S)
            except TimeoutError:
                if self._connection.is_closing():
                    return

    async def publish_and_wait(self, topic: str, payload: bytes, qos: int) -> None:
        """Publish; with QoS 1 return when the broker has it. Raises ConnectionError at a loss."""
        self.publish(topic, payload, qos=qos)
        if qos and self._unanswered.newest is not None:
            await self._unanswered.newest

    async def close(self) -> None:
        """Take no more, wait for what is on its way (if the broker still listens), disconnect."""
        self._holding = True
        self._is_active = False
        if self._connection is None:
            return
        try:
            if self.is_open and not self._lost.is_set() and self._under_way:
                async with asyncio.timeout(CLOSE_TIMEOUT_S):
                    await self._all_acknowledged.wait()
        except TimeoutError:
            logger.warning("%d messages stay at the broker for now.", len(self._under_way))
        finally:
            self._under_way.clear()
            self._unanswered.fail()
            await self._leave()

    async def _leave(self) -> None:
        """Disconnect and see the socket closed, soon also if the peer takes nothing any more."""
        if not self._connection.is_closing():
            self._connection.send_disconnect()
        try:
            async with asyncio.timeout(LEAVE_TIMEOUT_S):
                await self._connection.close()
        except (TimeoutError, OSError):
            self._connection._transport.abort()  # noqa: SLF001

    # --- messages --------------------------------------------------------------------------------

    def _gather(self, command: int, packet: bytes) -> None:
        """Take a PUBLISH (MQTT 3.1.1, 3.3) to those of the same read."""
        if self._holding:
            return
        end = 2 + int.from_bytes(packet[:2], "big")
        topic = packet[2:end].decode("utf-8", "replace")
        packet_id = b""
        if command & _QOS:
            packet_id = packet[end : end + 2]
            end += 2
            if end > len(packet):  # MQTT 3.1.1, 4.8: a protocol violation ends the connection
                self._connection._transport.abort()  # noqa: SLF001
                return
            if packet_id in self._under_way:
                return  # nats-server sends again what took us long; the first copy will answer
            self._under_way.add(packet_id)
        if not self._gathered:
            self._loop.call_soon(self._hand_over)
        self._gathered.append(Message(topic, packet[end:], packet_id))

    def _hand_over(self) -> None:
        messages, self._gathered = self._gathered, []
        self._on_delivery(Delivery(messages, lambda: self._acknowledge(messages)))

    def _acknowledge(self, messages: list[Message]) -> None:
        """Send the PUBACKs of a delivery, if its connection is still there."""
        if self._lost.is_set() or self._connection.is_closing():
            return
        packet_ids = [message.packet_id for message in messages if message.packet_id]
        if packet_ids:
            self._connection.send_package(b"".join([_PUBACK + each for each in packet_ids]))
        self._under_way.difference_update(packet_ids)
        if self._holding and not self._under_way:
            self._all_acknowledged.set()

    def _note_subscription(self, _mid: int, granted: tuple[int, ...], _properties: Any) -> None:
        if not self._subscribed.done():
            self._subscribed.set_result(granted)


# --- words for what went wrong -------------------------------------------------------------------


def _explain(error: Exception, endpoint: Endpoint) -> tuple[FabnumError, LinkState]:
    if isinstance(error, FabnumError):
        return error, LinkState.REFUSED
    if isinstance(error, MQTTConnectError) and error._code in _REFUSED:  # noqa: SLF001
        refused = FabnumError(
            _("The broker refuses the gateway's password."),
            _("Run “fabnum init” again: it writes the broker's files anew."),
        )
        return refused, LinkState.REFUSED
    if isinstance(error, ssl.SSLCertVerificationError):
        unknown = FabnumError(
            _("The broker's certificate is not one of this site: {reason}.", reason=error.reason),
            _("Run “fabnum init” again, or check that “host” names your own broker."),
        )
        return unknown, LinkState.REFUSED
    return _unreachable(endpoint), LinkState.UNREACHABLE


def _unreachable(endpoint: Endpoint) -> FabnumError:
    return FabnumError(
        _("The broker at {host}:{port} does not answer.", host=endpoint.host, port=endpoint.port),
        _("Check that it runs; the gateway tries again by itself."),
    )
