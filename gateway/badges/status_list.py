"""Which badges are revoked: a Bitstring Status List (W3C Recommendation of May 2025).

One bit a badge, at a place drawn by lot, so that the list tells nothing of one badge but to who has
it. The list is itself a signed credential.
"""

import base64
import binascii
import datetime as dt
import gzip
import zlib
from collections.abc import Iterable, Mapping
from typing import Any

from gateway.badges.credential import CONTEXT

PLACES = 131_072
"""Bits of a list: 16 KB, the least that the Recommendation allows."""
_MOST_BYTES = 5 << 20
VALID_FOR = dt.timedelta(days=1)
"""An older copy of the list may lack a badge that was revoked since: nobody should go by it."""
FRESH_FOR = dt.timedelta(minutes=5)
"""So long who asked need not ask again."""
_ENDS_A_BADGE = ("revocation", "suspension")


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


def says_revoked(listed: Mapping[str, Any], entry: Mapping[str, Any], now: dt.datetime) -> bool:
    """Return what a list, its signature verified, says of a badge's ``entry``.

    Raises KeyError, TypeError or ValueError if the list says nothing of it, or is too old.
    """
    subject, purpose = listed["credentialSubject"], entry["statusPurpose"]
    if purpose not in _ENDS_A_BADGE or purpose not in _several(subject["statusPurpose"]):
        raise ValueError("the list is about something else")
    if "BitstringStatusListCredential" not in _several(listed["type"]):
        raise ValueError("this is no list")
    if "validUntil" in listed and dt.datetime.fromisoformat(listed["validUntil"]) < now:
        raise ValueError("the list is too old")
    return is_set(subject["encodedList"], int(entry["statusListIndex"]))


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
    ends = begins + VALID_FOR
    return {
        "@context": CONTEXT[:1],
        "id": address,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": issuer["id"],
        "validFrom": _written(begins),
        "validUntil": _written(ends),
        "credentialSubject": {
            "id": f"{address}#list",
            "type": "BitstringStatusList",
            "statusPurpose": "revocation",
            "encodedList": encoded(revoked),
            "ttl": FRESH_FOR // dt.timedelta(milliseconds=1),
        },
        "iss": issuer["id"],
        "jti": address,
        "nbf": int(begins.timestamp()),
        "exp": int(ends.timestamp()),
    }


def _written(moment: dt.datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")


def _several(value: object) -> list[object]:
    """Return what may stand alone or in a list, as a list (JSON-LD 1.1, compaction)."""
    return value if isinstance(value, list) else [value]
