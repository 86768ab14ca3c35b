"""The one date that a board without a clock can know: that of its authority's certificate."""

import time

from fabnum import clock
from micropython import const

_UTC_TIME = b"\x17\x0d"  # DER: an ASN.1 UTCTime of 13 characters, YYMMDDhhmmssZ (X.690, 8.25)
_DAY_S = const(86_400)
_EPOCH_2000 = const(946_684_800)


def not_before(authority: bytes) -> tuple[int, int, int] | None:
    """Return (year, month, day) from which a certificate (DER) is valid; ``None`` if unclear.

    Source: RFC 5280, section 4.1.2.5; the first UTCTime in a certificate is its notBefore.
    """
    at = authority.find(_UTC_TIME)
    digits = authority[at + 2 : at + 8]
    if at < 0 or not digits.isdigit():
        return None
    text = digits.decode()
    return 2000 + int(text[:2]), int(text[2:4]), int(text[4:6])


def approximate_clock(authority: bytes) -> None:
    """Set the chip's clock to the day after, if it says something earlier.

    After power-on the chip is in the year 2000, mbedTLS then finds no certificate valid, and the
    broker that would tell the time cannot be reached. This is no time to date readings with: the
    Clock does not hear of it.
    """
    date = not_before(authority)
    if date is None:
        return
    earliest = time.mktime((date[0], date[1], date[2], 0, 0, 0, 0, 0)) + _DAY_S
    if time.gmtime(0)[0] == 2000:
        earliest += _EPOCH_2000
    if clock.chip_time() < earliest:
        clock.set_chip_time(int(earliest))
