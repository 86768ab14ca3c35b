"""Gives badges, revokes them, and says of a badge whether it holds."""

import base64
import datetime as dt
import json
from collections.abc import Callable
from enum import Enum
from typing import Any

import msgspec

from gateway.badges import status_list
from gateway.badges.achievement import Definition, Issuer, achievement
from gateway.badges.credential import Holder, credential
from gateway.badges.key import BadSignatureError, ensure_key, verified
from gateway.badges.ledger import Ledger
from kit.settings import DataFolder, Settings

_MALFORMED = (KeyError, TypeError, ValueError, IndexError, AttributeError)
Fetch = Callable[[str], str]
"""Fetches the text at an address. Raises OSError where it cannot."""


class Verdict(Enum):
    """What is to be thought of a badge."""

    VALID = "valid"
    CHANGED = "changed"
    REVOKED = "revoked"
    STATUS_UNKNOWN = "status-unknown"
    NOT_YET = "not-yet"


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
        try:
            payload = _verified(token)
            seen = _read(payload)
            ours = payload["iss"] == self.issuer.did
            verdict = self._standing(payload, ours=ours, now=now, fetch=fetch)
        except (BadSignatureError, *_MALFORMED):
            return Examined(Verdict.CHANGED)
        return msgspec.structs.replace(seen, verdict=verdict, ours=ours)

    def _standing(
        self, payload: dict[str, Any], *, ours: bool, now: dt.datetime, fetch: Fetch
    ) -> Verdict:
        if dt.datetime.fromisoformat(payload["validFrom"]) > now + dt.timedelta(days=1):
            return Verdict.NOT_YET
        status = payload.get("credentialStatus")
        if not status:
            return Verdict.VALID
        try:
            place = int(status["statusListIndex"])
            if ours:
                return Verdict.REVOKED if place in self.ledger.revoked() else Verdict.VALID
            listed = verified(fetch(status["statusListCredential"]).strip(), payload["iss"])
            revoked = status_list.is_set(listed["credentialSubject"]["encodedList"], place)
        except (OSError, BadSignatureError, KeyError, TypeError, ValueError):
            return Verdict.STATUS_UNKNOWN
        return Verdict.REVOKED if revoked else Verdict.VALID


def examined(token: str) -> Examined:
    """Return what a badge says once its signature is right, without asking whether it still holds.

    Raises BadSignatureError if it is not right, or if this is no badge.
    """
    try:
        return _read(_verified(token))
    except _MALFORMED:
        raise BadSignatureError from None


def _verified(token: str) -> dict[str, Any]:
    """Return what a token holds, signed by the issuer that it names."""
    issuer = _claimed(token)["issuer"]["id"]
    payload = verified(token, issuer)
    if payload["iss"] != payload["issuer"]["id"]:
        raise BadSignatureError
    return payload


def _claimed(token: str) -> dict[str, Any]:
    """Return what a token claims, unverified: only to learn whose key is to be asked."""
    part = token.split(".")[1]
    claimed = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    if not isinstance(claimed, dict):
        raise TypeError("no credential")
    return claimed


def _read(payload: dict[str, Any]) -> Examined:
    subject = payload["credentialSubject"]
    achieved = subject["achievement"]
    identity = next(iter(subject.get("identifier", [])), None)
    return Examined(
        Verdict.VALID,
        number=str(payload["id"]),
        name=str(achieved["name"]),
        description=str(achieved["description"]),
        criteria=str(achieved["criteria"].get("narrative", "")),
        issuer=str(payload["issuer"]["name"]),
        day=str(payload["validFrom"])[:10],
        holder=_holder(identity) if identity else None,
    )


def _holder(identity: dict[str, Any]) -> Holder:
    return Holder(
        str(identity["identityHash"]), str(identity.get("salt", "")), str(identity["identityType"])
    )
