"""Pages of what counts, asks and speaks, in a real browser: for everybody, also at 320 pixels."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.logbook import Kind
from kit.names import DeviceKey
from tests.gateway.browser.test_residents import CHROMIUM, NARROW, streaming, visit
from tests.gateway.resident_site import ResidentSite, device, resident_site
from tests.gateway.test_web_counts import BOX, GATE, ask, store, this_hour

axe_playwright = pytest.importorskip("axe_playwright_python.async_playwright")

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="Chromium is not installed"),
]

GARDEN = DeviceKey("gonesse", "potager")
PASSPORT = f"/o/{GARDEN}/passport"


@pytest.fixture
def site(tmp_path: Path) -> Iterator[ResidentSite]:
    with resident_site(tmp_path, furnished=False) as opened:
        opened.registry.add(device(GATE, "passage", "Mairie", "Portail de la mairie"))
        opened.registry.add(device(BOX, "vote", "Accueil", "Boîte à avis"))
        opened.registry.add(device(GARDEN, "garden", "Jardin", "Potager"))
        ask(opened, 10)
        for hours_ago in range(1, 9):
            store(opened, GATE, hours_ago, entries=3 * hours_ago, exits=40)
            store(opened, BOX, hours_ago, option1=4, option2=hours_ago, option3=0)
        for step, kept in (("dry", {"dry": 2710}), ("wet", {"wet": 1480})):
            content = {"part": "soil", "step": step, "kept": kept}
            opened.logbook.write(GARDEN, Kind.CALIBRATION, content)
        opened.hear(GATE, this_hour(), entries=3, exits=12)
        opened.hear(BOX, this_hour(), option1=7, option2=2, option3=0)
        about = {"build": "passage", "firmware": "0.1.0", "boot": "5f3a", "message": True}
        opened.live.on_leaf(GATE, "about", about)
        said = {"name": "message", "data": {"text": "Il y a du monde."}}
        opened.live.on_leaf(GATE, "event", said)
        opened.hear(GARDEN, moisture=18, light=54_000)
        asleep = {"state": "sleeping", "wakes": int(time.time()) + 600}
        opened.live.on_leaf(GARDEN, "status", asleep)
        yield opened


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_axe_finds_nothing(site: ResidentSite, scheme: str) -> None:
    for path in ("/", f"/o/{GATE}", f"/o/{BOX}", f"/o/{GARDEN}", PASSPORT):
        async with visit(site, path, color_scheme=scheme, bypass_csp=True) as page:
            await page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
            results = await axe_playwright.Axe().run(page)
            assert results.violations_count == 0, results.generate_report()


async def test_nothing_is_wider_than_a_small_telephone(site: ResidentSite) -> None:
    for path in ("/", f"/o/{GATE}", f"/o/{BOX}", f"/o/{GARDEN}", PASSPORT):
        async with visit(site, path, viewport=NARROW) as page:
            assert await page.evaluate("document.documentElement.scrollWidth") == NARROW["width"]


async def test_counts_and_messages_come_to_the_open_page(site: ResidentSite) -> None:
    async with visit(site, f"/o/{GATE}", locale="en-GB") as page:
        await streaming(site)
        now = page.locator("[data-slot=now]")
        assert await now.get_by_text("fewer than 5").count() == 1
        site.hear(GATE, this_hour() + 1, entries=23, exits=2)
        await now.get_by_text("23", exact=True).wait_for()
        said = {"name": "message", "data": {"text": "<b>Calme</b>"}}
        site.live.on_leaf(GATE, "event", said)
        await now.get_by_text("<b>Calme</b>").wait_for()


async def test_an_object_that_sleeps_says_until_when(site: ResidentSite) -> None:
    for path in ("/", f"/o/{GARDEN}"):
        async with visit(site, path, viewport=NARROW) as page:
            now = page.locator(f'[id="o.{GARDEN.town}.{GARDEN.device}"] [data-slot=now]')
            assert "Dort jusqu’à" in await now.inner_text()
            assert "54\u202f000\u00a0lx" in await now.inner_text()
