"""Ask a time server, without stopping the board while it thinks.

MicroPython's own ``ntptime`` blocks for a second or more, and believes whatever arrives.
Source: RFC 5905, section 7.3 (the packet) and 8 (its checks); RFC 4330 for a simple client.
"""

import asyncio
import random
import socket
import time

from fabnum.clock import EARLIEST, LATEST, Clock
from micropython import const

_PORT = const(123)
_PACKET_BYTES = const(48)
_CLIENT = const(0x23)  # no leap warning, version 4, mode 3
_SERVER_MODE = const(4)
_UNSYNCHRONISED = const(3)
_MAX_STRATUM = const(15)
_SECONDS_1900_TO_1970 = const(2_208_988_800)
_ERA = const(1 << 32)  # seconds are counted in 32 bits: they start again from 0 on 7 February 2036
_TIMEOUT_MS = const(3_000)
_POLL_MS = const(20)
_FIRST_DELAY_S = const(4)
_MAX_DELAY_S = const(900)
_REFRESH_S = const(6 * 3600)  # a crystal drifts by a second a day


async def keep(clock: Clock, server: str, port: int = _PORT) -> None:
    """Set the clock from a time server, again every six hours; never returns.

    While the server does not answer, it is asked less and less often, every 15 minutes at last.
    """
    delay = _FIRST_DELAY_S
    while True:
        unix = await ask(server, port)
        if unix is not None and clock.set_from_ntp(unix):
            await asyncio.sleep(_REFRESH_S)
            delay = _FIRST_DELAY_S
        else:
            await asyncio.sleep(delay // 2 + random.randrange(delay))
            delay = min(_MAX_DELAY_S, 2 * delay)


async def ask(server: str, port: int = _PORT, timeout_ms: int = _TIMEOUT_MS) -> int | None:
    """Return the Unix seconds that a server gives, or None if no credible answer comes in time.

    Looking up a host's name blocks the board, as everywhere in MicroPython: prefer an address.
    """
    token = bytes([random.getrandbits(8) for _ in range(8)])
    try:
        address = socket.getaddrinfo(server, port, 0, socket.SOCK_DGRAM)[0][-1]
        link = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    except OSError:
        return None
    try:
        link.setblocking(False)
        link.connect(address)  # nothing from another address is received then
        link.send(_request(token))
        return await _answer(link, token, timeout_ms)
    except OSError:
        return None
    finally:
        link.close()


async def _answer(link: socket.socket, token: bytes, timeout_ms: int) -> int | None:
    end = time.ticks_add(time.ticks_ms(), timeout_ms)
    while time.ticks_diff(end, time.ticks_ms()) > 0:
        try:
            unix = parse(link.recv(_PACKET_BYTES), token)
        except OSError:  # EAGAIN: nothing there yet; ECONNREFUSED: it may still be starting
            unix = None
        if unix is not None:
            return unix
        await asyncio.sleep_ms(_POLL_MS)
    return None


def _request(token: bytes) -> bytes:
    # Our "time of sending" is a random number: the answer must repeat it, so that nobody who does
    # not see our packets can answer in the server's place.
    return bytes((_CLIENT,)) + bytes(_PACKET_BYTES - 1 - len(token)) + token


def parse(answer: bytes, token: bytes) -> int | None:
    """Return the Unix seconds in an answer, or None if it is none to ``token`` or not credible."""
    if len(answer) < _PACKET_BYTES or answer[24:32] != token:
        return None
    mode, leap, stratum = answer[0] & 7, answer[0] >> 6, answer[1]
    if mode != _SERVER_MODE or leap == _UNSYNCHRONISED or not 1 <= stratum <= _MAX_STRATUM:
        return None
    seconds = 0
    for digit in answer[40:44]:
        seconds = seconds << 8 | digit
    if seconds < _ERA // 2:  # the era that begins in 2036
        seconds += _ERA
    unix = seconds - _SECONDS_1900_TO_1970
    return unix if EARLIEST <= unix < LATEST else None
