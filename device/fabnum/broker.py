"""Open a connection to a broker, and say in one word why there is none.

``mqtt.Client`` keeps the connection; here is how it begins and ends.
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
STOPPED = const("stopped")  # the application wants none

# What a CONNACK may answer (MQTT 3.1.1, 3.2.2.3).
_ACCEPTED = const(0)
_BAD_IDENTIFIER = const(2)
_SERVER_UNAVAILABLE = const(3)
_BAD_CREDENTIALS = const(4)
_NOT_AUTHORISED = const(5)
_TLS_ERRORS_BELOW = const(-256)  # numbers of mbedTLS; those of the operating system are above
_TLS_BYTES = const(30 * 1024)  # what a handshake takes of an ESP32's memory, at its peak


class RefusedError(Exception):
    """The broker answered the CONNECT with a code that means no."""

    def __init__(self, code: int) -> None:
        super().__init__("CONNACK %d" % code)
        self.code = code


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


async def connect(
    address: tuple[str, int],
    ssl: "ssl.SSLContext | None",
    server_hostname: str,
    connect_packet: bytearray,
    max_packet: int,
) -> "tuple[asyncio.StreamReader, asyncio.StreamWriter]":
    """Connect to (host, port), send the CONNECT and wait for the broker to accept it.

    Raises what reason_of() tells apart. Sets no time limit: the caller does.
    """
    host, port = address
    if ssl:
        reader, writer = await asyncio.open_connection(
            host, port, ssl=ssl, server_hostname=server_hostname
        )
    else:
        reader, writer = await asyncio.open_connection(host, port)
    try:
        writer.write(connect_packet)
        await writer.drain()
        first, body = await packets.read(reader, max_packet)
        _require_accepted(packets.parse_connack(first, body))
    except BaseException:
        await close(writer)
        raise
    return reader, writer


def _require_accepted(code: int) -> None:
    if code != _ACCEPTED:
        raise RefusedError(code)


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
    if isinstance(error, RefusedError):
        return _refusal(error.code)
    if isinstance(error, packets.ProtocolError):
        return _PROTOCOL
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
