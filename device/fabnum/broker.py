"""How a connection to a broker begins, and in one word why it ended.

``mqtt.Client`` keeps the connection. It loads this module at its beginning and at its end, and
drops it in between: it takes as much memory as a small program.
"""

import asyncio
from errno import ENOMEM

from fabnum import packets
from micropython import const

TYPE_CHECKING = False
if TYPE_CHECKING:
    import ssl

# Why there is no connection: these words choose the LED's code and the sentence in the log.
_NO_BROKER = const("no-broker")  # refused, unreachable, silent, or gone before it answered
_TLS = const("tls")  # wrong authority, wrong name, or the board's clock is wrong
_CREDENTIALS = const("credentials")  # user, password or client id refused
_PROTOCOL = const("protocol")  # it sent what is not MQTT 3.1.1
_CONNECTION = const("connection")  # it was up and was lost
_MEMORY = const("memory")  # the board has not enough left

# The CONNECT (MQTT 3.1.1, 3.1).
_PROTOCOL_AND_LEVEL = const(b"\x00\x04MQTT\x04")
_CLEAN_SESSION = const(0x02)

# The CONNACK, and what it may answer (3.2.2.3).
_CONNACK = const(0x20)
_LAST_ANSWER = const(5)
_ACCEPTED = const(0)
_BAD_IDENTIFIER = const(2)
_SERVER_UNAVAILABLE = const(3)
_BAD_CREDENTIALS = const(4)
_NOT_AUTHORISED = const(5)
_TLS_ERRORS_BELOW = const(-256)  # numbers of mbedTLS; those of the operating system are above
_TLS_BYTES = const(30 * 1024)  # what a handshake takes of an ESP32's memory, at its peak


def tls_context(authority: bytes) -> "ssl.SSLContext":
    """Return a TLS context that trusts one certificate authority, given in DER, and no other.

    Raises ValueError if it is not a certificate. mbedTLS compares the dates of certificates with
    the chip's clock, which says 1 January 2000 after power-on.
    """
    import ssl

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    # MicroPython's default is CERT_NONE. (The stubs lack the attribute.)
    context.verify_mode = ssl.CERT_REQUIRED  # type: ignore[attr-defined]
    context.load_verify_locations(cadata=authority)
    return context


def connect_packet(
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
    fields = [packets.string(client_id)]
    if will is not None:
        topic, payload, qos, retain = will
        flags |= 0x04 | qos << 3 | (0x20 if retain else 0)
        fields += [packets.string(topic), packets.string(payload)]
    if user is not None:
        flags |= 0x80
        fields.append(packets.string(user))
    if password is not None:
        flags |= 0x40
        fields.append(packets.string(password))
    variable = _PROTOCOL_AND_LEVEL + bytes((flags, keepalive >> 8, keepalive & 0xFF))
    return packets.packet(0x10, variable, *fields)


def parse_connack(first: int, body: bytes) -> int:
    """Return the answer to a CONNECT, 0 if it is accepted (3.2.2.3)."""
    if first != _CONNACK or len(body) != 2 or body[0] > 1 or body[1] > _LAST_ANSWER:
        raise packets.ProtocolError
    return body[1]


async def connect(
    address: tuple[str, int],
    ssl: "ssl.SSLContext | None",
    hello: bytearray,
    max_packet: int,
) -> "tuple[asyncio.StreamReader, asyncio.StreamWriter]":
    """Connect to (host, port), send the CONNECT (``hello``) and wait for the broker to accept it.

    Raises what reason_of() tells apart. Sets no time limit: the caller does.
    """
    host, port = address
    if ssl:
        reader, writer = await asyncio.open_connection(host, port, ssl=ssl, server_hostname=host)
    else:
        reader, writer = await asyncio.open_connection(host, port)
    try:
        writer.write(hello)
        await writer.drain()
        first, body = await packets.read(reader, max_packet)
        code = parse_connack(first, body)
        if code != _ACCEPTED:
            raise packets.ProtocolError(code)  # noqa: TRY301 - what was opened is closed below
    except BaseException:
        await close(writer)
        raise
    return reader, writer


async def close(writer: "asyncio.StreamWriter") -> None:
    """Close a connection, dead or alive. This never waits for the peer."""
    try:
        await writer.wait_closed()  # in MicroPython this closes the socket, and at once
    except (OSError, ValueError):
        pass  # TLS would still have liked to say good-bye


def reason_of(error: Exception | None, accepted: bool) -> str:
    """Return one of the words above for what ended a connection.

    ``accepted``: whether the broker had accepted it before.
    """
    if isinstance(error, packets.ProtocolError):
        return _refusal(error.args[0]) if error.args else _PROTOCOL
    number = error.errno if isinstance(error, OSError) else None
    if isinstance(error, MemoryError) or number == ENOMEM:
        return _MEMORY
    if accepted:
        return _CONNECTION
    # mbedTLS raises ValueError for a certificate that it does not trust.
    if isinstance(error, ValueError) or (number is not None and number < _TLS_ERRORS_BELOW):
        return _MEMORY if _chip_is_full() else _TLS
    return _NO_BROKER


def _refusal(code: int) -> str:
    if code == _SERVER_UNAVAILABLE:
        return _NO_BROKER
    if code in (_BAD_IDENTIFIER, _BAD_CREDENTIALS, _NOT_AUTHORISED):
        return _CREDENTIALS
    return _PROTOCOL


def _chip_is_full() -> bool:
    # mbedTLS takes its memory from the chip, not from MicroPython's heap. When there is too little,
    # it says of a good certificate that it is not signed by the authority.
    try:
        from esp32 import HEAP_DATA, idf_heap_info
    except ImportError:
        return False
    free: int = sum([region[1] for region in idf_heap_info(HEAP_DATA)])
    return free < _TLS_BYTES
