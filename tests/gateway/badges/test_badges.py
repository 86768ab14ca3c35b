"""Badges: what is signed, what is kept, and what two libraries that are not ours say of them."""

import base64
import datetime as dt
import json
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jwcrypto import jwk, jws
from openbadgeslib.ob3 import OB3Verifier
from openbadgeslib.ob3.verifier import OB3VerificationError

from gateway.badges import status_list
from gateway.badges.credential import holder
from gateway.badges.key import ensure_key
from gateway.badges.office import BadgeOffice, Verdict
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
