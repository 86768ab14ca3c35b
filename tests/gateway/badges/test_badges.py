"""Badges: what is signed, what is kept, and what two libraries that are not ours say of them."""

import base64
import datetime as dt
import hashlib
import json
import stat
import unicodedata
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jwcrypto import jwk, jws
from openbadgeslib.ob3 import OB3Verifier
from openbadgeslib.ob3.verifier import OB3VerificationError

from gateway.badges import status_list
from gateway.badges.credential import credential, holder
from gateway.badges.key import ensure_key
from gateway.badges.office import LONGEST, BadgeOffice, Verdict
from kit.errors import FabnumError
from kit.settings import DataFolder
from tests.gateway.badges.conftest import AIR, DAY, NOW, make_office, nowhere

ADDRESS = "amelie@example.org"


def give(office: BadgeOffice, identity: str = ADDRESS) -> str:
    return office.give(AIR, holder(identity), DAY, "fr")


def payload_of(token: str) -> dict[str, object]:
    part = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


def with_bit_turned(token: str, at: int) -> str:
    """Return the token with one bit of one decoded part turned, encoded anew."""
    parts = [base64.urlsafe_b64decode(p + "=" * (-len(p) % 4)) for p in token.split(".")]
    place = at % sum(len(part) for part in parts)
    for number, part in enumerate(parts):
        if place < len(part):
            parts[number] = part[:place] + bytes([part[place] ^ 1]) + part[place + 1 :]
            break
        place -= len(part)
    return ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts)


def test_a_badge_is_valid_for_a_library_of_open_badges(office: BadgeOffice) -> None:
    seen = OB3Verifier.for_issuer_did(office.issuer.did).verify(give(office))
    assert seen.issuer.name == "Gonesse"
    assert seen.achievement.name == "L’air de la classe"


def test_a_library_that_checks_all_it_can_finds_nothing_wrong(office: BadgeOffice) -> None:
    token = give(office)
    listed = office.status_token(dt.datetime.now(dt.UTC)).encode()
    subject = payload_of(token)["sub"]
    seen = OB3Verifier.for_issuer_did(office.issuer.did).verify(
        token,
        expected_recipient=str(subject),
        check_status=True,
        verify_status_list=True,
        download=lambda _url: listed,
    )
    assert (seen.identifiers[0].identity_type, seen.identifiers[0].hashed) == ("emailAddress", True)


def test_a_token_says_whose_key_signed_it_in_both_ways_there_are(office: BadgeOffice) -> None:
    token = give(office)
    header = json.loads(base64.urlsafe_b64decode(token.split(".")[0] + "=="))
    assert set(header) == {"alg", "typ", "kid", "jwk"}
    assert header["kid"] == f"{office.issuer.did}#{office.issuer.did.removeprefix('did:key:')}"
    named = jws.JWS()
    named.deserialize(token, jwk.JWK(**header["jwk"]), alg="EdDSA")
    assert "d" not in header["jwk"]


def test_what_a_token_claims_is_what_its_badge_says(office: BadgeOffice) -> None:
    payload: dict[str, Any] = payload_of(give(office))
    assert payload["iss"] == payload["issuer"]["id"]
    assert payload["jti"] == payload["id"]
    assert payload["sub"] == payload["credentialSubject"]["id"]
    assert payload["nbf"] == dt.datetime.fromisoformat(payload["validFrom"]).timestamp()


@pytest.mark.parametrize("zone", ["Pacific/Noumea", "Europe/Paris", "America/Cayenne"])
def test_a_badge_holds_from_the_morning_of_its_day_on_wherever_it_was_given(zone: str) -> None:
    made = credential(
        number="urn:uuid:1",
        achievement={"name": "Air"},
        issuer={"id": "did:key:z"},
        holder=holder("a@example.org"),
        day=DAY,
        time_zone=zone,
        status={},
    )
    morning = dt.datetime.combine(DAY, dt.time(8), ZoneInfo(zone))
    assert made["nbf"] <= morning.timestamp()
    assert made["validFrom"].startswith(DAY.isoformat())


def test_a_badge_is_valid_for_a_library_of_signatures(office: BadgeOffice, tmp_path: Path) -> None:
    pem = DataFolder(tmp_path / "site").secret("badge-key")
    token = jws.JWS()
    token.deserialize(give(office), jwk.JWK.from_pem(pem.encode()), alg="EdDSA")
    assert json.loads(token.payload)["type"][1] == "OpenBadgeCredential"


@given(at=st.integers(min_value=0, max_value=1 << 16))
def test_a_changed_byte_is_refused_by_all(
    tmp_path_factory: pytest.TempPathFactory, at: int
) -> None:
    office = make_office(tmp_path_factory.mktemp("site"))
    changed = with_bit_turned(give(office), at)
    with pytest.raises(OB3VerificationError):
        OB3Verifier.for_issuer_did(office.issuer.did).verify(changed)
    assert office.examine(changed, NOW, nowhere).verdict is Verdict.CHANGED


