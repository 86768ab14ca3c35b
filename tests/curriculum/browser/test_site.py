"""The modules' site in a real browser, opened from a folder as from a USB stick."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from curriculum import reading
from curriculum.site import folder
from curriculum.site.render import render
from kit.cli.curriculum_known import known

playwright_api = pytest.importorskip("playwright.async_api")
axe_playwright = pytest.importorskip("axe_playwright_python.async_playwright")

CHROMIUM = Path("/usr/bin/chromium")
MODULE = "m08-weather"
"""Its wiring is drawn in no time."""
PAGES = (
    "index.html",
    f"{MODULE}.html",
    f"{MODULE}-residents.html",
    "facilitators.html",
    "cards.html",
    "search.html?q=capteur",
)

UNFOLD = "document.querySelectorAll('details').forEach((fold) => { fold.open = true; })"

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="Chromium is not installed"),
]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("stick") / "fabnum"
    module = reading.load(reading.MODULES / "08-weather")
    folder.write(out, render([module], known()), "test")
    return out


@asynccontextmanager
async def visit(site: Path, **options: Any) -> AsyncIterator[Any]:
    """Open a browser tab; a request that leaves, or any complaint, fails the test."""
    complaints: list[str] = []
    outside: list[str] = []
    async with playwright_api.async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )
        context = await browser.new_context(locale="fr-FR", **options)
        page = await context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: complaints.append(said.text))
        page.on("requestfailed", lambda request: complaints.append(request.url))
        page.on("request", lambda request: outside.append(request.url))
        yield page
        await browser.close()
    assert complaints == []
    # Playwright's own pages are no requests of ours.
    assert [url for url in outside if not url.startswith((site.as_uri(), "data:"))] == []


async def open_page(page: Any, site: Path, name: str, language: str = "fr") -> None:
    await page.goto(f"{site.as_uri()}/{language}/{name}")


@pytest.mark.parametrize(("scheme", "languages"), [("light", ("fr", "en")), ("dark", ("fr",))])
async def test_nothing_is_in_the_way_of_anybody(
    site: Path, scheme: str, languages: tuple[str, ...]
) -> None:
    async with visit(site, color_scheme=scheme) as page:
        for language in languages:
            for name in PAGES:
                await open_page(page, site, name, language)
                await page.evaluate(UNFOLD)
                found = await axe_playwright.Axe().run(page, options={"preload": False})
                assert found.response["violations"] == [], (language, name)


async def test_a_small_telephone_never_scrolls_sideways(site: Path) -> None:
    async with visit(site, viewport={"width": 320, "height": 640}) as page:
        for name in PAGES:
            await open_page(page, site, name)
            await page.evaluate(UNFOLD)
            for size in ("106.25%", "200%"):
                await page.evaluate(f"document.documentElement.style.fontSize = '{size}'")
                width = await page.evaluate("document.documentElement.scrollWidth")
                assert width <= 320, (name, size)


async def test_what_is_touched_is_large_enough(site: Path) -> None:
    """WCAG 2.2, 2.5.8: 24 px; links within a sentence are exempt."""
    async with visit(site, viewport={"width": 360, "height": 740}) as page:
        for name in PAGES:
            await open_page(page, site, name)
            targets = page.locator(".top a, button, summary, .contents a, .checks label, .sheets a")
            for target in await targets.all():
                box = await target.bounding_box()
                assert box is None or box["height"] >= 24, (name, await target.inner_text())


async def test_search_finds_without_accents_and_says_how_many(site: Path) -> None:
    async with visit(site) as page:
        await open_page(page, site, "index.html")
        await page.get_by_role("searchbox").fill("temperatures")
        await page.keyboard.press("Enter")
        status = page.get_by_role("status")
        await status.get_by_text("résultat").wait_for()
        shown = await page.locator("#results li").count()
        assert str(shown) in await status.inner_text()
        marked = await page.locator("#results mark").all_inner_texts()
        assert {text.lower() for text in marked} <= {"température", "temperature"}
        assert "température" in {text.lower() for text in marked}
        # What was found is led to by the keyboard alone.
        await page.get_by_role("searchbox").focus()
        await page.keyboard.press("Tab")
        await page.keyboard.press("Tab")
        await page.keyboard.press("Enter")
        await page.wait_for_url(lambda address: "search.html" not in address)


async def test_search_finds_words_as_beginners_type_them(site: Path) -> None:
    async with visit(site) as page:
        for typed in ("wifi", "wi-fi"):
            await open_page(page, site, f"search.html?q={typed}")
            await page.locator("#results mark").get_by_text("Wi-Fi", exact=True).first.wait_for()


async def test_search_says_when_there_is_nothing_and_forgets_what_was_there(site: Path) -> None:
    async with visit(site) as page:
        await open_page(page, site, "search.html?q=capteur")
        assert await page.locator("#results li").count() > 0
        await page.get_by_role("searchbox").fill("xylophone (")
        await page.get_by_text("Aucun résultat").wait_for()
        assert await page.locator("#results li").count() == 0
        await page.get_by_role("searchbox").fill("")
        await page.locator("#all").wait_for()
        assert await page.get_by_role("status").inner_text() == ""


async def test_ticks_stay_on_the_device_and_can_be_taken_away(site: Path) -> None:
    async with visit(site) as page:
        await open_page(page, site, f"{MODULE}.html")
        box = page.locator("[data-check]").first
        untick = page.get_by_role("button", name="Tout décocher")
        assert not await untick.is_visible()
        await box.check()
        await page.reload()
        assert await box.is_checked()
        await open_page(page, site, f"{MODULE}.html", "en")
        assert await page.locator("[data-check]:checked").count() <= 1
        await open_page(page, site, f"{MODULE}.html")
        await untick.click()
        await page.reload()
        assert await page.locator("[data-check]:checked").count() == 0


async def test_without_javascript_all_is_there_but_the_search(site: Path) -> None:
    async with visit(site, java_script_enabled=False) as page:
        await open_page(page, site, f"{MODULE}.html")
        assert not await page.get_by_role("searchbox").is_visible()
        assert not await page.get_by_role("button", name="Imprimer").is_visible()
        sections = page.locator("article > section > h2")
        assert await sections.count() == 15
        solution = page.locator("details.solution").first
        assert not await solution.locator("pre").first.is_visible()
        await solution.locator("summary").click()
        assert await solution.locator("pre").first.is_visible()
        await page.locator("[data-check]").first.check()
        await open_page(page, site, "search.html")
        assert await page.locator("#all a").count() >= 3


async def test_on_paper_there_is_no_navigation_and_a_sheet_has_a_page_for_each_idea(
    site: Path,
) -> None:
    pypdfium2 = pytest.importorskip("pypdfium2")
    async with visit(site) as page:
        await open_page(page, site, f"{MODULE}.html")
        await page.emulate_media(media="print")
        for gone in (".top", ".contents", "button"):
            assert not await page.locator(gone).first.is_visible(), gone
        await open_page(page, site, f"{MODULE}-residents.html")
        parts = await page.locator("article section").count()
        paper = pypdfium2.PdfDocument(await page.pdf(format="A4"))
        texts = [sheet.get_textpage().get_text_bounded() for sheet in paper]
        assert len(texts) == parts
        assert all(f"Page {n} sur {parts}" in text for n, text in enumerate(texts, 1))


async def test_every_picture_is_shown(site: Path) -> None:
    async with visit(site) as page:
        await open_page(page, site, f"{MODULE}.html")
        widths = await page.evaluate("[...document.images].map((image) => image.naturalWidth)")
        assert widths
        assert all(widths)
