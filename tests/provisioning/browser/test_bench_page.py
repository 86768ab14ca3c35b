"""The bench's page in a real browser: a learner's whole way, a class set, and for everybody."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import pytest

from kit.enrolment import Wish
from provisioning.bench.model import Job, Kind, Question, Step
from provisioning.cards import failure
from tests.provisioning.browser.scripted import Script, ScriptedLine, bench, port, smooth

playwright_api = pytest.importorskip("playwright.async_api")
axe_playwright = pytest.importorskip("axe_playwright_python.async_playwright")

CHROMIUM = Path("/usr/bin/chromium")
RED = Question(Kind.YES_NO, "La lampe est-elle rouge ?", "colours")
PRESS = Question(Kind.DO, "Appuyez sur le bouton.", "button", 20)

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="Chromium is not installed"),
]


@asynccontextmanager
async def visit(
    folder: Path,
    script: Script = smooth,
    *,
    boards: int = 0,
    line_is: Any = None,
    complaints_expected: bool = False,
    **options: Any,
) -> AsyncIterator[tuple[ScriptedLine, Any]]:
    """Open the bench in Chromium; whatever the browser complains of fails the test."""
    complaints: list[str] = []
    async with bench(folder, script, boards=boards) as (line, address):
        if line_is is not None:
            line_is(line)
        async with playwright_api.async_playwright() as playwright:
            browser = await playwright.chromium.launch(
                executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
            )
            context = await browser.new_context(**{"locale": "fr-FR", **options})
            page = await context.new_page()
            page.set_default_timeout(20_000)
            page.on("pageerror", lambda error: complaints.append(str(error)))
            page.on("console", lambda said: complaints.append(said.text))
            # Not "networkidle": an open page always waits for news.
            await page.goto(address, wait_until="load")
            yield line, page
            await browser.close()
    if not complaints_expected:
        assert complaints == []


async def asks_in_the_test(line: ScriptedLine, job: Job, step: Step) -> str:
    """Go through the steps; at the test ask whether the lamp is red."""
    if step is Step.TEST:
        job.facts["red"] = await line.person.answer(job, RED)
    return await smooth(line, job, step)


def fails_once(where: Step) -> Script:
    async def script(line: ScriptedLine, job: Job, step: Step) -> str:
        if step is where and not job.facts.get("failed"):
            job.facts["failed"] = True
            raise failure("no-answer", seen="No serial data received.")
        return await smooth(line, job, step)

    return script


def gated(gate: asyncio.Event, where: Step = Step.FLASH) -> Script:
    """Stop half-way through one step until the gate opens."""

    async def script(line: ScriptedLine, job: Job, step: Step) -> str:
        if step is where:
            line.progress(job, step, 0.42, "Écriture")
            await gate.wait()
        return await smooth(line, job, step)

    return script


async def start(page: Any, build: str = "lamp") -> None:
    await page.locator(f"input[value={build}]").check()
    await page.locator(".go button").click()


async def test_a_learner_is_led_from_the_cable_to_the_label(tmp_path: Path) -> None:
    async with visit(tmp_path, asks_in_the_test) as (line, page):
        assert await page.locator(".scene").is_visible()
        await page.evaluate("document.body.dataset.mark = 'same page'")
        line.plugged.append(port())
        await page.locator(".builds").wait_for()  # by itself, in the same page
        assert await page.evaluate("document.body.dataset.mark") == "same page"
        await page.locator("#name").fill("Lampe de Fatou")
        await page.locator("#place").fill("Salle 101")
        await start(page)
        await page.locator(".ask").get_by_text("La lampe est-elle rouge").wait_for()
        assert await page.locator("h1").inner_text() == "Lampe de Fatou"
        assert await page.locator(".way [data-state=done]").count() == 5
        await page.locator("button[value=yes]").click()
        await page.locator(".badge").wait_for()
        assert line.on_bench[0].facts["red"] is True
        assert line.started[0][2] == Wish(
            "lamp", "gonesse", place="Salle 101", name="Lampe de Fatou"
        )
        label = page.locator("a[href*='labels.pdf']")
        reply = await page.request.get(await label.evaluate("link => link.href"))
        assert reply.status == 200
        assert (await reply.body()).startswith(b"%PDF")
        # The next board keeps what was chosen, but not the name.
        line.plugged.append(port(1))
        await page.locator("form[action*=remove] button").first.click()
        await page.locator(".builds").wait_for()
        assert await page.locator("input[value=lamp]").is_checked()
        assert await page.locator("#place").input_value() == "Salle 101"


@pytest.mark.parametrize(("button", "answer"), [("no", False), ("unknown", None)])
async def test_each_button_gives_its_answer(
    tmp_path: Path, button: str, answer: bool | None
) -> None:
    async with visit(tmp_path, asks_in_the_test, boards=1) as (line, page):
        await start(page)
        await page.locator(f"button[value={button}]").click()
        await page.locator(".badge").wait_for()
        assert line.on_bench[0].facts["red"] is answer


async def test_what_is_to_be_done_is_shown_until_the_board_has_noticed(tmp_path: Path) -> None:
    pressed = asyncio.Event()

    async def script(line: ScriptedLine, job: Job, step: Step) -> str:
        if step is Step.TEST:
            await line.person.answer(job, PRESS)
            await pressed.wait()
            job.question = None
        return await smooth(line, job, step)

    async with visit(tmp_path, script, boards=1) as (_line, page):
        await start(page)
        await page.locator(".ask").get_by_text("Appuyez sur le bouton").wait_for()
        assert await page.locator(".answers").count() == 0
        pressed.set()
        await page.locator(".badge").wait_for()


async def test_a_failure_is_a_card_with_one_action_and_can_be_tried_again(tmp_path: Path) -> None:
    async with visit(tmp_path, fails_once(Step.FLASH), boards=1) as (_line, page):
        await start(page)
        card = page.locator(".now[data-state=failed]")
        await card.locator(".action").wait_for()
        assert await page.locator(".way [data-state=failed]").count() == 1
        link = card.locator("a[href='/cards#no-answer']")
        await link.click()
        assert await page.locator("#no-answer:target .action").is_visible()
        await page.go_back()
        await page.locator("form[action*=retry] button").click()
        await page.locator(".badge").wait_for()


async def test_progress_moves_in_place_and_the_focus_stays(tmp_path: Path) -> None:
    gate = asyncio.Event()
    async with visit(tmp_path, gated(gate), boards=1) as (line, page):
        await start(page)
        await page.locator(".doing b").get_by_text("42").wait_for()
        summary = page.locator("#more summary")
        await summary.click()
        job = line.on_bench[0]
        line.progress(job, Step.FLASH, 0.77, "Écriture")
        await page.locator(".doing b").get_by_text("77").wait_for()
        assert await page.locator("progress").get_attribute("value") == "0.770"
        assert await page.evaluate("document.activeElement.parentElement.id") == "more"
        assert await page.locator("#more .row").is_visible()  # what was unfolded stays so
        # A percentage is not read aloud; a step is.
        said = page.locator("#said")
        assert "77" not in await said.inner_text()
        assert "3" in await said.inner_text()
        gate.set()
        await page.locator(".badge").wait_for()


async def test_after_an_answer_the_focus_is_on_what_comes_next(tmp_path: Path) -> None:
    async with visit(tmp_path, asks_in_the_test, boards=1) as (_line, page):
        await start(page)
        yes = page.locator("button[value=yes]")
        await yes.focus()
        await page.keyboard.press("Enter")
        await page.locator(".badge").wait_for()
        assert await page.evaluate("document.activeElement.id") == "now"


async def test_tests_that_could_not_be_done_are_said_and_can_be_repeated(tmp_path: Path) -> None:
    async def script(line: ScriptedLine, job: Job, step: Step) -> str:
        if step is Step.TEST:
            passed = True if job.selftest else None  # the second time somebody can tell
            job.selftest = {"tests": [{"id": "colours", "name": "Couleurs", "passed": passed}]}
        return await smooth(line, job, step)

    async with visit(tmp_path, script, boards=1) as (_line, page):
        await start(page)
        await page.locator(".keep.open").wait_for()
        assert await page.locator(".tests [data-passed=unknown]").count() == 1
        await page.locator("form[action$=test] button").click()
        await page.locator(".tests [data-passed=yes]").wait_for()
        await page.locator(".keep.open").wait_for(state="detached")


async def test_work_can_be_stopped_taken_up_again_and_begun_anew(tmp_path: Path) -> None:
    gate = asyncio.Event()
    async with visit(tmp_path, gated(gate), boards=1) as (line, page):
        await start(page)
        await page.locator(".doing b").get_by_text("42").wait_for()
        await page.locator("#more summary").click()
        await page.locator("form[action*=stop] button").click()
        go_on = page.locator(".now form[action*=retry] button")
        await go_on.wait_for()
        gate.set()
        await go_on.click()
        await page.locator(".badge").wait_for()
        await page.locator("form[action*=again] button").click()
        await page.locator(".badge").wait_for()
        assert not line.busy(line.on_bench[0])


async def test_twelve_boards_at_once_and_only_those_in_need_come_first(tmp_path: Path) -> None:
    async def script(line: ScriptedLine, job: Job, step: Step) -> str:
        number = int(job.port.removeprefix("/dev/ttyUSB"))
        if step is Step.FLASH and number == 4:
            return await fails_once(Step.FLASH)(line, job, step)
        if step is Step.TEST and number in (2, 7):
            await line.person.answer(job, RED)
        return await smooth(line, job, step)

    async with visit(tmp_path, script, boards=12) as (line, page):
        assert await page.locator("input[type=checkbox]:checked").count() == 12
        await page.locator("#group summary").click()
        await page.locator("#cohort").fill("Groupe bleu")
        await page.locator("#workshop").fill("Ma lampe")
        await start(page)
        await page.locator(".tile").nth(11).wait_for()
        await page.locator(".tile[data-state=done]").nth(8).wait_for()
        assert {wish.cohort for _, _, wish in line.started if wish} == {"Groupe bleu"}
        hands = page.locator(".hands article")
        assert await hands.count() == 3
        assert (await page.title()).startswith("(3)")
        await hands.locator("button[value=yes]").first.click()
        await page.locator(".tile[data-state=done]").nth(9).wait_for()
        await hands.locator("button[value=yes]").first.click()
        await hands.locator("form[action*=retry] button").click()
        await page.locator(".tile[data-state=done]").nth(11).wait_for()
        await page.locator("#needy").wait_for(state="detached")
        # One of them, close by, and back.
        await page.locator("#tile-5 a").click()
        await page.locator(".way").wait_for()
        await page.locator(".back a").click()
        await page.locator("form[action*=clear] button").click()
        await page.locator(".builds").wait_for()  # still plugged in: their next turn
        assert line.on_bench == []


async def test_a_new_question_moves_no_button_that_is_there(tmp_path: Path) -> None:
    second = asyncio.Event()

    async def script(line: ScriptedLine, job: Job, step: Step) -> str:
        if step is Step.TEST:
            if job.port == "/dev/ttyUSB0":
                await second.wait()  # the first board asks last
            await line.person.answer(job, RED)
        return await smooth(line, job, step)

    async with visit(tmp_path, script, boards=3) as (_line, page):
        await start(page)
        hands = page.locator(".hands article")
        await hands.nth(1).wait_for()
        before = await page.locator("#hand-2 button[value=yes]").bounding_box()
        await page.locator("#hand-2 button[value=yes]").focus()
        second.set()
        await page.locator("#hand-1").wait_for()
        assert await page.locator("#hand-2 button[value=yes]").bounding_box() == before
        assert await page.evaluate("document.activeElement.value") == "yes"


async def test_boards_can_take_their_names_from_the_list(tmp_path: Path) -> None:
    def with_list(line: ScriptedLine) -> None:
        line.waits.extend([Wish("lamp", "gonesse", name="Lampe A"), Wish("lamp", "gonesse")])

    async with visit(tmp_path, boards=2, line_is=with_list) as (line, page):
        await page.goto(page.url)
        assert await page.locator("input[value=list]").is_checked()
        await start(page)
        await page.locator(".tile[data-state=done]").nth(1).wait_for()
        assert [wish for _, _, wish in line.started] == [None, None]


async def test_a_town_can_be_chosen_where_there_are_several(tmp_path: Path) -> None:
    from provisioning.page import Town

    def two_towns(line: ScriptedLine) -> None:
        line.site_towns.append(Town("hem", "Hem"))

    async with visit(tmp_path, boards=1, line_is=two_towns) as (line, page):
        await page.goto(page.url)
        await page.locator("#town").select_option("hem")
        await start(page)
        await page.locator(".badge").wait_for()
        wish = line.started[0][2]
        assert wish is not None
        assert wish.town == "hem"


async def test_a_board_that_does_not_appear_gets_its_card_and_then_goes_on(tmp_path: Path) -> None:
    async with visit(tmp_path) as (line, page):
        await page.locator("a[href='/missing']").click()
        await page.locator(".action").wait_for()
        line.plugged.append(port())
        await page.locator(".builds").wait_for()
        assert page.url.endswith("/")


async def test_without_javascript_the_whole_way_works_by_reloading(tmp_path: Path) -> None:
    script = asks_in_the_test
    async with visit(tmp_path, script, boards=1, java_script_enabled=False) as (line, page):
        assert await page.locator("noscript a").is_visible()
        await start(page)
        await until(lambda: line.person.asked(line.on_bench[0]) is not None)
        await page.reload()
        await page.locator("button[value=yes]").click()
        await until(lambda: line.on_bench[0].done)
        await page.reload()
        assert await page.locator(".badge").is_visible()


async def test_a_bench_that_has_ended_is_said_and_found_again(tmp_path: Path) -> None:
    async with visit(tmp_path, complaints_expected=True) as (line, page):
        await page.context.set_offline(True)
        line.person.watcher.touch()
        await page.locator("#lost.shown").wait_for()
        await page.context.set_offline(False)
        await page.locator("#lost:not(.shown)").wait_for(state="attached")


async def test_english_is_a_link_away_and_stays(tmp_path: Path) -> None:
    async with visit(tmp_path, boards=1) as (_line, page):
        await page.get_by_role("link", name="English").click()
        assert await page.locator("html").get_attribute("lang") == "en"
        await start(page)
        await page.get_by_text("It is ready!").wait_for()
        # Words of the line are in the language in which it was started: this page's.
        assert await page.locator(".log [lang]").count() == 0


async def test_the_server_is_asked_for_nothing_but_its_own(tmp_path: Path) -> None:
    async with visit(tmp_path, boards=1) as (_line, page):
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        home = page.url
        await page.reload()
        await page.goto(f"{home}cards")
        assert asked
        assert all(url.startswith(home) for url in asked)


async def until(condition: Any) -> None:
    async with asyncio.timeout(20):
        while not condition():  # noqa: ASYNC110 - polled state
            await asyncio.sleep(0.01)


# How it looks in each state, for everybody.


async def never(line: ScriptedLine, job: Job, step: Step) -> str:
    await asyncio.Event().wait()
    return ""


async def mixed(line: ScriptedLine, job: Job, step: Step) -> str:
    """Leave twelve boards in all states: asking, told to do, failed, under way, ready."""
    number = int(job.port.removeprefix("/dev/ttyUSB"))
    if step is Step.TEST and number % 5 == 1:
        await line.person.answer(job, RED)
    if step is Step.TEST and number % 5 == 2:
        await line.person.answer(job, PRESS)
        await asyncio.Event().wait()
    if step is Step.FLASH and number % 5 == 3:
        raise failure("no-answer", seen="No serial data received.")
    if step is Step.INSTALL and number % 5 == 4:
        line.progress(job, step, 0.3, "boot.py")
        await asyncio.Event().wait()
    return await smooth(line, job, step)


STATES: dict[str, tuple[int, Script | None, str]] = {
    "nothing plugged in": (0, None, ".scene"),
    "one to choose for": (1, None, ".builds"),
    "twelve to choose for": (12, None, ".builds"),
    "under way": (1, never, "progress"),
    "asking": (1, asks_in_the_test, ".answers"),
    "failed": (1, fails_once(Step.CHECK), ".action"),
    "ready": (1, smooth, ".badge"),
    "twelve": (12, mixed, "#tile-12"),
}


async def bring_into(page: Any, state: str) -> None:
    boards, script, sign = STATES[state]
    if script is not None:
        await start(page)
    await page.locator(sign).first.wait_for()
    if boards == 12 and script is not None:
        await page.locator(".tile[data-state=failed]").nth(1).wait_for()
        await page.locator(".tile[data-state=asking]").nth(3).wait_for()


@pytest.mark.slow
@pytest.mark.parametrize("state", STATES)
async def test_axe_finds_nothing_in_any_state(tmp_path: Path, state: str) -> None:
    boards, script, _sign = STATES[state]
    async with visit(tmp_path, script or smooth, boards=boards, bypass_csp=True) as (_line, page):
        await bring_into(page, state)
        await page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
        for scheme in ("light", "dark"):
            await page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            results = await axe_playwright.Axe().run(page)
            assert results.violations_count == 0, results.generate_report()


@pytest.mark.slow
@pytest.mark.parametrize("state", STATES)
async def test_320_pixels_are_enough_and_each_page_is_small(tmp_path: Path, state: str) -> None:
    boards, script, _sign = STATES[state]
    narrow = {"width": 320, "height": 640}
    async with visit(tmp_path, script or smooth, boards=boards, viewport=narrow) as (_line, page):
        await bring_into(page, state)
        await page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
        for size in ("106.25%", "200%"):
            await page.evaluate(f"document.documentElement.style.fontSize = '{size}'")
            assert await page.evaluate("document.documentElement.scrollWidth") <= 320
        sizes: dict[str, int] = {}
        for url in [page.url, *re.findall(r'"(/static/[^"]+)"', await page.content())]:
            reply = await page.request.get(urljoin(page.url, url))
            sizes[url] = len(await reply.body())
        assert sum(sizes.values()) < 60_000, sizes


@pytest.mark.parametrize("path", ["cards", "cards?lang=en", "missing", "board/9"])
async def test_axe_finds_nothing_on_the_other_pages(tmp_path: Path, path: str) -> None:
    # The browser itself complains of an address where there is nothing.
    async with visit(tmp_path, bypass_csp=True, complaints_expected=True) as (_line, page):
        await page.goto(page.url + path)
        for scheme in ("light", "dark"):
            await page.emulate_media(color_scheme=scheme)
            results = await axe_playwright.Axe().run(page)
            assert results.violations_count == 0, results.generate_report()


async def test_the_keyboard_alone_is_enough(tmp_path: Path) -> None:
    async with visit(tmp_path, boards=1) as (_line, page):
        await page.keyboard.press("Tab")
        assert await page.evaluate("document.activeElement.className") == "skip"
        await page.keyboard.press("Enter")
        await page.keyboard.press("Tab")
        await page.keyboard.press("Space")
        assert await page.evaluate("document.activeElement.checked")
        outline = "getComputedStyle(document.activeElement.closest('label')).outlineStyle"
        assert await page.evaluate(outline) == "solid"
        await page.keyboard.press("Enter")
        await page.locator(".badge").wait_for()