@given(
    junk=st.text(max_size=200) | st.from_regex(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")
)
def test_what_is_no_badge_at_all_is_refused_and_never_crashes(
    tmp_path_factory: pytest.TempPathFactory, junk: str
) -> None:
    office = make_office(tmp_path_factory.getbasetemp() / "junk")
    assert office.examine(junk, NOW, nowhere).verdict is Verdict.CHANGED


def test_a_revoked_badge_is_shown_as_revoked(office: BadgeOffice) -> None:
    kept, lost = give(office), give(office)
    office.ledger.revoke(str(payload_of(lost)["id"]))
    assert office.examine(lost, NOW, nowhere).verdict is Verdict.REVOKED
    assert office.examine(kept, NOW, nowhere).verdict is Verdict.VALID


def test_a_library_of_open_badges_sees_the_revocation(office: BadgeOffice) -> None:
    kept, lost = give(office), give(office)
    office.ledger.revoke(str(payload_of(lost)["id"]))
    verifier = OB3Verifier.for_issuer_did(office.issuer.did)
    status = office.status_token(dt.datetime.now(dt.UTC)).encode()
    verifier.verify(kept, check_status=True, download=lambda _url: status)
    with pytest.raises(OB3VerificationError, match="revocation"):
        verifier.verify(lost, check_status=True, download=lambda _url: status)


def test_a_badge_of_another_site_is_known_by_its_list(office: BadgeOffice, tmp_path: Path) -> None:
    other = make_office(tmp_path / "other")
    token = give(other)
    fetched = other.status_token(NOW)
    assert office.examine(token, NOW, lambda _url: fetched).verdict is Verdict.VALID
    other.ledger.revoke(str(payload_of(token)["id"]))
    fetched = other.status_token(NOW)
    assert office.examine(token, NOW, lambda _url: fetched).verdict is Verdict.REVOKED


def test_without_the_other_sites_list_its_standing_is_unknown(
    office: BadgeOffice, tmp_path: Path
) -> None:
    other = make_office(tmp_path / "other")
    seen = office.examine(give(other), NOW, nowhere)
    assert (seen.verdict, seen.ours) == (Verdict.STATUS_UNKNOWN, False)


def test_an_old_copy_of_the_list_clears_nothing(office: BadgeOffice, tmp_path: Path) -> None:
    other = make_office(tmp_path / "other")
    token, old = give(other), other.status_token(NOW)
    later = NOW + status_list.VALID_FOR + dt.timedelta(seconds=1)
    assert office.examine(token, later, lambda _url: old).verdict is Verdict.STATUS_UNKNOWN


def test_a_bit_that_says_something_else_revokes_nothing() -> None:
    entry = status_list.entry("https://example.org/list", 7)
    listed = status_list.credential("https://example.org/list", {"id": "x"}, [7], NOW)
    assert status_list.says_revoked(listed, entry, NOW)
    message = entry | {"statusPurpose": "message"}
    listed["credentialSubject"]["statusPurpose"] = ["revocation", "message"]
    assert status_list.says_revoked(listed, entry, NOW)
    with pytest.raises(ValueError, match="something else"):
        status_list.says_revoked(listed, message, NOW)


def signed(office: BadgeOffice, tmp_path: Path, **changes: object) -> str:
    """Return a badge of ``office`` that says something else, signed with its key."""
    payload = payload_of(give(office)) | changes
    return ensure_key(DataFolder(tmp_path)).sign(payload)


@pytest.mark.parametrize(
    ("changes", "verdict"),
    [
        ({"validUntil": "2026-11-21T00:00:00Z"}, Verdict.EXPIRED),
        ({"validUntil": "2026-11-23T00:00:00Z"}, Verdict.VALID),
        ({"validFrom": "2026-12-24T00:00:00Z"}, Verdict.NOT_YET),
        ({"type": ["VerifiableCredential"]}, Verdict.CHANGED),
        ({"jti": "urn:uuid:another"}, Verdict.CHANGED),
        ({"iss": "did:key:zanother"}, Verdict.CHANGED),
        ({"credentialSubject": []}, Verdict.CHANGED),
        ({"validFrom": "2026-11-20"}, Verdict.CHANGED),
        ({"iss": "did:web:example.org", "issuer": "did:web:example.org"}, Verdict.UNKNOWN_SIGNER),
    ],
    ids=str,
)
def test_a_signed_badge_is_taken_at_its_word(
    office: BadgeOffice, tmp_path: Path, changes: dict[str, object], verdict: Verdict
) -> None:
    token = signed(office, tmp_path / "site", **changes)
    assert office.examine(token, NOW, nowhere).verdict is verdict


def test_a_badge_in_the_other_form_is_not_called_false(office: BadgeOffice) -> None:
    written = '{"type": ["VerifiableCredential", "OpenBadgeCredential"], "proof": {}}'
    assert office.examine(written, NOW, nowhere).verdict is Verdict.UNKNOWN_SIGNER


def test_a_stranger_can_neither_steer_a_terminal_nor_stop_a_page(
    office: BadgeOffice, tmp_path: Path
) -> None:
    payload: Any = payload_of(give(office))
    # Half a letter: it can be signed, but not written as UTF-8.
    payload["credentialSubject"]["achievement"]["name"] = "\ud800\x1b[2Jé\u202e\u00a0!" + "x" * (
        2 * LONGEST
    )
    token = jws.JWS(json.dumps(payload).encode())
    pem = DataFolder(tmp_path / "site").secret("badge-key")
    token.add_signature(jwk.JWK.from_pem(pem.encode()), "EdDSA", json.dumps({"alg": "EdDSA"}))
    seen = office.examine(token.serialize(compact=True), NOW, nowhere)
    assert seen.verdict is Verdict.VALID
    assert seen.name.startswith("[2Jé\u00a0!x")
    assert len(seen.name) <= LONGEST


@pytest.mark.parametrize("payload", ["[" * 45_000, "{" * 10, '{"issuer":' * 4_000, "1" * 45_000])
def test_a_text_made_to_break_a_reader_is_no_badge(office: BadgeOffice, payload: str) -> None:
    part = base64.urlsafe_b64encode(payload.encode()).decode().rstrip("=")
    assert office.examine(f"e30.{part}.AA", NOW, nowhere).verdict is Verdict.CHANGED


def test_a_list_signed_by_somebody_else_revokes_nothing_and_clears_nothing(
    office: BadgeOffice, tmp_path: Path
) -> None:
    other = make_office(tmp_path / "other")
    forged = office.status_token(NOW)
    assert office.examine(give(other), NOW, lambda _url: forged).verdict is Verdict.STATUS_UNKNOWN


def test_a_badge_tells_its_holder_only_to_who_knows_already(office: BadgeOffice) -> None:
    token = give(office)
    assert ADDRESS not in json.dumps(payload_of(token))
    seen = office.examine(token, NOW, nowhere)
    assert seen.holder is not None
    assert seen.holder.is_said_by(" Amelie@Example.org ")
    assert not seen.holder.is_said_by("somebody@example.org")


def test_a_name_is_hashed_as_others_compute_it(office: BadgeOffice) -> None:
    typed = unicodedata.normalize("NFD", " Amélie  Martin ")  # as some keyboards write it
    identifier = payload_of(give(office, typed))["credentialSubject"]["identifier"][0]  # type: ignore[index]
    said = "Amélie Martin" + identifier["salt"]
    assert identifier["identityHash"] == "sha256$" + hashlib.sha256(said.encode()).hexdigest()


def test_the_same_holder_cannot_be_recognised_in_two_badges(office: BadgeOffice) -> None:
    first, second = (office.examine(give(office), NOW, nowhere).holder for _ in range(2))
    assert first is not None
    assert second is not None
    assert first.hash != second.hash


def test_nothing_of_the_holder_is_kept_on_the_site(office: BadgeOffice, tmp_path: Path) -> None:
    token = give(office, "Amélie")
    identifier = payload_of(token)["credentialSubject"]["identifier"][0]  # type: ignore[index]
    kept = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    for told in ("Amélie", identifier["identityHash"], identifier["salt"], token):
        assert told.encode() not in kept


def test_the_key_is_made_once_and_closed_to_others(office: BadgeOffice, tmp_path: Path) -> None:
    folder = DataFolder(tmp_path / "site")
    assert ensure_key(folder).did == office.issuer.did
    assert stat.S_IMODE((folder.secrets / "badge-key").stat().st_mode) == 0o600


def test_a_damaged_key_is_said_and_not_replaced(office: BadgeOffice, tmp_path: Path) -> None:
    folder = DataFolder(tmp_path / "site")
    folder.keep_secret("badge-key", "-----BEGIN nothing-----")
    with pytest.raises(FabnumError):
        ensure_key(folder)
    assert folder.secret("badge-key") == "-----BEGIN nothing-----"


def test_a_badge_that_was_never_given_cannot_be_revoked(office: BadgeOffice) -> None:
    with pytest.raises(FabnumError):
        office.ledger.revoke("urn:uuid:0")


@given(revoked=st.sets(st.integers(0, status_list.PLACES - 1), max_size=50), asked=st.data())
def test_the_list_says_of_each_place_what_was_put_in(
    revoked: set[int], asked: st.DataObject
) -> None:
    listed = status_list.encoded(revoked)
    place = asked.draw(st.sampled_from(sorted(revoked)) if revoked else st.integers(0, 99))
    assert status_list.is_set(listed, place) is (place in revoked)
    other = asked.draw(st.integers(0, status_list.PLACES - 1))
    assert status_list.is_set(listed, other) is (other in revoked)


@pytest.mark.parametrize("listed", ["", "u", "uAAAA", "zH4sI", "u" + "!" * 8])
def test_a_list_that_cannot_be_read_is_said(listed: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - whatever the reason
        status_list.is_set(listed, 3)
