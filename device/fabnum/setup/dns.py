"""DNS that answers every name with one address, so that a phone finds the page by itself.

RFC 1035, section 4: one question a message, of which only the type A has an answer.
"""

import asyncio
import socket

from micropython import const

_PORT = const(53)
_LARGEST = const(512)  # RFC 1035, 2.3.4: a UDP message
_HEADER = const(12)
_LONGEST_NAME = const(255)
_POLL_MS = const(40)
_AT_ONCE = const(8)  # a flood of questions does not keep the board from its program
_TTL_S = const(5)  # the phone forgets it soon: elsewhere the name has another address
_QUESTION_TAIL = const(4)  # type and class
_TYPE_A = const(b"\x00\x01")
_TYPE_ANY = const(b"\x00\xff")
_CLASS_IN = const(b"\x00\x01")


async def serve(address: str) -> None:
    """Answer on that address of the board until cancelled. Raises OSError if it is taken."""
    link = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        link.setblocking(False)
        link.bind(socket.getaddrinfo(address, _PORT)[0][-1])
        number = bytes([int(part) for part in address.split(".")])
        while True:
            _answer_waiting(link, number)
            await asyncio.sleep_ms(_POLL_MS)
    finally:
        link.close()


def _answer_waiting(link: socket.socket, number: bytes) -> None:
    for _ in range(_AT_ONCE):
        try:
            query, sender = link.recvfrom(_LARGEST)
            reply = answer(query, number)
            if reply:
                link.sendto(reply, sender)
        except OSError:  # nothing there, or nobody there any more
            return


def answer(query: bytes, number: bytes) -> bytes | None:
    """Return the answer to a query, ``None`` if it is none. ``number``: four bytes of an address.

    A question for anything but an IPv4 address is answered with "there is none", so that a phone
    does not wait for it.
    """
    end = _end_of_question(query)
    if end is None:
        return None
    kind = query[end - _QUESTION_TAIL : end - 2]
    wanted = query[end - 2 : end] == _CLASS_IN and kind in (_TYPE_A, _TYPE_ANY)
    # Response, authoritative, recursion as it was asked for; no error.
    flags = bytes((0x84 | (query[2] & 0x01), 0x80))
    counts = b"\x00\x01" + (b"\x00\x01" if wanted else b"\x00\x00") + b"\x00\x00\x00\x00"
    reply = query[:2] + flags + counts + query[_HEADER:end]
    if wanted:
        name = b"\xc0\x0c"  # the name in the question
        ttl = bytes((0, 0, 0, _TTL_S))
        reply += name + _TYPE_A + _CLASS_IN + ttl + b"\x00\x04" + number
    return reply


def _end_of_question(query: bytes) -> int | None:
    # The offset behind the one question; None if this is no query of one plain question.
    if not _HEADER < len(query) <= _LARGEST:
        return None
    if query[2] & 0xF8 or query[4:6] != b"\x00\x01":  # a response, or no standard query
        return None
    at = _HEADER
    while query[at]:
        if query[at] > 63:  # a pointer, or nonsense
            return None
        at += 1 + query[at]
        if at >= len(query) or at - _HEADER > _LONGEST_NAME:
            return None
    end = at + 1 + _QUESTION_TAIL
    return end if end <= len(query) else None
