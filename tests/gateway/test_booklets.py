"""The modules as the gateway serves them: in the reader's language, under strict headers."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest

from curriculum.site import folder
from gateway.passport import Passports
from gateway.web import create_app
from gateway.web.booklets import Booklets
from tests.gateway.passport_objects import TESTED, furnish
from tests.gateway.resident_site import ResidentSite, resident_site

FILES = {
    "index.html": b"<p>choose</p>",
    "fr/index.html": b"<p>les modules</p>",
    "en/index.html": b"<p>the modules</p>",
    "static/site.css": b"p { margin: 0 }",
}


@pytest.fixture
def site(tmp_path: Path) -> Iterator[ResidentSite]:
    with resident_site(tmp_path / "town", furnished=False) as site:
        site.app = create_app(
            site.settings,
            site.journal,
            site.live,
            site.commander,
            passports=Passports(site.registry, site.logbook, site.journal),
            booklets=Booklets(tmp_path / "booklets"),
        )
        yield site


@pytest.fixture
async def pages(site: ResidentSite) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(site.app, raise_app_exceptions=False)
    async with httpx.AsyncClient(
        transport=transport, base_url="http://fabnum.test", follow_redirects=True
    ) as client:
        yield client


async def test_where_there_are_none_a_page_says_what_to_do(pages: httpx.AsyncClient) -> None:
    answer = await pages.get("/modules/?lang=en")
    assert answer.status_code == 404
    assert "fabnum curriculum site" in answer.text
    assert "/modules/" not in (await pages.get("/")).text


async def test_an_objects_passport_leads_to_them_once_they_are_there(
    pages: httpx.AsyncClient, site: ResidentSite, tmp_path: Path
) -> None:
    furnish(site)
    passport = f"/o/{TESTED}/passport?lang=en"
    way = 'href="/modules/?lang=en">When do we open the windows?</a>'
    assert way not in (await pages.get(passport)).text
    folder.write(tmp_path / "booklets", FILES, "v1")
    assert way in (await pages.get(passport)).text


async def test_they_are_served_as_soon_as_they_are_there(
    pages: httpx.AsyncClient, tmp_path: Path
) -> None:
    assert (await pages.get("/modules/")).status_code == 404
    folder.write(tmp_path / "booklets", FILES, "v1")
    assert "les modules" in (await pages.get("/modules/")).text
    assert "/modules/" in (await pages.get("/")).text
    folder.write(tmp_path / "booklets", {**FILES, "fr/index.html": b"<p>anew</p>"}, "v2")
    assert "anew" in (await pages.get("/modules")).text


async def test_the_readers_language_is_led_to(pages: httpx.AsyncClient, tmp_path: Path) -> None:
    folder.write(tmp_path / "booklets", FILES, "v1")
    english = await pages.get("/modules/", headers={"Accept-Language": "en-GB,en"})
    assert "the modules" in english.text
    assert english.history[0].headers["Vary"] == "Accept-Language"
    assert "the modules" in (await pages.get("/modules/?lang=en")).text


async def test_they_come_under_the_headers_of_all_pages(
    pages: httpx.AsyncClient, tmp_path: Path
) -> None:
    folder.write(tmp_path / "booklets", FILES, "v1")
    answer = await pages.get("/modules/static/site.css")
    assert answer.headers["Content-Type"].startswith("text/css")
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-cache"
    known = {"If-None-Match": answer.headers["ETag"]}
    assert (await pages.get("/modules/static/site.css", headers=known)).status_code == 304


@pytest.mark.parametrize(
    "path",
    [
        "nothing.html",
        "../registry.sqlite",
        "%2e%2e/registry.sqlite",
        "..%2fregistry.sqlite",
        "fr/..",
    ],
)
async def test_nothing_beside_them_is_served(
    pages: httpx.AsyncClient, tmp_path: Path, path: str
) -> None:
    (tmp_path / "registry.sqlite").write_text("secret")
    folder.write(tmp_path / "booklets", FILES, "v1")
    answer = await pages.get(f"/modules/{path}")
    assert "secret" not in answer.text
