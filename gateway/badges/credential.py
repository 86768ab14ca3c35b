"""One badge of one learner: an OpenBadgeCredential as the payload of a token.

Open Badges 3.0, section 8.2: the payload is the credential itself, with the registered claims
``iss``, ``jti``, ``nbf`` beside it. Who holds it is said by a salted hash (section B.1.14), which
tells nothing to who does not know already.
"""

import datetime as dt
import hashlib
import hmac
import secrets
from typing import Any

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
        return hmac.compare_digest(self.hash, _hash(identity, self.salt))

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
    kind = "emailAddress" if "@" in identity else "name"
    return Holder(_hash(identity, salt), salt, kind)


def credential(  # noqa: PLR0913 - the parts of a badge meet here
    *,
    number: str,
    achievement: dict[str, Any],
    issuer: dict[str, Any],
    holder: Holder,
    day: dt.date,
    status: dict[str, Any],
) -> dict[str, Any]:
    """Return the payload of a badge's token. ``number``: a ``urn:uuid:``; ``day`` begins in UTC."""
    begins = dt.datetime.combine(day, dt.time(), dt.UTC)
    return {
        "@context": CONTEXT,
        "id": number,
        "type": TYPES,
        "issuer": issuer,
        "validFrom": begins.isoformat().replace("+00:00", "Z"),
        "name": achievement["name"],
        "credentialSubject": {
            "type": ["AchievementSubject"],
            "identifier": [holder.identifier()],
            "achievement": achievement,
        },
        "credentialStatus": status,
        "iss": issuer["id"],
        "jti": number,
        "nbf": int(begins.timestamp()),
    }


def _hash(identity: str, salt: str) -> str:
    """SHA-256 over identity and salt, as section B.1.14 says; letters' case does not matter."""
    return "sha256$" + hashlib.sha256((identity.strip().lower() + salt).encode()).hexdigest()
