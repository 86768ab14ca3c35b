"""The load: messages of three values from many devices, encoded before the clock starts.

A process of its own, so that what it costs is not counted as the gateway's. It publishes with QoS 1
over a few connections, each keeping a bounded number of messages unanswered, as a crowd of boards
would; given a rate, it keeps to it.
"""

import asyncio
import multiprocessing
import struct
import time
from multiprocessing.process import BaseProcess

from kit.names import DeviceKey

TOWN = "gonesse"
BUILD = "air"
CHUNK = 50
UNANSWERED = 2000

CONNECTIONS = 4
_UNDATED = b"1000000000.000"

PUBACK = 0x40
_PUBACK_BYTES = 4
_CONNACK_BYTES = 4


def device(number: int) -> DeviceKey:
    """Return the name of the load's device of that number."""
    return DeviceKey(TOWN, f"air-{number}")


def start(port: int, messages: int, devices: int, rate: int = 0) -> BaseProcess:
    """Start a process that publishes ``messages``; ``rate`` in messages/s, 0 for no limit."""
    process = multiprocessing.get_context("spawn").Process(
        target=_main, args=(port, messages, devices, rate), name="load", daemon=True
    )
    process.start()
    return process


def _main(port: int, messages: int, devices: int, rate: int) -> None:
    asyncio.run(_publish_all(port, messages, devices, rate))


async def _publish_all(port: int, messages: int, devices: int, rate: int) -> None:
    count = 1 if rate else CONNECTIONS
    boards = [
        _Crowd(range(number, devices, count), messages // count, rate) for number in range(count)
    ]
    await asyncio.gather(*(board.publish(port) for board in boards))


class _Crowd:
    """The devices that share one connection."""

    def __init__(self, devices: range, messages: int, rate: int) -> None:
        self._name = f"load-{devices.start}"
        self._messages = messages
        self._rate = rate
        self._chunk = 1 if rate else CHUNK
        packets = [
            encode(devices[i % len(devices)], i // len(devices), i, _UNDATED if rate else _now())
            for i in range(messages)
        ]
        self._chunks = [
            b"".join(packets[i : i + self._chunk]) for i in range(0, messages, self._chunk)
        ]
        self._room = asyncio.Semaphore(UNANSWERED // self._chunk)

    async def publish(self, port: int) -> None:
        """Publish all and return when all is acknowledged."""
        reader, writer = await connect(port, self._name)
        answered = asyncio.create_task(self._read_answers(reader))
        began = time.perf_counter()
        for number, chunk in enumerate(self._chunks):
            if self._rate:
                due = began + number / self._rate
                await asyncio.sleep(max(0.0, due - time.perf_counter()))
            await self._room.acquire()
            writer.write(self._dated(chunk))
        await answered
        writer.close()

    def _dated(self, chunk: bytes) -> bytes:
        """Return the chunk with the present moment in it, if delays are of interest."""
        return chunk.replace(_UNDATED, _now()) if self._rate else chunk

    async def _read_answers(self, reader: asyncio.StreamReader) -> None:
        octets = chunks = 0
        while octets < self._messages * _PUBACK_BYTES:
            octets += len(await reader.read(65536))
            answered = octets // (_PUBACK_BYTES * self._chunk)
            for _ in range(answered - chunks):
                self._room.release()
            chunks = answered


async def connect(port: int, name: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Open a connection to the broker under a name and see it accepted."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(_connect(name))
    await reader.readexactly(_CONNACK_BYTES)
    return reader, writer


def _now() -> bytes:
    return b"%.3f" % time.time()


def encode(device_number: int, seq: int, packet: int, moment: bytes) -> bytes:
    """Return one PUBLISH with QoS 1 (MQTT 3.1.1, 3.3), of a reading made at ``moment``."""
    topic = device(device_number).topic("telemetry").encode()
    payload = b'{"boot": "%08x", "seq": %d, "t": %b, "values": %b}' % (
        device_number,
        seq,
        moment,
        b'{"co2": %d, "temperature": 21.5, "humidity": 44.1}' % (400 + seq % 1000),
    )
    packet_id = struct.pack("!H", packet % 65535 + 1)
    body = struct.pack("!H", len(topic)) + topic + packet_id + payload
    return b"\x32" + _length(len(body)) + body


def _connect(client_id: str) -> bytes:
    name = client_id.encode()
    body = b"\x00\x04MQTT\x04\x02\x00\x00" + struct.pack("!H", len(name)) + name
    return b"\x10" + _length(len(body)) + body


def _length(number: int) -> bytes:
    octets = bytearray()
    while True:
        number, low = divmod(number, 128)
        octets.append(low | (0x80 if number else 0))
        if not number:
            return bytes(octets)
