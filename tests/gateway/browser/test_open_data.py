"""The page about open data in a real browser: for everybody, also at 320 pixels."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from kit.settings import Settings, Site, Town
from tests.gateway.browser.test_residents import CHROMIUM, NARROW, visit
from tests.gateway.resident_site import ResidentSite, resident_site

axe_playwright = pytest.importorskip("axe_playwright_python.async_playwright")

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="Chromium is not installed"),
]


@pytest.fixture
def site(tmp_path: Path) -> Iterator[ResidentSite]:
    town = Town(id="gonesse", name="Gonesse", open_data=True)
    settings = Settings(site=Site(name="La Fabrique numérique"), towns=[town])
    with resident_site(tmp_path, settings=settings) as opened:
        yield opened


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_axe_finds_nothing(site: ResidentSite, scheme: str) -> None:
    async with visit(site, "/api/", color_scheme=scheme, bypass_csp=True) as page:
        results = await axe_playwright.Axe().run(page)
        assert results.violations_count == 0, results.generate_report()


async def test_nothing_is_wider_than_a_small_telephone(site: ResidentSite) -> None:
    async with visit(site, "/api/", viewport=NARROW) as page:
        assert await page.evaluate("document.documentElement.scrollWidth") == NARROW["width"]


async def test_every_page_leads_to_it(site: ResidentSite) -> None:
    async with visit(site, "/", locale="en-GB") as page:
        await page.get_by_role("link", name="Open data").click()
        assert await page.get_by_role("heading", level=1).inner_text() == "Open data"
        await page.get_by_text("air-101").first.wait_for()
