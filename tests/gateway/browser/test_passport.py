"""The passport page in a real browser: small, for everybody, and on paper."""

import re
from collections.abc import Iterator

import pytest

from kit.names import DeviceKey
from tests.gateway.browser.test_residents import CHROMIUM, NARROW, visit
from tests.gateway.passport_objects import AWAITED, BROKEN, GONE, HEIR, TESTED, furnish
from tests.gateway.resident_site import ResidentSite, resident_site

axe_playwright = pytest.importorskip("axe_playwright_python.async_playwright")

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="Chromium is not installed"),
]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ResidentSite]:
    with resident_site(tmp_path_factory.mktemp("town"), furnished=False) as bare:
        furnish(bare)
        yield bare


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("key", [TESTED, BROKEN, GONE, HEIR, AWAITED])
async def test_axe_finds_nothing(site: ResidentSite, key: DeviceKey, scheme: str) -> None:
    async with visit(site, f"/o/{key}/passport", color_scheme=scheme, bypass_csp=True) as page:
        results = await axe_playwright.Axe().run(page)
        assert results.violations_count == 0, results.generate_report()


@pytest.mark.parametrize("key", [TESTED, BROKEN, GONE])
async def test_320_pixels_are_enough_also_with_letters_twice_as_large(
    site: ResidentSite, key: DeviceKey
) -> None:
    async with visit(site, f"/o/{key}/passport", viewport=NARROW) as page:
        for size in ("106.25%", "200%"):
            await page.evaluate(f"document.documentElement.style.fontSize = '{size}'")
            assert await page.evaluate("document.documentElement.scrollWidth") <= 320


async def test_it_prints_on_one_sheet_of_a4(site: ResidentSite) -> None:
    async with visit(site, f"/o/{TESTED}/passport") as page:
        printed = await page.pdf(format="A4")
        assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 1


async def test_a_scanned_label_leads_to_the_readings_in_two_steps(site: ResidentSite) -> None:
    async with visit(site, f"/o/{TESTED.device}/passport?lang=en", java_script_enabled=False) as p:
        assert p.url.endswith(f"/o/{TESTED}/passport?lang=en")
        await p.get_by_role("link", name="See what it measures now").click()
        assert p.url.endswith(f"/o/{TESTED}?lang=en")
