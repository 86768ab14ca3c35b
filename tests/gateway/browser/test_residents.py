"""The pages in a real browser: live, small, without JavaScript, and for everybody."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.gateway.resident_site import (
    AIR,
    LAMP,
    LONELY_LAMP,
    NEW,
    ResidentSite,
    resident_site,
    served,
    settings_for,
)

playwright_api = pytest.importorskip("playwright.async_api")
axe_playwright = pytest.importorskip("axe_playwright_python.async_playwright")

CHROMIUM = Path("/usr/bin/chromium")
NARROW = {"width": 320, "height": 640}

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="Chromium is not installed"),
]


@pytest.fixture(scope="module")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Any:
    with resident_site(tmp_path_factory.mktemp("town")) as site:
        yield site


@asynccontextmanager
async def chromium() -> AsyncIterator[Any]:
    async with playwright_api.async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )
        yield browser
        await browser.close()


@asynccontextmanager
async def visit(site: ResidentSite, path: str = "/", **options: Any) -> AsyncIterator[Any]:
    """Open one page; whatever the browser complains of fails the test."""
    site.live.closed = False
    complaints: list[str] = []
    async with chromium() as browser, served(site) as address:
        context = await browser.new_context(**{"locale": "fr-FR", **options})
        page = await context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: complaints.append(said.text))
        # Not "networkidle": the live stream never is.
        await page.goto(address + path, wait_until="load")
        yield page
        await context.close()
    assert complaints == []


async def streaming(site: ResidentSite, count: int = 1) -> None:
    """Wait until so many pages listen."""
    async with asyncio.timeout(20):
        while site.app.state.site.streams.count() != count:  # noqa: ASYNC110 - polled state
            await asyncio.sleep(0.01)


async def test_a_reading_appears_on_the_open_wall_without_reloading(
    furnished: ResidentSite,
) -> None:
    async with visit(furnished) as page:
        await streaming(furnished)
        await page.evaluate("document.body.dataset.mark = 'same page'")
        card = page.locator(f'[id="o.gonesse.{AIR.device}"]')
        await card.locator("summary").click()
        furnished.hear(AIR, co2=1789, temperature=21.5, humidity=40)
        await card.locator(".values").get_by_text("1\u202f789").wait_for()
        assert await card.get_attribute("data-state") == "act"
        assert await page.locator("#summary").get_by_text("Ouvrez les fenêtres").count() == 1
        # What a reader has opened stays open.
        assert await card.locator("table").is_visible()
        assert await page.evaluate("document.body.dataset.mark") == "same page"


async def test_an_objects_first_reading_makes_its_chart_and_table(furnished: ResidentSite) -> None:
    async with visit(furnished) as page:
        await streaming(furnished)
        card = page.locator(f'[id="o.gonesse.{NEW.device}"]')
        assert not await card.locator("summary").is_visible()
        furnished.hear(NEW, temperature=18.4, humidity=50)
        await card.get_by_text("18,4").first.wait_for()
        await card.locator("svg.chart").wait_for()
        assert await card.locator("summary").is_visible()


async def test_updates_can_be_paused_and_resumed_with_nothing_missed(
    furnished: ResidentSite,
) -> None:
    async with visit(furnished, f"/o/{AIR}") as page:
        await streaming(furnished)
        button = page.locator(".live button")
        await button.click()
        await streaming(furnished, 0)
        assert await page.get_by_role("status").first.inner_text() == "Mise à jour en pause"
        furnished.hear(AIR, co2=1234)
        assert await page.get_by_text("1\u202f234").count() == 0
        await button.click()
        await page.locator("[data-slot=now]").get_by_text("1\u202f234").wait_for()


async def test_a_gateway_that_restarts_is_found_again(furnished: ResidentSite) -> None:
    async with visit(furnished, f"/o/{AIR}") as page:
        await streaming(furnished)
        # The stream ends as it does when the gateway stops; the browser comes back by itself.
        furnished.live.close()
        await streaming(furnished, 0)
        furnished.live.closed = False
        await streaming(furnished)
        furnished.hear(AIR, co2=1357)
        await page.locator("[data-slot=now]").get_by_text("1\u202f357").wait_for()


async def test_without_javascript_all_is_there_and_a_lamp_can_be_coloured(
    furnished: ResidentSite,
) -> None:
    async with visit(furnished, java_script_enabled=False) as page:
        assert await page.locator("article.card").count() == 8
        assert await page.locator("svg.chart").count() >= 7
        assert await page.locator("noscript p").is_visible()
        assert not await page.locator(".live button").is_visible()
        assert await page.get_by_role("link", name="Actualiser").is_visible()
        await page.get_by_role("link", name="Lampe de la salle 101").click()
        await page.get_by_role("button", name="Vert").click()
        answer = page.locator("#answer")
        assert "C’est fait" in await answer.inner_text()
    topic, message = furnished.lamps.published[-1]
    assert topic == LAMP.topic("command")
    assert message["args"] == {"colour": "#00c832"}


@pytest.mark.parametrize("path", ["/", f"/o/{AIR}", f"/o/{LAMP}", "/a-propos", "/accessibilite"])
async def test_320_pixels_are_enough_also_with_letters_twice_as_large(
    furnished: ResidentSite, path: str
) -> None:
    async with visit(furnished, path, viewport=NARROW) as page:
        await page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
        for size in ("106.25%", "200%"):
            await page.evaluate(f"document.documentElement.style.fontSize = '{size}'")
            assert await page.evaluate("document.documentElement.scrollWidth") <= 320


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    "path",
    ["/", "/?lang=en", f"/o/{AIR}", f"/o/{LAMP}?said=done&command=colour", f"/o/{NEW}",
     f"/o/{LONELY_LAMP}", "/a-propos", "/accessibilite"],
)  # fmt: skip
async def test_axe_finds_nothing(furnished: ResidentSite, path: str, scheme: str) -> None:
    async with visit(furnished, path, color_scheme=scheme, bypass_csp=True) as page:
        await page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
        results = await axe_playwright.Axe().run(page)
        assert results.violations_count == 0, results.generate_report()


async def test_the_keyboard_reaches_all_and_shows_where_it_is(furnished: ResidentSite) -> None:
    async with visit(furnished, f"/o/{LAMP}") as page:
        await page.keyboard.press("Tab")
        first = await page.evaluate("document.activeElement.className")
        assert first == "skip"
        await page.keyboard.press("Enter")
        assert await page.evaluate("document.activeElement.id") == "content"
        for _ in range(80):
            await page.keyboard.press("Tab")
            if await page.evaluate("document.activeElement.value === '#00c832'"):
                break
        outline = await page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline == "solid"
        await page.keyboard.press("Enter")
        await page.get_by_text("C’est fait").wait_for()


async def test_paper_shows_readings_and_no_buttons(furnished: ResidentSite) -> None:
    async with visit(furnished, f"/o/{LAMP}") as page:
        await page.emulate_media(media="print")
        assert await page.locator(".values").is_visible()
        assert await page.locator("button:visible").count() == 0


async def test_an_empty_town_is_a_page_too(tmp_path: Path) -> None:
    settings = settings_for("gonesse", "hem")
    with resident_site(tmp_path, furnished=False, settings=settings) as site:
        for path in ("/", "/t/hem"):
            async with visit(site, path, viewport=NARROW, bypass_csp=True) as page:
                results = await axe_playwright.Axe().run(page)
                assert results.violations_count == 0, results.generate_report()
                assert await page.get_by_text("Il n’y a pas encore d’objet ici.").count() >= 1


async def test_the_server_is_asked_for_nothing_but_its_own(furnished: ResidentSite) -> None:
    async with chromium() as browser, served(furnished) as address:
        context = await browser.new_context()
        page = await context.new_page()
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        await page.goto(address)
        assert all(url.startswith(address) for url in asked)
        assert await context.cookies() == []
