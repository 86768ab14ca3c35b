"""A resident's way in a real browser: from the board's own network to readings at the broker."""

import asyncio
import contextlib
import json
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import aiomqtt
import pytest

from device.twin.host import AccessPoint
from tests.device.open_broker import open_broker
from tests.device.setup_site import BOX, BUTTON, HALL, QUICK, Visitor, board, is_closed, is_open

playwright_api = pytest.importorskip("playwright.async_api")
axe_playwright = pytest.importorskip("axe_playwright_python.async_playwright")

CHROMIUM = Path("/usr/bin/chromium")
PHONE = {"width": 360, "height": 740}
NARROW = {"width": 320, "height": 640}
AIR = [
    BOX,
    HALL,
    AccessPoint("Lycée – élèves", "", rssi=-75, login=True),
    AccessPoint("<b>Durand & Fils</b> " + "é" * 5, "x" * 10, rssi=-80),
]

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="Chromium is not installed"),
]


@contextlib.asynccontextmanager
async def phone(twin: Any, captive: bool = False, **options: Any) -> AsyncIterator[Any]:
    """Open a phone's browser; what it complains of fails the test.

    ``captive``: every name of the internet leads to the board, as its DNS says.
    """
    arguments = ["--no-sandbox", "--disable-gpu"]
    if captive:
        arguments.append(f"--host-resolver-rules=MAP * 127.0.0.1:{twin.ports()[80]}")
    complaints: list[str] = []
    async with playwright_api.async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        context = await browser.new_context(locale="fr-FR", viewport=PHONE, **options)
        page = await context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: complaints.append(said.text))
        yield page
        await browser.close()
    assert complaints == []


async def until(twin: Any, condition: Any) -> None:
    await asyncio.to_thread(twin.wait_for, condition, 60)


@pytest.fixture(scope="module")
def twin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    known = [{"ssid": HALL.ssid, "password": ""}]
    before = QUICK + BUTTON
    folder = tmp_path_factory.mktemp("page")
    with board(folder, before=before, wifi=known, air=AIR) as twin:
        Visitor(twin)
        yield twin


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[int]:
    with open_broker(tmp_path) as port:
        yield port


async def first_reading(port: int) -> dict[str, Any]:
    """Tell the time, as the gateway does, and wait for a reading."""
    while True:
        try:
            async with aiomqtt.Client("127.0.0.1", port) as client:
                await client.subscribe("fabnum/1/ville/lampe-07/telemetry", qos=1)
                await client.subscribe("fabnum/1/ville/lampe-07/status", qos=1)
                async for message in client.messages:
                    if message.topic.matches("+/+/+/+/status"):
                        await client.publish("fabnum/1/time", str(int(time.time())))
                        continue
                    frame = json.loads(message.payload)
                    return dict(frame[0] if isinstance(frame, list) else frame)
        except aiomqtt.MqttError:
            await asyncio.sleep(0.05)  # the broker has not started yet


@pytest.mark.servers
async def test_a_resident_takes_the_board_home(tmp_path: Path, broker: int) -> None:
    with board(tmp_path, air=AIR, broker={"host": "old", "port": 1, "tls": False}) as twin:
        await until(twin, is_open)
        async with phone(twin, captive=True) as page:
            # The phone looks whether there is internet, as soon as it is in the network.
            await page.goto("http://connectivitycheck.gstatic.com/generate_204")
            assert page.url == "http://127.0.0.1/"
            await page.get_by_label(BOX.ssid).check()
            await page.get_by_label("Écrivez le mot de passe").fill("trop-faux")
            await page.get_by_text("Réglages avancés").click()
            await page.get_by_label("Adresse du serveur").fill("127.0.0.1")
            await page.get_by_label("Port").fill(str(broker))
            await page.get_by_role("button", name="Enregistrer").click()
            await page.get_by_role("heading", name="C’est enregistré").wait_for()
            assert await page.get_by_text("« Fabnum-lampe-07 » se ferme").count() == 1
            await until(twin, is_closed)
            # The password was wrong: the network is back, and its page says so.
            await until(twin, is_open)
            await page.goto("http://captive.apple.com/hotspot-detect.html")
            alert = page.get_by_role("alert")
            said = (await alert.inner_text()).replace("\u00a0", " ")
            assert f"« {BOX.ssid} » est faux" in said
            assert await page.get_by_label(BOX.ssid).is_checked()
            assert await page.get_by_label("Écrivez le mot de passe").input_value() == ""
            await page.get_by_label("Écrivez le mot de passe").fill(BOX.password)
            await page.get_by_role("button", name="Enregistrer").click()
            await page.get_by_role("heading", name="C’est enregistré").wait_for()
        reading = await asyncio.wait_for(first_reading(broker), 60)
        assert reading["values"]
        assert is_closed(twin)


