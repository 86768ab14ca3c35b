"""One badge of one learner: an OpenBadgeCredential as the payload of a token.

Open Badges 3.0, section 8.2: the payload is the credential itself, with the registered claims
``iss``, ``jti``, ``nbf``, ``sub`` beside it. Who holds it is said by a salted hash (section
B.1.14): who has the badge can try a name or an address on it, and learns nothing else.
"""

import datetime as dt
import hashlib
import hmac
import secrets
import unicodedata
import uuid
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

CONTEXT = [
    "https://www.w3.org/ns/credentials/v2",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
]
TYPES = ["VerifiableCredential", "OpenBadgeCredential"]


class Holder(msgspec.Struct, frozen=True):
    """Who holds a badge, as a hash with its salt. ``kind``: ``emailAddress`` or ``name``."""

    hash: str
    salt: str
    kind: str

    def is_said_by(self, identity: str) -> bool:
        """Return whether this is the holder's address or name."""
        return hmac.compare_digest(self.hash, _hash(_said(identity), self.salt))

    def identifier(self) -> dict[str, Any]:
        """Return it as an IdentityObject."""
        return {
            "type": "IdentityObject",
            "hashed": True,
            "identityHash": self.hash,
            "identityType": self.kind,
            "salt": self.salt,
        }


def holder(identity: str) -> Holder:
    """Return the holder of an e-mail address or a name, with a salt of its own."""
    salt = secrets.token_hex(16)
    return Holder(_hash(_said(identity), salt), salt, _kind(identity))


def credential(  # noqa: PLR0913 - the parts of a badge meet here
    *,
    number: str,
    achievement: dict[str, Any],
    issuer: dict[str, Any],
    holder: Holder,
    day: dt.date,
    time_zone: str,
    status: dict[str, Any],
) -> dict[str, Any]:
    """Return the payload of a badge's token. ``number``: a ``urn:uuid:``.

    The badge holds from the beginning of ``day`` in ``time_zone``: in UTC it would still be to come
    for those who live further east.
    """
    begins = dt.datetime.combine(day, dt.time(), ZoneInfo(time_zone))
    # A name for the holder that says nothing, for verifiers that insist on one (section 8.2.4.1).
    subject = uuid.uuid4().urn
    return {
        "@context": CONTEXT,
        "id": number,
        "type": TYPES,
        "issuer": issuer,
        "validFrom": begins.isoformat(),
        "name": achievement["name"],
        "credentialSubject": {
            "id": subject,
            "type": ["AchievementSubject"],
            "identifier": [holder.identifier()],
            "achievement": achievement,
        },
        "credentialStatus": status,
        "iss": issuer["id"],
        "jti": number,
        "sub": subject,
        "nbf": int(begins.timestamp()),
    }


def _kind(identity: str) -> str:
    return "emailAddress" if "@" in identity else "name"


def _said(identity: str) -> str:
    """Return an address or a name as it is hashed, however a keyboard wrote it.

    Addresses in small letters, as software for badges writes them; names as they are.
    """
    said = " ".join(unicodedata.normalize("NFC", identity).split())
    return said.lower() if _kind(said) == "emailAddress" else said


def _hash(identity: str, salt: str) -> str:
    """SHA-256 over identity and salt, as section B.1.14 says."""
    return "sha256$" + hashlib.sha256((identity + salt).encode()).hexdigest()
