"""Gives badges, revokes them, and says of a badge whether it holds."""

import datetime as dt
from collections.abc import Callable
from enum import Enum
from typing import Any

import msgspec

from gateway.badges import status_list
from gateway.badges.achievement import Definition, Issuer, achievement
from gateway.badges.credential import Holder, credential
from gateway.badges.key import BadSignatureError, UnknownSignerError, claimed, ensure_key, verified
from gateway.badges.ledger import Ledger
from kit.settings import DataFolder, Settings

_MALFORMED = (KeyError, TypeError, ValueError, AttributeError, OverflowError)
_KINDS = ("OpenBadgeCredential", "AchievementCredential")
LONGEST = 2000
"""So much of one text of a badge is told. It may be a stranger's."""
_SPACES = "\n\u00a0\u202f"
Fetch = Callable[[str], str]
"""Fetches the text at an address. Raises OSError where it cannot."""


class Verdict(Enum):
    """What is to be thought of a badge."""

    VALID = "valid"
    CHANGED = "changed"
    REVOKED = "revoked"
    STATUS_UNKNOWN = "status-unknown"
    NOT_YET = "not-yet"
    EXPIRED = "expired"
    UNKNOWN_SIGNER = "unknown-signer"


class Examined(msgspec.Struct, frozen=True):
    """A badge that was looked at. What it says of itself is only told once its signature holds.

    ``ours``: this very site has given it.
    """

    verdict: Verdict
    number: str = ""
    name: str = ""
    description: str = ""
    criteria: str = ""
    issuer: str = ""
    day: str = ""
    holder: Holder | None = None
    ours: bool = False


class BadgeOffice:
    """The badges of one site."""

    def __init__(self, settings: Settings, folder: DataFolder) -> None:
        """Open the office; the key is made where there is none yet."""
        self._key = ensure_key(folder)
        self._time_zone = settings.site.time_zone
        self.issuer = Issuer(self._key.did, settings.site.name, settings.pages_address)
        self.ledger = Ledger(folder.badges)
        self._status_address = f"{self.issuer.address}/badges/status"

    def close(self) -> None:
        """Let go of the ledger."""
        self.ledger.close()

    def give(self, definition: Definition, holder: Holder, day: dt.date, language: str) -> str:
        """Return the token of a new badge. Only its number, module and day are kept here."""
        given = self.ledger.add(definition.module, day)
        return self._key.sign(
            credential(
                number=given.number,
                achievement=achievement(definition, self.issuer, language),
                issuer=self.issuer.profile(),
                holder=holder,
                day=day,
                time_zone=self._time_zone,
                status=status_list.entry(self._status_address, given.place),
            )
        )

    def status_token(self, now: dt.datetime) -> str:
        """Return the signed list of revoked badges, as it stands ``now``."""
        revoked = self.ledger.revoked()
        profile = self.issuer.profile()
        return self._key.sign(status_list.credential(self._status_address, profile, revoked, now))

    def examine(self, token: str, now: dt.datetime, fetch: Fetch) -> Examined:
        """Say of any badge, of this site or of another, what is to be thought of it.

        ``fetch`` brings the list of revoked badges of another site.
        """
        if _has_proof_inside(token):
            return Examined(Verdict.UNKNOWN_SIGNER)
        try:
            payload = _verified(token)
            seen = _read(payload)
            ours = payload["iss"] == self.issuer.did
            verdict = _timely(payload, now) or self._standing(payload, now, fetch)
        except UnknownSignerError:
            return Examined(Verdict.UNKNOWN_SIGNER)
        except (BadSignatureError, *_MALFORMED):
            return Examined(Verdict.CHANGED)
        return msgspec.structs.replace(seen, verdict=verdict, ours=ours)

    def _standing(self, payload: dict[str, Any], now: dt.datetime, fetch: Fetch) -> Verdict:
        """Say whether a badge was revoked."""
        if payload["iss"] == self.issuer.did:
            revoked = self.ledger.is_revoked(payload["id"])
            return Verdict.REVOKED if revoked else Verdict.VALID
        entry = payload.get("credentialStatus")
        if not entry:
            return Verdict.VALID
        try:
            listed = verified(fetch(entry["statusListCredential"]).strip(), payload["iss"])
            revoked = status_list.says_revoked(listed, entry, now)
        except (OSError, BadSignatureError, UnknownSignerError, *_MALFORMED):
            return Verdict.STATUS_UNKNOWN
        return Verdict.REVOKED if revoked else Verdict.VALID


def examined(token: str) -> Examined:
    """Return what a badge says once its signature is right, without asking whether it still holds.

    Raises BadSignatureError if it is not right, or if this is no badge; UnknownSignerError if it is
    signed in a way that cannot be verified here.
    """
    if _has_proof_inside(token):
        raise UnknownSignerError
    try:
        return _read(_verified(token))
    except _MALFORMED:
        raise BadSignatureError from None


def _has_proof_inside(text: str) -> bool:
    """Whether this is a badge in the other form: JSON with its proof in it (section 8.3)."""
    return text.startswith("{") and any(kind in text for kind in _KINDS)


def _verified(token: str) -> dict[str, Any]:
    """Return what a token holds, signed by the issuer that it names (section 8.2.4)."""
    claims = claimed(token)
    issuer = _issuer(claims)["id"]
    if not (claims["iss"] == issuer and claims["jti"] == claims["id"] and _is_badge(claims)):
        raise BadSignatureError
    return verified(token, issuer)


def _is_badge(claims: dict[str, Any]) -> bool:
    return any(kind in claims["type"] for kind in _KINDS)


def _issuer(payload: dict[str, Any]) -> dict[str, Any]:
    """Return who gives a badge; other sites may say so by an id alone."""
    issuer = payload["issuer"]
    return issuer if isinstance(issuer, dict) else {"id": issuer}


def _timely(payload: dict[str, Any], now: dt.datetime) -> Verdict | None:
    """Say that a badge is not valid yet, or no longer; ``None`` if it is. A clock may be wrong."""
    if dt.datetime.fromisoformat(payload["validFrom"]) > now + dt.timedelta(days=1):
        return Verdict.NOT_YET
    ends = payload.get("validUntil")
    if ends is not None and dt.datetime.fromisoformat(ends) < now:
        return Verdict.EXPIRED
    return None


def _read(payload: dict[str, Any]) -> Examined:
    subject, issuer = payload["credentialSubject"], _issuer(payload)
    achieved = subject["achievement"]
    identity = next(iter(subject.get("identifier", [])), None)
    return Examined(
        Verdict.VALID,
        number=_told(payload["id"]),
        name=_told(achieved["name"]),
        description=_told(achieved["description"]),
        criteria=_told(achieved["criteria"].get("narrative", "")),
        issuer=_told(issuer.get("name", issuer["id"])),
        day=dt.datetime.fromisoformat(payload["validFrom"]).date().isoformat(),
        holder=_holder(identity) if identity else None,
    )


def _told(text: str) -> str:
    """Return a text as it may be shown: nothing that steers a terminal, or cannot be written."""
    if not isinstance(text, str):
        raise TypeError("no text")
    return "".join(c for c in text[:LONGEST] if c.isprintable() or c in _SPACES)


def _holder(identity: dict[str, Any]) -> Holder:
    return Holder(
        str(identity["identityHash"]), str(identity.get("salt", "")), str(identity["identityType"])
    )
