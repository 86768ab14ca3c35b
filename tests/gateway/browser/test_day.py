"""The day of a workshop in a real browser: small, without JavaScript, and for everybody."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

import pytest

from gateway.day import Session, Step, Wish
from tests.gateway.resident_site import (
    AIR,
    LAMP,
    PASSWORD,
    TOWN,
    ResidentSite,
    resident_site,
    served,
)

playwright_api = pytest.importorskip("playwright.async_api")
axe_playwright = pytest.importorskip("axe_playwright_python.async_playwright")
pypdfium2 = pytest.importorskip("pypdfium2")
zxingcpp = pytest.importorskip("zxingcpp")

CHROMIUM = Path("/usr/bin/chromium")
NARROW = {"width": 320, "height": 640}
REFUSED = "the server responded with a status of 40"
"""What Chromium says of a page that was not found, or of the question for a password."""
OPEN_ALL = "document.querySelectorAll('details').forEach(one => { one.open = true })"
GREEN = Wish("colour", "colour", "#00c832")
LEADER = {"http_credentials": {"username": "fabnum", "password": PASSWORD}}

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="Chromium is not installed"),
    pytest.mark.usefixtures("english"),
]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Any:
    with resident_site(tmp_path_factory.mktemp("town")) as furnished:
        yield furnished


@pytest.fixture
async def session(site: ResidentSite) -> AsyncIterator[Session]:
    opened = site.sessions.open(
        Session(
            workshop="M02",
            town=TOWN,
            place="salle-101",
            place_name="Salle 101",
            objects=(AIR.device, LAMP.device),
            plan=(
                Step(10, {"en": "Welcome"}, {"en": "Say hello."}, {"en": "Host"}),
                Step(50, {"en": "Try"}),
            ),
        )
    )
    await site.day.look()
    yield opened
    if site.day.find(opened.code):
        await site.day.stop(opened.code, 0, 0)


class Phones:
    """A browser that opens pages of the site as different telephones."""

    def __init__(self, browser: Any, address: str) -> None:
        self._browser = browser
        self._address = address

    @asynccontextmanager
    async def open(self, path: str, **options: Any) -> AsyncIterator[Any]:
        """Open one page; whatever the browser complains of fails the test."""
        complaints: list[str] = []
        context = await self._browser.new_context(**{"locale": "en-GB", **options})
        page = await context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: complaints.append(said.text))
        await page.goto(self._address + path, wait_until="load")
        yield page
        await context.close()
        assert [said for said in complaints if REFUSED not in said] == []


@pytest.fixture
async def phones(site: ResidentSite) -> AsyncIterator[Phones]:
    site.live.closed = False
    async with playwright_api.async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )
        async with served(site) as address:
            yield Phones(browser, address)
        await browser.close()


async def accessible(page: Any) -> None:
    """See that axe finds nothing and that nothing must be scrolled sideways."""
    found = await axe_playwright.Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    width = await page.evaluate("document.documentElement.scrollWidth")
    assert width <= await page.evaluate("window.innerWidth"), f"{page.url} is {width} pixels wide"


async def test_every_page_is_for_everybody_on_a_narrow_screen_in_both_schemes(
    site: ResidentSite, session: Session, phones: Phones
) -> None:
    room = f"/a/{session.code}"
    site.day.wish(session, LAMP, GREEN)
    await until(lambda: site.day.choice(session, LAMP))
    pages = ["/a", "/a/BCDX", room, f"{room}/merci", f"{room}/animer", "/"]
    for scheme in ("light", "dark"):
        for path in pages:
            options = LEADER if path.endswith("animer") else {}
            async with phones.open(path, viewport=NARROW, color_scheme=scheme, **options) as page:
                await page.evaluate(OPEN_ALL)
                await accessible(page)
        if scheme == "light":
            await site.day.ask(session.code)
            pages = [room, f"{room}?questions=answered", f"{room}/animer", "/a", "/"]
    async with phones.open(room, viewport=NARROW) as page:
        await accessible(page)


async def test_without_javascript_a_resident_joins_wishes_and_answers(
    site: ResidentSite, session: Session, phones: Phones
) -> None:
    published = len(site.lamps.published)
    async with phones.open("/a", java_script_enabled=False, viewport=NARROW) as page:
        await page.get_by_label("The four letters on the wall").fill(session.code.lower())
        await page.get_by_role("button", name="Enter").click()
        await page.get_by_role("button", name="Green").click()
        await page.get_by_text("Your wish is counted.").wait_for()
        await until(lambda: len(site.lamps.published) > published)
        await site.day.ask(session.code)
        await page.get_by_role("link", name="Refresh").click()
        assert await page.get_by_text("The room has chosen: Green (1 of 1)").is_visible()
        await page.get_by_role("radio", name="Yes").first.check()
        await page.get_by_role("radio", name="A little").nth(1).check()
        await page.get_by_role("button", name="Send my answers").click()
        await page.get_by_role("heading", name="Thank you!").wait_for()
        await page.get_by_role("link", name="Back to the workshop").click()
        await page.get_by_text("Your answers have been counted.").wait_for()
    await site.day.look()
    assert site.day.open()[0].answers == 1


async def test_an_open_page_hears_of_the_choice_the_questions_and_the_end(
    site: ResidentSite, session: Session, phones: Phones
) -> None:
    async with phones.open(f"/a/{session.code}") as page:
        await until(lambda: site.day.phones(session.code) == 1)
        await page.get_by_role("button", name="Green").click()
        await page.get_by_text("The room has chosen: Green (1 of 1)").wait_for()
        await page.get_by_text("Your wish is counted.").wait_for()
        assert page.url.endswith(session.code)  # sent without leaving the page
        await site.day.ask(session.code)
        await page.get_by_role("link", name="Answer").click()
        await page.get_by_role("button", name="Send my answers").wait_for()
        await site.day.stop(session.code, 9, 0)
        await page.get_by_text("This workshop has ended.").wait_for()
    await until(lambda: site.day.phones(session.code) == 0)


async def test_the_code_on_the_wall_appears_can_be_scanned_and_goes(
    site: ResidentSite, phones: Phones, tmp_path: Path
) -> None:
    async with phones.open("/", color_scheme="dark") as page:
        await until(lambda: site.app.state.site.streams.count() == 1)
        opened = site.sessions.open(
            Session(workshop="M01", town=TOWN, place="a", place_name="A", objects=(LAMP.device,))
        )
        await site.day.look()
        await page.get_by_role("heading", name=f"code {opened.code}").wait_for()
        await page.emulate_media(media="screen")
        await page.pdf(path=tmp_path / "wall.pdf", print_background=True)
        address = f"{site.settings.pages_address}/a/{opened.code}"
        assert scanned(tmp_path / "wall.pdf") == [address]
        await site.day.stop(opened.code, 9, 0)
        await page.locator(".banner").wait_for(state="detached")


def scanned(sheet: Path) -> list[str]:
    """Return what a telephone reads on the first page of a PDF."""
    with closing(pypdfium2.PdfDocument(sheet)) as document:
        bitmap = document[0].render(scale=3, grayscale=True)
        pixels = memoryview(bytes(bitmap.buffer)).cast("B", shape=[bitmap.height, bitmap.stride])
        return [code.text for code in zxingcpp.read_barcodes(pixels)]


async def test_the_facilitators_page_counts_down_and_counts_phones(
    site: ResidentSite, session: Session, phones: Phones
) -> None:
    async with phones.open(f"/a/{session.code}/animer", **LEADER) as page:
        clock = page.get_by_role("timer")
        first = await clock.inner_text()
        await until_async(clock.inner_text, lambda text: text != first)
        async with phones.open(f"/a/{session.code}"):
            counted = page.locator("#lead dd").first
            await until_async(counted.inner_text, lambda text: text == "1")
        await page.get_by_role("button", name="Next step now").click()
        await page.get_by_role("heading", name="Try").wait_for()


async def until(condition: Any) -> None:
    async with asyncio.timeout(20):
        while not condition():  # noqa: ASYNC110 - polled state
            await asyncio.sleep(0.02)


async def until_async(read: Any, fits: Any) -> None:
    async with asyncio.timeout(20):
        while not fits(await read()):  # noqa: ASYNC110 - polled state
            await asyncio.sleep(0.05)