async def test_what_is_wrong_is_said_at_once_and_what_was_right_is_kept(twin: Any) -> None:
    async with phone(twin, java_script_enabled=False) as page:
        await page.goto(twin.page_url())
        await page.get_by_label(BOX.ssid).check()
        await page.get_by_label("Écrivez le mot de passe").fill("court")
        await page.get_by_role("button").click()
        assert "entre 8 et 63" in await page.get_by_role("alert").inner_text()
        assert await page.title() == "À corriger – Régler le Wi-Fi"
        assert await page.get_by_label(BOX.ssid).is_checked()
        field = page.get_by_label("Écrivez le mot de passe")
        assert await field.get_attribute("aria-invalid") == "true"
        assert await page.get_by_label("Lycée – élèves").is_disabled()


async def test_a_password_can_be_hidden_without_a_script(twin: Any) -> None:
    hidden = "e => getComputedStyle(e).webkitTextSecurity"
    async with phone(twin) as page:
        await page.goto(twin.page_url())
        field = page.get_by_label("Écrivez le mot de passe")
        assert await field.evaluate(hidden) == "none"
        await page.get_by_label("Cacher ce que j’écris").check()
        assert await field.evaluate(hidden) == "disc"


async def test_the_other_language_is_one_link_away(twin: Any) -> None:
    async with phone(twin) as page:
        await page.goto(twin.page_url())
        assert await page.evaluate("document.documentElement.lang") == "fr"
        await page.get_by_role("link", name="English").click()
        await page.get_by_role("heading", name="Set up the Wi-Fi").wait_for()
        assert await page.evaluate("document.documentElement.lang") == "en"
        await page.get_by_role("link", name="Search again").click()
        await page.get_by_role("heading", name="Set up the Wi-Fi").wait_for()
        await page.get_by_role("button", name="Save").click()
        assert "Choose a Wi-Fi" in await page.get_by_role("alert").inner_text()


@pytest.mark.parametrize("path", ["", "?lang=en"])
async def test_320_pixels_are_enough_also_with_letters_twice_as_large(twin: Any, path: str) -> None:
    async with phone(twin) as page:
        await page.set_viewport_size(NARROW)
        await page.goto(twin.page_url() + path)
        await page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
        for size in ("100%", "200%"):
            await page.evaluate(f"document.documentElement.style.fontSize = '{size}'")
            assert await page.evaluate("document.documentElement.scrollWidth") <= 320


@pytest.mark.parametrize("path", ["", "?lang=en"])
async def test_axe_finds_nothing(twin: Any, path: str) -> None:
    async with phone(twin, bypass_csp=True) as page:
        await page.goto(twin.page_url() + path)
        await page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
        results = await axe_playwright.Axe().run(page)
        assert results.violations_count == 0, results.generate_report()
        await page.get_by_role("button").click()
        results = await axe_playwright.Axe().run(page)
        assert results.violations_count == 0, results.generate_report()


async def test_the_keyboard_is_enough_and_shows_where_it_is(twin: Any) -> None:
    async with phone(twin) as page:
        await page.goto(twin.page_url())
        seen = []
        for _ in range(12):
            await page.keyboard.press("Tab")
            outline = "getComputedStyle(document.activeElement).outlineStyle"
            assert await page.evaluate(outline) == "solid"
            seen.append(await page.evaluate("document.activeElement.outerHTML"))
            if "Enregistrer" in seen[-1]:
                break
        assert "Enregistrer" in seen[-1]
        await page.keyboard.press("Enter")
        await page.get_by_role("alert").wait_for()


async def test_nothing_is_asked_of_anybody_else(twin: Any) -> None:
    async with phone(twin) as page:
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        await page.goto(twin.page_url(), wait_until="networkidle")
        assert [url for url in asked if not url.startswith((twin.page_url(), "data:"))] == []
        assert await page.context.cookies() == []
