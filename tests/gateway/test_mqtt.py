"""The link to the broker: on the real nats-server, and on one that misbehaves."""

import asyncio
import contextlib
import os
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path

import pytest

from gateway import mqtt
from gateway.broker.authority import Authority
from gateway.broker.credentials import gateway_login
from gateway.mqtt import BrokerLink, Delivery, Endpoint, LinkState, tls_context
from kit.errors import FabnumError
from kit.names import TIME_TOPIC
from kit.settings import DataFolder
from tests.gateway.broker_site import NatsSite, settings_for
from tests.ports import free_port

PATIENCE_S = 40.0


@pytest.fixture
def site(tmp_path: Path) -> Iterator[NatsSite]:
    running = NatsSite(tmp_path)
    try:
        yield running
    finally:
        running.close()


def endpoint(site: NatsSite) -> Endpoint:
    site.settle()
    login = gateway_login(site.folder)
    context = tls_context(Authority(site.folder).authority_certificate)
    return Endpoint("127.0.0.1", site.port, login.user, login.password, context, login.client_id)


class Inbox:
    """Takes deliveries; acknowledges them at once unless told to keep them."""

    def __init__(self, *, keeping: bool = False) -> None:
        self.keeping = keeping
        self.kept: list[Delivery] = []
        self.payloads: list[bytes] = []

    def take(self, delivery: Delivery) -> None:
        self.payloads += [message.payload for message in delivery.messages]
        if self.keeping:
            self.kept.append(delivery)
        else:
            delivery.acknowledge()


@contextlib.asynccontextmanager
async def running(link: BrokerLink) -> AsyncIterator[asyncio.Task[None]]:
    task = asyncio.create_task(link.run())
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not condition():  # noqa: ASYNC110 - of other threads and processes
            await asyncio.sleep(0.01)


async def connected(link: BrokerLink) -> None:
    async with asyncio.timeout(PATIENCE_S):
        await link.connected.wait()


# --- with a real broker


async def test_messages_of_the_objects_arrive(site: NatsSite) -> None:
    key, password = site.enrol("air-1")
    inbox = Inbox()
    link = BrokerLink(endpoint(site), inbox.take)
    async with running(link):
        await connected(link)
        device = await asyncio.to_thread(site.device, key, password)
        for leaf in ("telemetry", "about", "status", "event", "ack"):
            await asyncio.to_thread(device.publish, key.topic(leaf), leaf)
        await until(lambda: len(inbox.payloads) == 5)
    assert sorted(inbox.payloads) == [b"about", b"ack", b"event", b"status", b"telemetry"]


async def test_what_came_while_the_gateway_was_away_is_delivered(site: NatsSite) -> None:
    key, password = site.enrol("air-1")
    inbox = Inbox()
    link = BrokerLink(endpoint(site), inbox.take)
    async with running(link):
        await connected(link)
    device = await asyncio.to_thread(site.device, key, password)
    await asyncio.to_thread(device.publish, key.topic("telemetry"), "while away")
    async with running(BrokerLink(endpoint(site), inbox.take)):
        await until(lambda: inbox.payloads == [b"while away"])


