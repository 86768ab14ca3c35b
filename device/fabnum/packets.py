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


_PUBLISH = const(0x30)
_MAX_LENGTH_BYTES = const(4)  # (2.2.3)
_MAX_STRING = const(65535)


class ProtocolError(Exception):
    """The broker sent what MQTT 3.1.1 does not allow, or more than this board can hold.

    Without a text: nobody would read it, and texts take memory. Its one argument, if it has any, is
    the code with which the broker refused the CONNECT.
    """


def publish(topic: str, payload: bytes, qos: int, retain: bool, packet_id: int = 0) -> bytearray:
    """Return a PUBLISH (3.3); ``packet_id`` counts only for quality 1."""
    first = _PUBLISH | qos << 1 | retain
    return packet(first, string(topic), _identifier(packet_id) if qos else b"", payload)


def subscribe(packet_id: int, topics: list[tuple[str, int]]) -> bytearray:
    """Return a SUBSCRIBE for one or more (topic, quality) (3.8)."""
    fields = [_identifier(packet_id)]
    for topic, qos in topics:
        fields += [string(topic), bytes((qos,))]
    return packet(0x82, *fields)


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
        raise ProtocolError  # the length has no end
    if length > max_packet:
        raise ProtocolError
    return first, await reader.readexactly(length)


def parse_publish(first: int, body: bytes) -> tuple[str, bytes, int]:
    """Return topic, payload and packet identifier; 0 stands for none, at quality 0 (3.3)."""
    qos = first >> 1 & 3
    if qos > 1:
        raise ProtocolError  # it was never asked for
    start = 2 + parse_identifier(body)
    payload_start = start + 2 * qos
    if start == 2 or payload_start > len(body):
        raise ProtocolError
    try:
        topic = str(body[2:start], "utf-8")
    except ValueError:  # UnicodeError is one
        raise ProtocolError  # noqa: B904 - MicroPython has no "from None"
    packet_id = 0
    if qos:
        packet_id = parse_identifier(body[start:])
        if not packet_id:
            raise ProtocolError
    return topic, body[payload_start:], packet_id


def parse_identifier(body: bytes) -> int:
    """Return the two bytes that begin a body, a packet identifier most often (2.3.1)."""
    if len(body) < 2:
        raise ProtocolError
    return body[0] << 8 | body[1]


def packet(first: int, *fields: bytes) -> bytearray:
    """Return a packet: its first byte, its length, its fields one after the other."""
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
    whole = bytearray(offset + length)
    whole[:offset] = header
    for field in fields:
        whole[offset : offset + len(field)] = field
        offset += len(field)
    return whole


def string(text: str | bytes) -> bytes:
    """Return a text, or bytes, with its length before it (1.5.3)."""
    data = text.encode() if isinstance(text, str) else text
    if len(data) > _MAX_STRING:
        raise ValueError
    return _identifier(len(data)) + data


def _identifier(number: int) -> bytes:
    return bytes((number >> 8, number & 0xFF))
