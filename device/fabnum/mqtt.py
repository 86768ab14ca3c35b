"""An MQTT 3.1.1 client for boards that lose their network, their broker and their power.

- publish() at quality 1 returns when the broker has the message, over as many connections as that
  takes; what was sent before is repeated with the duplicate flag.
- Every connection subscribes to everything again before it is called up.
- A broker that is silent, though the connection stands, is given up within 1.5 keepalives.
- Whatever a broker sends, the worst that happens is a new connection.
- It does not touch the Wi-Fi. When the network is back, call retry() to skip the waiting.

One task (_run) connects and watches. For each connection one task reads and one writes; nobody else
touches the socket, so that cancelling these two ends all of it. Both are always cancelled together:
asyncio forgets the second waiter of a socket when the first one is cancelled.
"""

import asyncio
import gc
import random
import sys
import time
from errno import ENOTCONN, ETIMEDOUT

from fabnum import drop, packets
from micropython import const

TYPE_CHECKING = False
if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Coroutine, Sequence

# Packet types (2.2.1), in the upper half of the first byte; flags of a PUBLISH (3.3.1).
_PUBLISH = const(0x30)
_PUBACK = const(0x40)
_SUBACK = const(0x90)
_PINGRESP = const(0xD0)
_RETAIN = const(0x01)
_AT_LEAST_ONCE = const(0x02)
_DUPLICATE = const(0x08)
_PINGREQ = const(b"\xc0\x00")
_DISCONNECT = const(b"\xe0\x00")
_REFUSED = const(0x80)  # the granted quality of a subscription that is not allowed (3.9.3)

_OPEN_TIMEOUT_MS = const(15_000)  # name, TCP, TLS (2 s of arithmetic on an ESP32), CONNACK
_ANSWER_TIMEOUT_MS = const(20_000)  # PUBACK or SUBACK of a broker that is busy with its disk
_PROBE_MS = const(5_000)  # for the answer to a ping after the network was away
_FLUSH_TIMEOUT_MS = const(2_000)  # for the DISCONNECT of stop()
# After the access point returns, a board shall publish within 30 s.
_FIRST_DELAY_MS = const(1_000)
_MAX_DELAY_MS = const(20_000)
_STABLE_MS = const(10_000)  # a connection that lasted so long starts the delays afresh
_MAX_WATCH_MS = const(1_000)
_POLL_MS = const(20)
_MAX_PACKET = const(2048)  # bytes taken from the broker
_MAX_UNANSWERED = const(8)  # messages at quality 1 under way at once
_MAX_OUTBOX = const(16)  # above it nothing more is read, so that nothing more has to be answered


class Exchange:
    """A message, or a list of subscriptions, until the broker has acknowledged it.

    ``topics``: (topic, quality) of the subscriptions; ``since_ms``: ticks at which it was last
    handed over to be sent.
    """

    def __init__(
        self, packet_id: int, packet: bytearray, topics: "Sequence[tuple[str, int]]" = ()
    ) -> None:
        self.packet_id = packet_id
        self.packet = packet
        self.topics = topics
        self.since_ms = time.ticks_ms()
        self.answered = asyncio.Event()


