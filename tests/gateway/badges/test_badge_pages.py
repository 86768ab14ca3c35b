"""The pages of badges, as a browser without JavaScript gets them."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest
from openbadgeslib.ob3 import OB3Verifier
from openbadgeslib.ob3.verifier import OB3VerificationError

from gateway.badges.credential import holder
from gateway.badges.office import BadgeOffice
from gateway.badges.picture import picture, token_in
from gateway.web import create_app
from gateway.web.badge_pages import VERIFIED, BadgePages
from tests.gateway.badges.conftest import AIR, DAY, make_office
from tests.gateway.resident_site import ResidentSite, resident_site

SAME_SITE = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def site(tmp_path: Path, office: BadgeOffice) -> Iterator[ResidentSite]:
    with resident_site(tmp_path / "town", furnished=False) as site:
        site.app = create_app(
            site.settings,
            site.journal,
            site.live,
            site.commander,
            badges=BadgePages(office, {"M02": AIR}),
        )
        yield site


@pytest.fixture
async def pages(site: ResidentSite) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(site.app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://fabnum.test") as client:
        yield client


async def verified(pages: httpx.AsyncClient, text: str) -> str:
    answer = await pages.post("/badges/verify?lang=en", data={"badge": text}, headers=SAME_SITE)
    assert answer.status_code == 200
    return answer.text


async def test_all_badges_are_shown_with_their_criteria(pages: httpx.AsyncClient) -> None:
    assert "L’air de la classe" in (await pages.get("/badges/")).text
    one = await pages.get("/badges/m02?lang=en")
    assert "The test of the bench has passed." in one.text
    assert "DigComp 5.1" in one.text


async def test_every_page_leads_to_the_badges(pages: httpx.AsyncClient) -> None:
    assert 'href="/badges/' in (await pages.get("/a-propos")).text


async def test_what_a_badge_names_is_found_at_its_address(
    pages: httpx.AsyncClient, office: BadgeOffice
) -> None:
    token = office.give(AIR, holder("a@example.org"), DAY, "fr")
    seen = OB3Verifier.for_issuer_did(office.issuer.did).verify(token)
    for address in (seen.achievement.id, f"{office.issuer.address}/badges/M02.svg"):
        answer = await pages.get(address.removeprefix(office.issuer.address))
        assert answer.status_code == 200, address
    document = (await pages.get(seen.achievement.id.removeprefix(office.issuer.address))).json()
    assert document["id"] == seen.achievement.id


async def test_the_list_of_revoked_badges_is_what_a_library_asks_for(
    pages: httpx.AsyncClient, office: BadgeOffice
) -> None:
    token = office.give(AIR, holder("a@example.org"), DAY, "fr")
    office.ledger.revoke(office.ledger.all()[0].number)
    listed = await pages.get("/badges/status")
    assert listed.headers["Content-Type"] == "application/vc+jwt"
    assert listed.headers["Cache-Control"] == "public, max-age=300"
    with pytest.raises(OB3VerificationError, match="revocation"):
        OB3Verifier.for_issuer_did(office.issuer.did).verify(
            token, check_status=True, download=lambda _url: listed.content
        )


async def test_a_pasted_badge_is_said_to_be_valid_changed_or_revoked(
    pages: httpx.AsyncClient, office: BadgeOffice
) -> None:
    token = office.give(AIR, holder("a@example.org"), DAY, "en")
    baked = picture(AIR, "en", token)
    shown = await verified(pages, baked)
    assert "This badge is valid." in shown
    assert "November 20, 2026" in shown
    assert "it was changed" in await verified(pages, token[:-6] + "AAAAAA")
    office.ledger.revoke(office.ledger.all()[0].number)
    assert "was revoked" in await verified(pages, token)


async def test_a_badge_of_another_site_makes_this_machine_fetch_nothing(
    pages: httpx.AsyncClient, tmp_path: Path
) -> None:
    other = make_office(tmp_path / "other")
    token = other.give(AIR, holder("a@example.org"), DAY, "en")
    text = await verified(pages, token)
    assert "Ask the site that gave it" in text
    assert "another site" in text


async def test_marks_in_a_badge_of_a_stranger_stay_text(
    pages: httpx.AsyncClient, tmp_path: Path
) -> None:
    import msgspec

    other = make_office(tmp_path / "other")
    other.issuer = msgspec.structs.replace(other.issuer, name="<script>alert(1)</script>")
    token = other.give(AIR, holder("a@example.org"), DAY, "en")
    assert "<script>alert" not in await verified(pages, token)


async def test_who_asks_without_end_is_told_to_wait(pages: httpx.AsyncClient) -> None:
    answers = [await pages.post("/badges/verify", data={"badge": "x"}) for _ in range(VERIFIED + 1)]
    assert [answer.status_code for answer in answers] == [200] * VERIFIED + [429]
    assert int(answers[-1].headers["Retry-After"]) >= 1


async def test_a_form_of_many_fields_is_refused(pages: httpx.AsyncClient) -> None:
    answer = await pages.post("/badges/verify", content=b"a=1&" * 1_000)
    assert answer.status_code == 413


async def test_too_much_text_is_refused_kindly(pages: httpx.AsyncClient) -> None:
    answer = await pages.post("/badges/verify", content=b"badge=" + b"a" * 400_000)
    assert answer.status_code == 413


@pytest.mark.parametrize("address", ["/badges/M77", "/badges/M77.svg", "/badges/M02/9.9.9"])
async def test_a_badge_that_does_not_exist_has_a_page_that_says_so(
    pages: httpx.AsyncClient, address: str
) -> None:
    assert (await pages.get(address)).status_code == 404


def test_a_library_of_open_badges_finds_the_badge_in_its_picture(office: BadgeOffice) -> None:
    token = office.give(AIR, holder("a@example.org"), DAY, "fr")
    baked = picture(AIR, "fr", token)
    assert OB3Verifier.extract_token_from_svg(baked.encode()) == token
    assert token_in(baked) == token
