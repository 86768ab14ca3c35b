"""The page behind an object's QR code, as a browser without JavaScript gets it."""

import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest

from gateway.logbook import Kind
from gateway.passport import SHOWN_REPAIRS
from gateway.web import create_app
from kit.names import DeviceKey
from tests.gateway.passport_objects import (
    AWAITED,
    BROKEN,
    ENDED,
    GONE,
    HEIR,
    PLAIN,
    TESTED,
    furnish,
)
from tests.gateway.resident_site import ResidentSite, device, resident_site, settings_for

TOO_HEAVY = 50_000


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ResidentSite]:
    with resident_site(tmp_path_factory.mktemp("town"), furnished=False) as bare:
        furnish(bare)
        yield bare


def browser(site: ResidentSite) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(site.app, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://lab")


@pytest.fixture
async def visitor(site: ResidentSite) -> AsyncIterator[httpx.AsyncClient]:
    async with browser(site) as client:
        yield client


def words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).replace("\u00a0", " ").split())


async def text_of(visitor: httpx.AsyncClient, key: DeviceKey, language: str = "en") -> str:
    page = await visitor.get(f"/o/{key}/passport?lang={language}")
    assert page.status_code == 200
    assert len(page.content) < TOO_HEAVY
    return words(page.text)


async def test_a_passport_tells_what_it_is_and_where(visitor: httpx.AsyncClient) -> None:
    text = await text_of(visitor, TESTED)
    for said in (
        "Air de la salle 3",
        "Salle 3",
        "air-tested",
        "Gonesse",
        "Built by the group 2026-A",
        "Built in the workshop Nos premiers capteurs",
        "version 0.1.0 (a1b2c3d4)",
        "MicroPython version 1.28.0",
        "esp32s3",
    ):
        assert said in text


async def test_the_bench_result_has_a_date_words_and_each_test(visitor: httpx.AsyncClient) -> None:
    text = await text_of(visitor, TESTED)
    assert "Tested on 1 February 2026: everything works" in text
    assert "works 612 ppm" in text
    assert "Clock: left out" in text
    page = await visitor.get(f"/o/{TESTED}/passport")
    assert page.text.count('<use href="#i-good"/>') == 3
    assert '<html lang="fr">' in page.text


async def test_a_test_is_named_in_the_readers_language(visitor: httpx.AsyncClient) -> None:
    assert "Colours of the strip: does not work" in await text_of(visitor, BROKEN)
    assert "Couleurs du ruban" in await text_of(visitor, BROKEN, "fr")
    assert "something does not work" in await text_of(visitor, BROKEN)


async def test_repairs_come_with_their_day_and_as_text(visitor: httpx.AsyncClient) -> None:
    page = await visitor.get(f"/o/{TESTED}/passport?lang=en")
    assert "&lt;b&gt;deux fois" in page.text
    text = words(page.text)
    assert text.index("2 February 2026") < text.index("1 February 2026 Nouveau câble USB")


async def test_an_object_of_which_little_is_known_has_one_too(visitor: httpx.AsyncClient) -> None:
    text = await text_of(visitor, PLAIN)
    assert "Not tested on the bench yet" in text
    assert "No repair yet." in text
    assert "What is inside" not in text


async def test_only_an_object_in_service_leads_to_its_readings(visitor: httpx.AsyncClient) -> None:
    for key, link in ((TESTED, True), (HEIR, True), (GONE, False), (ENDED, False)):
        page = await visitor.get(f"/o/{key}/passport")
        assert (f'href="/o/{key}"' in page.text) is link


async def test_a_hand_over_is_linked_both_ways(visitor: httpx.AsyncClient) -> None:
    old = await visitor.get(f"/o/{GONE}/passport?lang=en")
    new = await visitor.get(f"/o/{HEIR}/passport?lang=en")
    assert f'href="/o/{HEIR}/passport?lang=en"' in old.text
    assert f'href="/o/{GONE}/passport?lang=en"' in new.text
    assert "It was handed over." in words(old.text)
    assert (await visitor.get(f"/o/{GONE}")).status_code == 404


async def test_access_that_ended_and_a_board_to_come_are_said(visitor: httpx.AsyncClient) -> None:
    assert "Out of service since" in await text_of(visitor, ENDED)
    assert "Its board is still to come." in await text_of(visitor, AWAITED)
    wall = await visitor.get("/")
    assert "Air du gymnase" not in wall.text


async def test_no_secret_is_in_it(visitor: httpx.AsyncClient) -> None:
    for key in (TESTED, BROKEN, GONE):
        page = await visitor.get(f"/o/{key}/passport")
        assert "31415926" not in page.text
        assert "secret-hash" not in page.text


async def test_the_short_address_of_a_label_leads_there(visitor: httpx.AsyncClient) -> None:
    page = await visitor.get(f"/o/{TESTED.device}/passport?lang=en")
    assert (page.status_code, page.headers["location"]) == (302, f"/o/{TESTED}/passport?lang=en")
    for key in (ENDED, AWAITED):
        assert (await visitor.get(f"/o/{key.device}/passport")).status_code == 302


@pytest.mark.parametrize("path", ["/o/nobody/passport", "/o/gonesse/nobody/passport"])
async def test_what_never_existed_has_none(visitor: httpx.AsyncClient, path: str) -> None:
    assert (await visitor.get(path)).status_code == 404


async def test_of_two_towns_the_reader_chooses(tmp_path: Path) -> None:
    settings = settings_for("gonesse", "hem")
    with resident_site(tmp_path, furnished=False, settings=settings) as site:
        for town in ("gonesse", "hem"):
            site.registry.add(device(DeviceKey(town, "lampe"), "lamp", "Accueil", "Lampe"))
        async with browser(site) as visitor:
            page = await visitor.get("/o/lampe/passport")
            assert page.status_code == 200
            for town in ("gonesse", "hem"):
                assert f'href="/o/{town}/lampe/passport"' in page.text
            site.registry.revoke(DeviceKey("hem", "lampe"))
            assert (await visitor.get("/o/lampe/passport")).status_code == 302


async def test_an_objects_page_leads_to_its_passport(visitor: httpx.AsyncClient) -> None:
    page = await visitor.get(f"/o/{TESTED}?lang=en")
    assert f'href="/o/{TESTED}/passport?lang=en"' in page.text


async def test_a_site_without_passports_says_so_plainly(site: ResidentSite) -> None:
    app = create_app(site.settings, site.journal, site.live, site.commander)
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://lab") as visitor:
        assert (await visitor.get(f"/o/{TESTED}/passport")).status_code == 404
        assert "/passport" not in (await visitor.get(f"/o/{TESTED}")).text


async def test_a_long_life_stays_one_page(tmp_path: Path) -> None:
    with resident_site(tmp_path, furnished=False) as site:
        furnish(site)
        for number in range(40):
            site.logbook.write(PLAIN, Kind.REPAIR, {"note": f"Réparation {number} " * 20})
        hostile = {"passed": True, "tests": [{"id": "x" * 900, "words": 5}, None, "y"]}
        site.logbook.write(PLAIN, Kind.SELFTEST, hostile)
        async with browser(site) as visitor:
            text = await text_of(visitor, PLAIN)
            assert f"{40 - SHOWN_REPAIRS} earlier repairs are not shown." in text