class Client:
    """One connection to a broker, kept up from start() to stop().

    ``ssl`` is a context of broker.tls_context(), or None; ``host`` then is the name in the broker's
    certificate. ``keepalive`` is in seconds. ``will`` is (topic, payload, quality, retain).

    ``on_message(topic, payload, retained)`` is called for every message, before it is acknowledged;
    ``on_state(up, reason)`` at every change of state or reason. Both are plain functions; what they
    raise is printed and goes no further.
    """

    def __init__(
        self,
        client_id: str,
        host: str,
        port: int = 1883,
        user: str | None = None,
        password: str | None = None,
        keepalive: int = 60,
        ssl: "ssl.SSLContext | None" = None,
        will: tuple[str, bytes, int, bool] | None = None,
        on_message: "Callable[[str, bytes, bool], object] | None" = None,
        on_state: "Callable[[bool, str], object] | None" = None,
    ) -> None:
        from fabnum import broker

        self._hello = broker.connect_packet(client_id, keepalive, user, password, will)
        drop("broker")
        self._address = (host, port)
        self._keepalive_ms = keepalive * 1000
        self._ssl = ssl
        self._on_message = on_message
        self._on_state = on_state

        self.up = False
        self.reason = ""
        self.refused: list[str] = []  # topics that the broker does not let this board read
        self._topics: list[tuple[str, int]] = []
        self._last_packet_id = 0
        self._messages: list[Exchange] = []  # in the order of publish()
        self._subscriptions: list[Exchange] = []
        self._outbox: list[bytes | bytearray] = []
        self._outbox_filled = asyncio.Event()
        self._failure: Exception | None = None  # of the connection that is open now
        self._heard_ms = time.ticks_ms()
        self._retry_now = False
        self._task: asyncio.Task[None] | None = None

    # What the application calls.

    def start(self) -> None:
        """Begin to connect, and stay connected from then on."""
        if self._task is None:
            self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Say good-bye, so that the broker drops the last will, and end.

        What is not acknowledged yet stays so.
        """
        task = self._task
        self._task = None
        if task is None:
            return
        if self.up:
            self._send(_DISCONNECT)
            end = time.ticks_add(time.ticks_ms(), _FLUSH_TIMEOUT_MS)
            while self._outbox and not self._failure and time.ticks_diff(end, time.ticks_ms()) > 0:
                await asyncio.sleep_ms(_POLL_MS)
        task.cancel()
        try:
            await task
        except asyncio.CancelledError:
            pass

    def retry(self) -> None:
        """Do not wait: the network is back. Connect now, or find out whether it still answers."""
        if not self.up:
            self._retry_now = True
        elif self._keepalive_ms > _PROBE_MS:
            # As if the broker had been silent for so long that this little time is left.
            self._heard_ms = time.ticks_add(time.ticks_ms(), _PROBE_MS - self._keepalive_ms)
            self._send(_PINGREQ)

    def move(self, host: str, port: int) -> None:
        """Go to another broker, now if the connection is up, with all that is not acknowledged."""
        self._address = (host, port)
        self.reason = ""
        self._fail(OSError(ENOTCONN))

    async def publish(
        self, topic: str, payload: bytes | str, qos: int = 0, retain: bool = False
    ) -> None:
        """Publish. At quality 1, return when the broker has acknowledged, however long that takes.

        At quality 0, return when it is handed over to be sent; raises OSError if there is no
        connection then. A message whose caller is cancelled is not repeated any more.
        """
        data = payload.encode() if isinstance(payload, str) else payload
        if qos == 0:
            while self.up and len(self._outbox) >= _MAX_OUTBOX:
                await asyncio.sleep_ms(_POLL_MS)
            if not self.up:
                raise OSError(ENOTCONN)
            self._send(packets.publish(topic, data, 0, retain))
            return
        while len(self._messages) >= _MAX_UNANSWERED:
            await asyncio.sleep_ms(_POLL_MS)
        packet_id = self._next_packet_id()
        message = Exchange(packet_id, packets.publish(topic, data, 1, retain, packet_id))
        self._messages.append(message)
        try:
            if self.up:
                self._send(message.packet)
            await message.answered.wait()
        finally:
            self._messages.remove(message)

    async def subscribe(self, topic: str, qos: int = 1) -> None:
        """Subscribe now if the connection is up, and at every later one before it is called up.

        Return when the broker has answered or the connection is lost. ``refused`` lists the topics
        that the broker does not let this board read.
        """
        wanted = (topic, qos)
        if wanted not in self._topics:
            self._topics.append(wanted)
        if self.up:
            await self._subscribe([wanted])

    async def _run(self) -> None:
        failures = 0
        try:
            while True:
                await self._pause(failures)
                failures += 1
                try:
                    gc.collect()  # closes forgotten sockets, and TLS needs large blocks
                    if await self._connection() > _STABLE_MS:
                        failures = 1
                except Exception as error:
                    self._set_state(False, _reason_of(error, False))
        finally:
            self._set_state(False, "stopped")

    async def _pause(self, failures: int) -> None:
        # Full jitter: a hundred boards that lost the same broker do not come back all at once.
        delay = 0
        if failures:
            delay = random.randrange(min(_MAX_DELAY_MS, _FIRST_DELAY_MS << min(failures - 1, 8)))
        end = time.ticks_add(time.ticks_ms(), delay)
        while not self._retry_now and time.ticks_diff(end, time.ticks_ms()) > 0:
            await asyncio.sleep_ms(10 * _POLL_MS)
        self._retry_now = False

    async def _connection(self) -> int:
        # Open a connection and stay until it is lost: returns for how many ms it was up. What goes
        # wrong before the broker has accepted us is raised.
        reader, writer = await self._open()
        self._failure = None
        self._outbox = []
        self._heard_ms = time.ticks_ms()
        tasks = [
            asyncio.create_task(self._guard(self._read(reader))),
            asyncio.create_task(self._guard(self._write(writer))),
        ]
        try:
            await self._guard(self._resume())
            came_up_ms = time.ticks_ms()
            if not self._failure:
                self._set_state(True, "")
                await self._watch()
            lasted_ms = time.ticks_diff(time.ticks_ms(), came_up_ms)
            self._set_state(False, _reason_of(self._failure, True))
            return lasted_ms
        finally:
            for task in tasks:
                task.cancel()
            for subscription in self._subscriptions:
                subscription.answered.set()
            try:
                await writer.wait_closed()  # in MicroPython this closes the socket, and at once
            except (OSError, ValueError):
                pass  # TLS would still have liked to say good-bye

    async def _open(self) -> "tuple[asyncio.StreamReader, asyncio.StreamWriter]":
        try:
            from fabnum import broker

            streams: tuple[asyncio.StreamReader, asyncio.StreamWriter]
            streams = await asyncio.wait_for_ms(
                broker.connect(self._address, self._ssl, self._hello, _MAX_PACKET),
                _OPEN_TIMEOUT_MS,
            )
            return streams
        finally:
            drop("broker")

    async def _resume(self) -> None:
        # Subscribe to everything, then repeat what the last connection left unacknowledged.
        if self._topics:
            await asyncio.wait_for_ms(self._subscribe(self._topics), _ANSWER_TIMEOUT_MS)
        for message in self._messages:
            self._send(message.packet)
            message.since_ms = time.ticks_ms()

    async def _watch(self) -> None:
        # Ping twice in a keepalive, and return when the connection has failed or the peer is dead.
        pinged_ms = time.ticks_ms()
        while not self._failure:
            await asyncio.sleep_ms(min(_MAX_WATCH_MS, self._keepalive_ms // 8))
            now = time.ticks_ms()
            silent = time.ticks_diff(now, self._heard_ms) > self._keepalive_ms
            for waiting in self._messages[:1] + self._subscriptions[:1]:
                if time.ticks_diff(now, waiting.since_ms) > _ANSWER_TIMEOUT_MS:
                    silent = True
            if silent:
                self._fail(OSError(ETIMEDOUT))
            elif time.ticks_diff(now, pinged_ms) >= self._keepalive_ms // 2:
                pinged_ms = now
                self._send(_PINGREQ)

    async def _guard(self, work: "Coroutine[object, object, None]") -> None:
        try:
            await work
        except Exception as error:
            self._fail(error)

    def _fail(self, error: Exception) -> None:
        # The first failure tells why; _watch() ends the connection. Who waits for an answer to a
        # subscription need not wait for it any more.
        if self._failure is None:
            self._failure = error
        for subscription in self._subscriptions:
            subscription.answered.set()

    # What goes out.

    def _send(self, packet: bytes | bytearray) -> None:
        self._outbox.append(packet)
        self._outbox_filled.set()

    async def _write(self, writer: "asyncio.StreamWriter") -> None:
        while True:
            while self._outbox:
                packet = self._outbox[0]
                writer.write(packet)
                if packet[0] & 0xF2 == _PUBLISH | _AT_LEAST_ONCE and isinstance(packet, bytearray):
                    packet[0] |= _DUPLICATE  # from now on it would be a repetition
                await writer.drain()
                self._outbox.pop(0)
            self._outbox_filled.clear()
            await self._outbox_filled.wait()

    async def _subscribe(self, topics: list[tuple[str, int]]) -> None:
        packet_id = self._next_packet_id()
        subscription = Exchange(packet_id, packets.subscribe(packet_id, topics), topics)
        self._subscriptions.append(subscription)
        try:
            self._send(subscription.packet)
            await subscription.answered.wait()
        finally:
            self._subscriptions.remove(subscription)

    def _next_packet_id(self) -> int:
        # 1 to 65535, and none that is under way.
        packet_id = self._last_packet_id % 0xFFFF + 1
        while _with_id(self._messages + self._subscriptions, packet_id):
            packet_id = packet_id % 0xFFFF + 1
        self._last_packet_id = packet_id
        return packet_id

    # What comes in.

    async def _read(self, reader: "asyncio.StreamReader") -> None:
        while True:
            first, body = await packets.read(reader, _MAX_PACKET)
            self._heard_ms = time.ticks_ms()
            if first & 0xF0 == _PUBLISH:
                self._take(first, body)
            elif first == _PUBACK:
                _answer(self._messages, body)
            elif first == _SUBACK:
                self._granted(body)
            elif first != _PINGRESP:
                raise packets.ProtocolError
            while len(self._outbox) >= _MAX_OUTBOX:
                await asyncio.sleep_ms(_POLL_MS)

    def _take(self, first: int, body: bytes) -> None:
        topic, payload, packet_id = packets.parse_publish(first, body)
        if self._on_message:
            try:
                self._on_message(topic, payload, bool(first & _RETAIN))
            except Exception as error:  # the message is at fault, or the application: not the link
                sys.print_exception(error)
        if packet_id:
            self._send(packets.puback(packet_id))

    def _granted(self, body: bytes) -> None:
        subscription = _answer(self._subscriptions, body)
        if subscription is None:
            return
        if len(body) != 2 + len(subscription.topics):
            raise packets.ProtocolError
        for (topic, _), code in zip(subscription.topics, body[2:]):
            if topic in self.refused:
                self.refused.remove(topic)
            if code == _REFUSED:
                self.refused.append(topic)

    def _set_state(self, up: bool, reason: str) -> None:
        if (up, reason) == (self.up, self.reason):
            return
        self.up = up
        self.reason = reason
        if self._on_state:
            try:
                self._on_state(up, reason)
            except Exception as error:  # the application is at fault: the connection goes on
                sys.print_exception(error)


def _answer(exchanges: list[Exchange], body: bytes) -> Exchange | None:
    # Wake who waits for that answer. An answer to nothing is ignored: who asked may be gone.
    exchange = _with_id(exchanges, packets.parse_identifier(body))
    if exchange:
        exchange.answered.set()
    return exchange


def _with_id(exchanges: list[Exchange], packet_id: int) -> Exchange | None:
    for exchange in exchanges:
        if exchange.packet_id == packet_id:
            return exchange
    return None


def _reason_of(error: Exception | None, accepted: bool) -> str:
    try:
        from fabnum import broker

        return broker.reason_of(error, accepted)
    except MemoryError:  # also of loading it
        return "memory"
    finally:
        drop("broker")
