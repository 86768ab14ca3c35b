"""Which badges are revoked: a Bitstring Status List (W3C Recommendation of May 2025).

One bit a badge, at a place drawn by lot, so that the list tells nothing of one badge but to who has
it. The list is itself a signed credential.
"""

import base64
import binascii
import datetime as dt
import gzip
import zlib
from collections.abc import Iterable
from typing import Any

from gateway.badges.credential import CONTEXT

PLACES = 131_072
"""Bits of a list: 16 KB, the least that the Recommendation allows."""
_MOST_BYTES = 5 << 20


def encoded(revoked: Iterable[int]) -> str:
    """Return the places of revoked badges as ``encodedList``: gzip, base64url, multibase ``u``."""
    bits = bytearray(PLACES // 8)
    for place in revoked:
        bits[place // 8] |= 0x80 >> place % 8
    return "u" + base64.urlsafe_b64encode(gzip.compress(bytes(bits), mtime=0)).decode().rstrip("=")


def is_set(encoded_list: str, place: int) -> bool:
    """Return whether a place is set. Raises ValueError if the list cannot be read or is short."""
    if not encoded_list.startswith("u"):
        raise ValueError("a list begins with u")
    padded = encoded_list[1:] + "=" * (-len(encoded_list[1:]) % 4)
    try:
        packed = base64.b64decode(padded, altchars=b"-_", validate=True)
        bits = zlib.decompressobj(wbits=31).decompress(packed, _MOST_BYTES)
    except (binascii.Error, zlib.error) as error:
        raise ValueError(str(error)) from None
    if not 0 <= place < len(bits) * 8:
        raise ValueError("there is no such place")
    return bool(bits[place // 8] & 0x80 >> place % 8)


def entry(address: str, place: int) -> dict[str, Any]:
    """Return what a badge says of its place: its ``credentialStatus``."""
    return {
        "id": f"{address}#{place}",
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": str(place),
        "statusListCredential": address,
    }


def credential(
    address: str, issuer: dict[str, Any], revoked: Iterable[int], now: dt.datetime
) -> dict[str, Any]:
    """Return the list as the payload of a token. ``now`` is aware of its time zone."""
    begins = now.astimezone(dt.UTC).replace(microsecond=0)
    return {
        "@context": CONTEXT[:1],
        "id": address,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": issuer["id"],
        "validFrom": begins.isoformat().replace("+00:00", "Z"),
        "credentialSubject": {
            "id": f"{address}#list",
            "type": "BitstringStatusList",
            "statusPurpose": "revocation",
            "encodedList": encoded(revoked),
        },
        "iss": issuer["id"],
        "jti": address,
        "nbf": int(begins.timestamp()),
    }