@pytest.mark.slow
async def test_what_was_not_acknowledged_comes_again_and_what_was_does_not(
    site: NatsSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The broker lives on: a killed one may have forgotten what was acknowledged to it."""
    monkeypatch.setattr(mqtt, "CLOSE_TIMEOUT_S", 0.1)
    key, password = site.enrol("air-1")
    first = Inbox(keeping=True)
    link = BrokerLink(endpoint(site), first.take)
    device = await asyncio.to_thread(site.device, key, password)
    async with running(link):
        await connected(link)
        for number in range(3):
            await asyncio.to_thread(device.publish, key.topic("telemetry"), str(number))
            await until(lambda number=number: len(first.payloads) == number + 1)
        first.kept[1].acknowledge()
        # A broker takes packets in their order: once it answers this, it has the acknowledgement.
        await link.publish(key.topic("command"), b"after the acknowledgement")
    second = Inbox()
    async with running(BrokerLink(endpoint(site), second.take)):
        await until(lambda: {b"0", b"2"} <= set(second.payloads))
    assert b"1" not in second.payloads  # it would have come before the 2


async def test_the_link_comes_back_after_the_broker_was_killed(site: NatsSite) -> None:
    link = BrokerLink(endpoint(site), Inbox().take)
    async with running(link):
        await connected(link)
        for kills in (1, 2):
            pid = site.supervisor.pid
            assert pid is not None
            os.kill(pid, signal.SIGKILL)
            await until(lambda kills=kills: link.connections == kills + 1)
        assert link.state is LinkState.CONNECTED
        assert link.problem is None


async def test_an_orderly_end_waits_for_what_is_on_its_way(site: NatsSite) -> None:
    key, password = site.enrol("air-1")
    inbox = Inbox(keeping=True)
    link = BrokerLink(endpoint(site), inbox.take)
    device = await asyncio.to_thread(site.device, key, password)
    async with running(link) as task:
        await connected(link)
        await asyncio.to_thread(device.publish, key.topic("telemetry"), "under way")
        await until(lambda: len(inbox.kept) == 1)
        task.cancel()
        await asyncio.sleep(0.05)
        assert not task.done()
        inbox.kept[0].acknowledge()
        await asyncio.wait_for(asyncio.gather(task, return_exceptions=True), PATIENCE_S)
    assert link.state is LinkState.CLOSED
    again = Inbox()
    link = BrokerLink(endpoint(site), again.take)
    async with running(link):
        await connected(link)
        await asyncio.to_thread(device.publish, key.topic("telemetry"), "next")
        await until(lambda: again.payloads == [b"next"])


async def test_a_command_reaches_its_object_and_the_time_everybody(site: NatsSite) -> None:
    key, password = site.enrol("lamp-1")
    device = await asyncio.to_thread(site.device, key, password)
    assert await asyncio.to_thread(device.subscribe, key.topic("command"))
    assert await asyncio.to_thread(device.subscribe, TIME_TOPIC, 0)
    link = BrokerLink(endpoint(site), Inbox().take)
    async with running(link):
        await connected(link)
        await link.publish(key.topic("command"), b"colour")
        await asyncio.to_thread(device.wait_to_hear, b"colour")
        await until(lambda: any(payload.isdigit() for payload in device.payloads()))


async def test_a_command_without_a_connection_is_an_error_and_never_sent_later() -> None:
    link = BrokerLink(Endpoint("127.0.0.1", free_port()), Inbox().take)
    with pytest.raises(FabnumError):
        await link.publish("fabnum/1/gonesse/lamp-1/command", b"colour")


async def test_a_refused_password_is_told_apart(site: NatsSite) -> None:
    link = BrokerLink(endpoint(site)._replace(password="wrong"), Inbox().take)
    async with running(link):
        await until(lambda: link.state is LinkState.REFUSED)
        assert link.problem is not None
        assert link.problem.action


async def test_a_broker_of_another_site_is_told_apart(site: NatsSite, tmp_path: Path) -> None:
    settings = settings_for(free_port())
    other = Authority(DataFolder(tmp_path / "other"))
    other.ensure(settings.broker)
    context = tls_context(other.authority_certificate)
    link = BrokerLink(endpoint(site)._replace(tls=context), Inbox().take)
    async with running(link):
        await until(lambda: link.state is LinkState.REFUSED)
        assert link.problem is not None
        assert "certificat" in link.problem.cause


async def test_a_broker_that_starts_later_is_found(site: NatsSite) -> None:
    there = endpoint(site)
    site.stop()
    link = BrokerLink(there, Inbox().take)
    async with running(link):
        await until(lambda: link.state is LinkState.UNREACHABLE)
        await asyncio.to_thread(site.start)
        await connected(link)
    assert link.connections == 1


# --- with one that misbehaves

CONNACK = b"\x20\x02\x00\x00"
SUBACK = b"\x90\x07\x00\x01" + b"\x01" * 5
TELEMETRY = b"\x32\x0b\x00\x05a/b/c\x00\x07hi"
REPEATED = b"\x3a" + TELEMETRY[1:]
PUBACK = b"\x40\x00\x07"
"""As :func:`packet` returns it, without its length."""

Script = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@contextlib.asynccontextmanager
async def scripted(script: Script) -> AsyncIterator[Endpoint]:
    """Listen, and play a script on every connection; its end closes the connection."""

    async def play(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            await script(reader, writer)
        writer.close()

    server = await asyncio.start_server(play, "127.0.0.1", 0)
    try:
        yield Endpoint("127.0.0.1", server.sockets[0].getsockname()[1])
    finally:
        server.close()


async def welcome(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await packet(reader)
    writer.write(CONNACK)
    await packet(reader)
    writer.write(SUBACK)


async def packet(reader: asyncio.StreamReader) -> bytes:
    header = await reader.readexactly(1)
    length = shift = 0
    while True:
        (octet,) = await reader.readexactly(1)
        length |= (octet & 0x7F) << shift
        shift += 7
        if not octet & 0x80:
            return header + await reader.readexactly(length)


async def test_a_message_sent_again_on_the_same_connection_is_handed_over_once() -> None:
    """nats-server does so when a commit takes longer than its patience."""
    acknowledged = asyncio.Event()

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await welcome(reader, writer)
        writer.write(TELEMETRY + REPEATED)
        while (answer := await packet(reader))[0] != 0x40:
            writer.write(REPEATED)
        assert answer == PUBACK
        acknowledged.set()
        writer.write(TELEMETRY)
        await reader.read()

    inbox = Inbox(keeping=True)
    async with scripted(script) as there, running(BrokerLink(there, inbox.take)):
        await until(lambda: len(inbox.payloads) == 1)
        await asyncio.sleep(0.05)
        assert inbox.payloads == [b"hi"]
        inbox.kept[0].acknowledge()
        async with asyncio.timeout(PATIENCE_S):
            await acknowledged.wait()
        await until(lambda: inbox.payloads == [b"hi", b"hi"])
        inbox.kept[1].acknowledge()


async def test_an_acknowledgement_never_leaves_on_another_connection_than_its_message() -> None:
    """There the same packet identifier stands for another message."""
    answers: list[bytes] = []
    may_end = asyncio.Event()

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await welcome(reader, writer)
        writer.write(TELEMETRY)
        if not may_end.is_set():
            await may_end.wait()
            return
        while True:
            answers.append(await packet(reader))

    inbox = Inbox(keeping=True)
    async with scripted(script) as there:
        link = BrokerLink(there, inbox.take)
        async with running(link):
            await until(lambda: len(inbox.kept) == 1)
            may_end.set()
            await until(lambda: link.connections == 2 and len(inbox.kept) == 2)
            inbox.kept[0].acknowledge()
            await link.publish("a/b/d", b"after it", qos=0)
            await until(lambda: any(answer.endswith(b"after it") for answer in answers))
            assert PUBACK not in answers
            inbox.kept[1].acknowledge()
            await until(lambda: PUBACK in answers)


async def test_the_acknowledgements_of_many_messages_leave_together_and_complete() -> None:
    received = bytearray()

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await welcome(reader, writer)
        for number in range(1, 1001):
            writer.write(TELEMETRY[:9] + number.to_bytes(2, "big") + TELEMETRY[11:])
        while True:
            received.extend(await reader.readexactly(1))

    async with scripted(script) as there, running(BrokerLink(there, Inbox().take)):
        await until(lambda: received.count(b"\x40\x02") >= 1000)
    for number in range(1, 1001):
        assert b"\x40\x02" + number.to_bytes(2, "big") in received


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"\x20\x02\x00\x03",
        b"\x00" * 20,
        b"HTTP/1.1 400 Bad Request\r\n\r\n",
        b"\xff\xff\xff\xff\xff\xff",
        CONNACK + b"\x90\x03\x00\x01\x80",
        CONNACK + b"\x32\x00",
        CONNACK + b"\x30\x02\x00\xff",
    ],
)
async def test_nonsense_from_the_broker_is_survived_and_tried_again(
    answer: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mqtt, "CONNECT_TIMEOUT_S", 0.3)
    monkeypatch.setattr(mqtt, "LONGEST_DELAY_S", 0.05)
    attempts = 0

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal attempts
        attempts += 1
        await packet(reader)
        writer.write(answer)
        if attempts % 2:
            await reader.read()

    async with scripted(script) as there:
        link = BrokerLink(there, Inbox().take)
        async with running(link) as task:
            await until(lambda: attempts >= 4)
            assert not task.done()
            assert link.problem is not None


async def test_a_broker_that_stops_answering_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mqtt, "KEEPALIVE_S", 1)

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await welcome(reader, writer)
        await asyncio.sleep(PATIENCE_S)

    async with scripted(script) as there:
        link = BrokerLink(there, Inbox().take)
        async with running(link):
            await until(lambda: link.connections >= 2)


async def test_a_publish_that_is_never_answered_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mqtt, "PUBLISH_TIMEOUT_S", 0.1)

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await welcome(reader, writer)
        await reader.read()

    async with scripted(script) as there:
        link = BrokerLink(there, Inbox().take)
        async with running(link):
            await connected(link)
            with pytest.raises(FabnumError):
                await link.publish("fabnum/1/gonesse/lamp-1/command", b"colour")
