"""The boards in a real browser: for everybody, on a telephone, on paper, without JavaScript."""

import base64
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from tests.gateway.boards.board_site import PASSWORD, TOWN, BoardSite, board_site, objects
from tests.gateway.browser.test_residents import CHROMIUM, NARROW, chromium
from tests.gateway.resident_site import served

axe_playwright = pytest.importorskip("axe_playwright_python.async_playwright")

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="Chromium is not installed"),
]

OPEN = [f"/b/{TOWN}/{board}" for board in ("town", "build-air", "build-passage", "public")]
EVERY = ["/b/", *OPEN, f"/b/{TOWN}/build-vote", "/b/fleet", "/b/gateway", "/b/inclusion"]
MANY = f"/b/{TOWN}/build-climate"
"""A board with more objects than a chart has lines: little charts."""
LOGIN = {"username": "fabnum", "password": PASSWORD}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BoardSite]:
    climates = [device for device in objects(72) if device.build == "climate"][:6]
    devices = {device.key: device for device in (*objects(), *climates)}
    with board_site(tmp_path_factory.mktemp("boards"), [*devices.values()], days=2) as opened:
        yield opened


@asynccontextmanager
async def visit(site: BoardSite, path: str, **options: Any) -> AsyncIterator[Any]:
    """Open one page; whatever the browser complains of, or asks of others, fails the test."""
    complaints: list[str] = []
    async with chromium() as browser, served(site) as address:
        context = await browser.new_context(
            **{"locale": "fr-FR", "http_credentials": LOGIN, **options}
        )
        page = await context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: complaints.append(said.text))
        page.on(
            "request",
            lambda asked: complaints.extend([] if asked.url.startswith(address) else [asked.url]),
        )
        await page.goto(address + path, wait_until="load")
        yield page
        assert await context.cookies() == []
        await context.close()
    assert [said for said in complaints if "401" not in said] == []


async def opened(page: Any) -> Any:
    await page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    return page


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", [*EVERY, MANY, f"/b/{TOWN}/build-air?lang=en"])
async def test_axe_finds_nothing(site: BoardSite, path: str, scheme: str) -> None:
    async with visit(site, path, color_scheme=scheme, bypass_csp=True) as page:
        results = await axe_playwright.Axe().run(await opened(page))
        assert results.violations_count == 0, results.generate_report()


@pytest.mark.parametrize("path", [*EVERY, MANY])
async def test_320_pixels_are_enough_also_with_letters_twice_as_large(
    site: BoardSite, path: str
) -> None:
    async with visit(site, path, viewport=NARROW) as page:
        await opened(page)
        for size in ("106.25%", "200%"):
            await page.evaluate(f"document.documentElement.style.fontSize = '{size}'")
            assert await page.evaluate("document.documentElement.scrollWidth") <= 320


async def test_without_javascript_all_is_there(site: BoardSite) -> None:
    async with visit(site, f"/b/{TOWN}/build-air", java_script_enabled=False) as page:
        assert await page.locator("svg[role=img]").count() >= 4
        await page.locator(".panel summary").first.click()
        assert await page.locator(".panel details table").first.is_visible()
        async with page.expect_download() as download:
            await page.locator("a.csv").first.click()
        assert (await download.value).suggested_filename.endswith(".csv")


async def test_lines_fill_their_chart_at_every_width(site: BoardSite) -> None:
    for width in (320, 768, 1280):
        viewport = {"width": width, "height": 800}
        async with visit(site, f"/b/{TOWN}/build-air", viewport=viewport) as page:
            plot = await page.locator("#day-co2 .fluid").bounding_box()
            line = await page.locator("#day-co2 .line.l1").first.bounding_box()
            assert line["width"] > 0.9 * plot["width"]
            panel = await page.locator("#day-co2").bounding_box()
            for text in await page.locator("#day-co2 .plot text:visible").all():
                box = await text.bounding_box()
                assert panel["x"] <= box["x"]
                assert box["x"] + box["width"] <= panel["x"] + panel["width"]


async def test_lines_are_told_apart_without_colour(site: BoardSite) -> None:
    async with visit(site, f"/b/{TOWN}/build-air") as page:
        dashes = await page.evaluate(
            "[...document.querySelectorAll('#day-co2 .fluid .line')]"
            ".map(line => getComputedStyle(line).strokeDasharray)"
        )
        assert len(dashes) == len(set(dashes)) == 2
        names = await page.locator("#day-co2 .ends text").all_text_contents()
        assert {re.sub(r" [\d\u202f]+\u00a0ppm", "", name) for name in names} == {
            "Air de la salle 3",
            "Grande salle",
        }


async def test_many_lines_are_little_charts_over_what_they_share(site: BoardSite) -> None:
    async with visit(site, MANY) as page:
        little = page.locator("#week-temperature .littles li")
        assert await little.count() >= 5
        shade = await page.evaluate(
            "getComputedStyle(document.querySelector('#week-temperature .spread')).opacity"
        )
        assert float(shade) < 0.3


@pytest.mark.parametrize("path", [f"/b/{TOWN}/build-air", "/b/fleet"])
async def test_paper_shows_charts_and_no_buttons(site: BoardSite, path: str) -> None:
    async with visit(site, path) as page:
        await page.emulate_media(media="print")
        assert await page.locator("a.csv:visible, .button:visible, nav:visible").count() == 0
        assert await page.locator("h3:visible").count() > 3
        pdf = await page.pdf(format="A4", prefer_css_page_size=True)
        assert pdf.startswith(b"%PDF")
        pages = len(re.findall(rb"/Type\s*/Page\b", pdf))
        assert 1 <= pages <= 8


async def test_the_browser_asks_for_the_password_and_keeps_it_to_itself(site: BoardSite) -> None:
    async with visit(site, "/b/fleet") as page:
        assert (
            "Alertes" in await page.locator("h2").all_inner_texts()
            or await page.locator("#alerts").is_visible()
        )
        whole = await page.content()
        told = base64.b64encode(f"fabnum:{PASSWORD}".encode()).decode()
        assert PASSWORD not in whole
        assert told not in whole
        assert PASSWORD not in page.url
