"""The packets of MQTT 3.1.1 as a board sends and reads them.

Pure: bytes in, bytes out, no socket but the reader that is handed in. What a broker sends is
believed only after it was checked: anything that is not a well-formed packet, and anything larger
than the board can hold, is a ProtocolError, never another exception.

Source: OASIS, MQTT Version 3.1.1 (section numbers below).
"""

from micropython import const

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Protocol

    class Reader(Protocol):
        """What packets are read from: a stream of asyncio."""

        async def readexactly(self, n: int) -> bytes:
            """Return exactly that many bytes, or raise EOFError."""


# Packet types (2.2.1), in the upper half of the first byte.
_CONNACK = const(0x20)
PUBLISH = const(0x30)
PUBACK = const(0x40)
SUBACK = const(0x90)
PINGRESP = const(0xD0)

# Flags in the lower half of a PUBLISH (3.3.1).
RETAIN = const(0x01)
DUPLICATE = const(0x08)

PINGREQ = b"\xc0\x00"
DISCONNECT = b"\xe0\x00"

# The granted quality of a subscription that the broker refused (3.9.3).
REFUSED = const(0x80)

_PROTOCOL = const(b"\x00\x04MQTT\x04")  # protocol name and level (3.1.2.1, 3.1.2.2)
_CLEAN_SESSION = const(0x02)
_LAST_ANSWER = const(5)  # to a CONNECT (3.2.2.3)
_MAX_LENGTH_BYTES = const(4)  # (2.2.3)
_MAX_STRING = const(65535)


class ProtocolError(Exception):
    """The broker sent what MQTT 3.1.1 does not allow, or more than this board can hold."""


def connect(
    client_id: str,
    keepalive: int,
    user: str | None = None,
    password: str | None = None,
    will: tuple[str, bytes, int, bool] | None = None,
) -> bytearray:
    """Return a CONNECT with a clean session (3.1).

    ``keepalive`` is in seconds; ``will`` is (topic, payload, quality, retain).
    """
    flags = _CLEAN_SESSION
    fields = [_string(client_id)]
    if will is not None:
        topic, payload, qos, retain = will
        flags |= 0x04 | qos << 3 | (0x20 if retain else 0)
        fields += [_string(topic), _string(payload)]
    if user is not None:
        flags |= 0x80
        fields.append(_string(user))
    if password is not None:
        flags |= 0x40
        fields.append(_string(password))
    variable = _PROTOCOL + bytes((flags, keepalive >> 8, keepalive & 0xFF))
    return _packet(0x10, variable, *fields)


def publish(topic: str, payload: bytes, qos: int, retain: bool, packet_id: int = 0) -> bytearray:
    """Return a PUBLISH (3.3); ``packet_id`` counts only for quality 1."""
    first = PUBLISH | qos << 1 | (RETAIN if retain else 0)
    if qos:
        return _packet(first, _string(topic), _identifier(packet_id), payload)
    return _packet(first, _string(topic), payload)


def subscribe(packet_id: int, topics: list[tuple[str, int]]) -> bytearray:
    """Return a SUBSCRIBE for one or more (topic, quality) (3.8)."""
    fields = [_identifier(packet_id)]
    for topic, qos in topics:
        fields.append(_string(topic))
        fields.append(bytes((qos,)))
    return _packet(0x82, *fields)


def puback(packet_id: int) -> bytes:
    """Return a PUBACK (3.4)."""
    return b"\x40\x02" + _identifier(packet_id)


async def read(reader: "Reader", max_packet: int) -> tuple[int, bytes]:
    """Read one packet: its first byte and its body.

    Raises ProtocolError if its length is malformed or above ``max_packet`` bytes, EOFError if the
    broker closed the connection.
    """
    first = (await reader.readexactly(1))[0]
    length = 0
    for position in range(_MAX_LENGTH_BYTES):
        digit = (await reader.readexactly(1))[0]
        length |= (digit & 0x7F) << 7 * position
        if not digit & 0x80:
            break
    else:
        raise ProtocolError("endless length")
    if length > max_packet:
        raise ProtocolError("packet of %d bytes" % length)
    return first, (await reader.readexactly(length) if length else b"")


def parse_connack(first: int, body: bytes) -> int:
    """Return the answer to a CONNECT, 0 if it is accepted (3.2.2.3)."""
    if first != _CONNACK or len(body) != 2 or body[0] > 1 or body[1] > _LAST_ANSWER:
        raise ProtocolError("not a CONNACK")
    return body[1]


def parse_publish(first: int, body: bytes) -> tuple[str, bytes, int]:
    """Return topic, payload and packet identifier; 0 stands for none, at quality 0 (3.3)."""
    qos = first >> 1 & 3
    if qos > 1:
        raise ProtocolError("quality %d was never asked for" % qos)
    if len(body) < 2:
        raise ProtocolError("PUBLISH cut short")
    start = 2 + (body[0] << 8 | body[1])
    payload_start = start + 2 * qos
    if start == 2 or payload_start > len(body):
        raise ProtocolError("PUBLISH cut short")
    try:
        topic = str(body[2:start], "utf-8")
    except ValueError:  # UnicodeError is one
        raise ProtocolError("topic is not UTF-8")  # noqa: B904 - MicroPython has no "from None"
    packet_id = 0
    if qos:
        packet_id = body[start] << 8 | body[start + 1]
        if not packet_id:
            raise ProtocolError("packet identifier 0")
    return topic, body[payload_start:], packet_id


def parse_puback(body: bytes) -> int:
    """Return the packet identifier that a PUBACK acknowledges (3.4)."""
    if len(body) != 2:
        raise ProtocolError("PUBACK of %d bytes" % len(body))
    return body[0] << 8 | body[1]


def parse_suback(body: bytes) -> tuple[int, bytes]:
    """Return the packet identifier of a SUBSCRIBE and what was granted for each topic (3.9)."""
    if len(body) < 3:
        raise ProtocolError("SUBACK cut short")
    return body[0] << 8 | body[1], body[2:]


def _packet(first: int, *fields: bytes) -> bytearray:
    # Header and body in one buffer, filled once: a packet is written in one go (two small writes
    # would wait for each other's acknowledgement: 45 ms a message), and copied as little as can be.
    length = 0
    for field in fields:
        length += len(field)
    header = bytearray((first,))
    rest = length
    while True:
        digit = rest & 0x7F
        rest >>= 7
        header.append(digit | 0x80 if rest else digit)
        if not rest:
            break
    offset = len(header)
    packet = bytearray(offset + length)
    packet[:offset] = header
    for field in fields:
        packet[offset : offset + len(field)] = field
        offset += len(field)
    return packet


def _string(text: str | bytes) -> bytes:
    data = text.encode() if isinstance(text, str) else text
    if len(data) > _MAX_STRING:
        raise ValueError("longer than 65535 bytes")
    return _identifier(len(data)) + data


def _identifier(number: int) -> bytes:
    return bytes((number >> 8, number & 0xFF))
