"""SLIP: how packets are framed on the serial line to the boot loader (RFC 1055).

``C0`` begins and ends a packet; inside, ``C0`` is sent as ``DB DC`` and ``DB`` as ``DB DD``.
"""

from collections.abc import Iterator

_END = 0xC0
_ESCAPED = ((b"\xdb\xdc", b"\xc0"), (b"\xdb\xdd", b"\xdb"))


def frame(packet: bytes) -> bytes:
    """Return the packet as it goes over the line."""
    for escaped, plain in reversed(_ESCAPED):
        packet = packet.replace(plain, escaped)
    return b"\xc0" + packet + b"\xc0"


class Reader:
    """Puts packets together from what comes over the line; noise between packets is passed over."""

    def __init__(self) -> None:
        self._received = bytearray()

    def clear(self) -> None:
        """Forget a packet that has begun."""
        self._received.clear()

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Take some bytes; yield each packet that they complete."""
        self._received += data
        while True:
            begin = self._received.find(_END)
            if begin < 0:
                self._received.clear()
                return
            end = self._received.find(_END, begin + 1)
            if end < 0:
                del self._received[:begin]
                return
            packet = bytes(self._received[begin + 1 : end])
            # Two ENDs beside each other are the end of one packet and the begin of the next.
            del self._received[: end if not packet else end + 1]
            if packet:
                yield _unescape(packet)


def _unescape(packet: bytes) -> bytes:
    for escaped, plain in _ESCAPED:
        packet = packet.replace(escaped, plain)
    return packet
