"""A broker that misbehaves: each connection gets its own sequence of bytes, at its own pace."""

import contextlib
import random
import socket
import threading
import time
from typing import BinaryIO

ACCEPT = b"\x20\x02\x00\x00"
LAST_ID = 0xFFFF

# Well-formed packets, to be mutated: what only bytes at random would never reach.
SEEDS = (
    ACCEPT,
    b"\x40\x02\x00\x01",
    b"\x90\x03\x00\x01\x01",
    b"\xd0\x00",
    b"\x30\x08\x00\x04test{}",
    b"\x32\x0a\x00\x04test\x00\x07{}",
    b"\x31\x0b\x00\x04test hello",
)


def bytes_of_a_hostile_broker(chance: random.Random) -> bytes:
    """Return what one connection is sent: after a good beginning, most of the time."""
    data = bytearray(ACCEPT if chance.random() < 0.8 else b"")
    for _ in range(chance.randrange(1, 8)):
        data += chance.choice(_KINDS)(chance)
    if chance.random() < 0.2:
        del data[chance.randrange(len(data)) :]  # cut short
    return bytes(data)


def _random_bytes(chance: random.Random) -> bytes:
    return chance.randbytes(chance.randrange(1, 64))


def _mutated(chance: random.Random) -> bytes:
    packet = bytearray(chance.choice(SEEDS))
    for _ in range(chance.randrange(1, 4)):
        packet[chance.randrange(len(packet))] = chance.randrange(256)
    return bytes(packet)


def _endless_length(chance: random.Random) -> bytes:
    return bytes([chance.randrange(256)]) + b"\xff" * chance.randrange(4, 100)


def _huge(chance: random.Random) -> bytes:
    return bytes([0x30, 0x80, 0x80, chance.randrange(128, 256), chance.randrange(1, 128)]) + bytes(
        900
    )


def _wrong_length(chance: random.Random) -> bytes:
    packet = bytearray(chance.choice(SEEDS))
    packet[1] = chance.randrange(128)
    return bytes(packet)


def _wrong_id(chance: random.Random) -> bytes:
    packet_id = chance.randrange(LAST_ID + 1).to_bytes(2, "big")
    return chance.choice([b"\x40\x02" + packet_id, b"\x90\x03" + packet_id + b"\x01"])


def _flood(chance: random.Random) -> bytes:
    return chance.choice(SEEDS[1:]) * chance.randrange(10, 200)


_KINDS = (_random_bytes, _mutated, _endless_length, _huge, _wrong_length, _wrong_id, _flood)


class HostileBroker:
    """Listens on ``port``; the first ``hostile`` connections get bytes of a random generator.

    All later ones are served well: CONNACK, ``greeting``, SUBACK, PUBACK, PINGRESP. Only the first
    ``forgets`` messages at quality 1 get a closed connection instead of a PUBACK. ``received``: the
    packets that well-served connections sent, as (first byte, body).
    """

    def __init__(
        self, seed: int = 0, hostile: int = 0, greeting: bytes = b"", forgets: int = 0
    ) -> None:
        self._greeting = greeting
        self._forgets = forgets
        self.received: list[tuple[int, bytes]] = []
        self._chance = random.Random(seed)
        self._hostile = hostile
        self.served = 0
        self.sent: list[bytes] = []
        self._ended = False
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        threading.Thread(target=self._accept, name="hostile broker", daemon=True).start()

    def end(self) -> None:
        self._ended = True
        self._listener.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while not self._ended:
                connection, _ = self._listener.accept()
                with connection, contextlib.suppress(OSError):
                    connection.settimeout(30)
                    self.served += 1
                    if self.served <= self._hostile:
                        self._mistreat(connection)
                    else:
                        self._serve(connection)

    def _mistreat(self, connection: socket.socket) -> None:
        data = bytes_of_a_hostile_broker(self._chance)
        self.sent.append(data)
        connection.recv(4096)
        while data:
            size = self._chance.choice([1, 3, len(data)])  # packets arrive in any pieces
            connection.sendall(data[:size])
            data = data[size:]
            if size < 4 and len(data) < 100:
                time.sleep(0.001)
        if self._chance.random() < 0.7:
            # Leave it open, and see whether the board finds out by itself.
            connection.settimeout(self._chance.choice([0.05, 0.3]))
            with contextlib.suppress(TimeoutError):
                while connection.recv(4096):
                    pass

    def _serve(self, connection: socket.socket) -> None:
        stream = connection.makefile("rb")
        while head := stream.read(1):
            body = stream.read(_length(stream))
            self.received.append((head[0], body))
            kind = head[0] & 0xF0
            if kind == 0x10:
                connection.sendall(ACCEPT + self._greeting)
            elif kind == 0x30 and head[0] & 6:
                if self._forgets:
                    self._forgets -= 1
                    return
                start = 2 + int.from_bytes(body[:2], "big")
                connection.sendall(b"\x40\x02" + body[start : start + 2])
            elif kind == 0x80:
                connection.sendall(b"\x90\x03" + body[:2] + b"\x01")
            elif kind == 0xC0:
                connection.sendall(b"\xd0\x00")


def _length(stream: BinaryIO) -> int:
    length = shift = 0
    while True:
        digit = stream.read(1)[0]
        length |= (digit & 0x7F) << shift
        shift += 7
        if not digit & 0x80:
            return length
