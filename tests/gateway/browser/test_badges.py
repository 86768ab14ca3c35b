"""Pages of badges and a learner's portfolio in a real browser: for everybody, small, at night."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from curriculum.portfolio import folder as folders
from curriculum.portfolio.page import page as portfolio_page
from gateway.badges.credential import holder
from gateway.badges.office import BadgeOffice, examined
from gateway.badges.picture import picture, token_in
from gateway.web import create_app
from gateway.web.badge_pages import BadgePages
from kit.cli.badge_definitions import definitions
from kit.cli.portfolio import read_badge
from kit.settings import DataFolder
from tests.gateway.badges.conftest import DAY, make_office
from tests.gateway.browser.test_residents import CHROMIUM, NARROW, chromium, visit
from tests.gateway.resident_site import ResidentSite, resident_site

axe_playwright = pytest.importorskip("axe_playwright_python.async_playwright")

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="Chromium is not installed"),
]

BADGES = definitions(DataFolder(Path("/nowhere")))
LAMP = (
    '{"name": "Lampe de l’accueil", "build": "Lampe connectée", "place": "Mairie",'
    ' "day": "2026-11-20", "passed": true, "tests": [{"name": "Bouton", "passed": true}]}'
)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BadgeOffice]:
    office = make_office(tmp_path_factory.mktemp("office") / "site")
    yield office
    office.close()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, office: BadgeOffice) -> Iterator[ResidentSite]:
    with resident_site(tmp_path_factory.mktemp("town"), furnished=False) as bare:
        bare.app = create_app(
            bare.settings,
            bare.journal,
            bare.live,
            bare.commander,
            badges=BadgePages(office, BADGES),
        )
        yield bare


def a_badge(office: BadgeOffice) -> str:
    token = office.give(BADGES["M01"], holder("a@example.org"), DAY, "fr")
    return picture(BADGES["M01"], "fr", token)


async def require_good_for_everybody(page: Any) -> None:
    """Fail where axe finds something, or where the page is wider than a small telephone."""
    results = await axe_playwright.Axe().run(page)
    assert results.violations_count == 0, results.generate_report()
    for size in ("106.25%", "200%"):
        await page.evaluate(f"document.documentElement.style.fontSize = '{size}'")
        assert await page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_badges_are_for_everybody(
    site: ResidentSite, office: BadgeOffice, scheme: str
) -> None:
    options = {"viewport": NARROW, "color_scheme": scheme, "bypass_csp": True}
    kept, lost = a_badge(office), a_badge(office)
    office.ledger.revoke(examined(token_in(lost) or "").number)
    async with visit(site, "/badges/M01", **options) as page:
        assert await page.evaluate("document.querySelector('img.badge').naturalWidth") > 0
        await require_good_for_everybody(page)
        for badge, said in ((kept, "Ce badge est valable."), (lost, "a été annulé")):
            await page.get_by_role("link", name="← Badges").click()
            await require_good_for_everybody(page)
            await page.get_by_label("Texte du badge").fill(badge)
            await page.get_by_role("button").click()
            assert said in await page.locator("#answer").inner_text()
            await require_good_for_everybody(page)
            await page.goto(page.url.split("/badges/")[0] + "/badges/M01")


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_a_portfolio_is_for_everybody_from_a_usb_stick(
    tmp_path: Path, office: BadgeOffice, scheme: str
) -> None:
    folders.prepare(tmp_path)
    words = "# Zoé\n\n## Moi\n\nJe répare. [Ici](https://example.org/)\n\n- un\n- deux\n"
    (tmp_path / folders.WORDS).write_text(words, encoding="utf-8")
    (tmp_path / "badges" / "un badge.svg").write_text(a_badge(office), encoding="utf-8")
    (tmp_path / "objets" / "lampe.json").write_text(LAMP, encoding="utf-8")
    (tmp_path / "photos" / "été #1.png").write_bytes(await a_photo())
    long_line = 'texte = "' + "très long " * 30 + '"  # une ligne\n'
    (tmp_path / "programmes" / "lampe.py").write_text(long_line, encoding="utf-8")
    shown = tmp_path / "portfolio.html"
    shown.write_text(portfolio_page(folders.read(tmp_path, read_badge), tmp_path), encoding="utf-8")
    complaints: list[str] = []
    asked: list[str] = []
    async with chromium() as browser:
        page = await browser.new_page(viewport=NARROW, color_scheme=scheme)
        page.on("console", lambda said: complaints.append(said.text))
        page.on("requestfailed", lambda request: complaints.append(request.url))
        page.on("request", lambda request: asked.append(request.url))
        await page.goto(shown.as_uri())
        seen = "[...document.images].map((one) => { one.loading = 'eager'; return one.decode(); })"
        await page.evaluate(f"Promise.all({seen})")
        assert await page.evaluate("document.images.length") == 2
        await require_good_for_everybody(page)
    assert complaints == []
    assert all(url.startswith(tmp_path.as_uri()) for url in asked)


async def a_photo() -> bytes:
    async with chromium() as browser:
        page = await browser.new_page(viewport={"width": 64, "height": 48})
        return bytes(await page.screenshot())
