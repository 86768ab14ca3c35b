"""The bench's page lets in nobody but the person at this computer; asked as any program can ask."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from kit.errors import FabnumError
from provisioning import cards
from provisioning.bench.model import Job, Kind, Question
from provisioning.page import PagePerson, PageWatcher, serve
from tests.provisioning.browser.scripted import ScriptedLine, bench

SAME = {"sec-fetch-site": "same-origin"}
LAMP = {"port": "/dev/ttyUSB0", "build": "lamp"}


@asynccontextmanager
async def visitor(
    folder: Path, *, known: bool = True, boards: int = 1
) -> AsyncIterator[tuple[ScriptedLine, httpx.AsyncClient]]:
    async with bench(folder, boards=boards) as (line, address):
        base = address.partition("/?")[0]
        async with httpx.AsyncClient(base_url=base, follow_redirects=True) as client:
            if known:
                await client.get(address)
            yield line, client


async def test_the_address_of_the_terminal_opens_the_bench_and_loses_its_token(
    tmp_path: Path,
) -> None:
    async with bench(tmp_path, boards=1) as (_line, address), httpx.AsyncClient() as client:
        assert urlsplit(address).hostname == "127.0.0.1"
        answer = await client.get(address)
        assert answer.status_code == 303
        cookie = answer.headers["set-cookie"].lower()
        assert "httponly" in cookie
        assert "samesite=lax" in cookie
        token = address.partition("token=")[2]
        assert token not in answer.headers["location"]
        page = await client.get(address, follow_redirects=True)
        assert page.status_code == 200
        assert token not in page.text


async def test_without_the_token_nothing_of_the_bench_is_seen(tmp_path: Path) -> None:
    async with visitor(tmp_path, known=False) as (_line, client):
        for path in ("/", "/new", "/missing", "/board/1", "/labels.pdf"):
            for token in ("", "?token=", "?token=wrong", "?token=été"):
                answer = await client.get(path + token)
                assert answer.status_code == 403
                assert "ttyUSB0" not in answer.text
                assert "terminal" in answer.text


async def test_without_the_token_nothing_can_be_done(tmp_path: Path) -> None:
    async with visitor(tmp_path, known=False) as (line, client):
        for path in ("/start", "/clear", "/board/1/retry"):
            assert (await client.post(path, data=LAMP, headers=SAME)).status_code == 403
        assert not line.started


async def test_a_name_that_was_turned_to_this_computer_sees_nothing(tmp_path: Path) -> None:
    async with visitor(tmp_path) as (line, client):
        port = client.base_url.port
        names = ("evil.example", f"evil.example:{port}", f"localhost.evil.example:{port}")
        for host in (*names, "127.0.0.1:1", "127.0.0.1", ""):
            for path in ("/", "/cards", "/static/page.css"):
                answer = await client.get(path, headers={"host": host})
                assert answer.status_code in (400, 421)
                assert "ttyUSB0" not in answer.text
            answer = await client.post("/start", data=LAMP, headers={**SAME, "host": host})
            assert answer.status_code in (400, 421)
        assert not line.started


async def test_localhost_is_this_computer_too(tmp_path: Path) -> None:
    async with visitor(tmp_path) as (_line, client):
        host = f"localhost:{client.base_url.port}"
        assert (await client.get("/cards", headers={"host": host})).status_code == 200


async def test_a_form_of_another_page_changes_nothing(tmp_path: Path) -> None:
    foreign = (
        {},
        {"sec-fetch-site": "cross-site"},
        {"origin": "https://evil.example"},
        {"origin": "http://127.0.0.1:1"},
    )
    async with visitor(tmp_path) as (line, client):
        for headers in foreign:
            assert (await client.post("/start", data=LAMP, headers=headers)).status_code == 403
        assert not line.started
        own = {"origin": str(client.base_url).rstrip("/")}
        assert (await client.post("/start", data=LAMP, headers=own)).status_code == 200
        assert len(line.started) == 1


async def test_nothing_changes_by_a_link(tmp_path: Path) -> None:
    async with visitor(tmp_path) as (line, client):
        for path in ("/start", "/clear", "/board/1/remove"):
            assert (await client.get(path, params=LAMP, headers=SAME)).status_code == 405
        assert not line.started


async def test_every_answer_carries_the_strict_headers(tmp_path: Path) -> None:
    async with visitor(tmp_path) as (_line, client):
        for path in ("/", "/cards", "/nowhere", "/board/7"):
            answer = await client.get(path)
            assert "default-src 'none'" in answer.headers["content-security-policy"]
            assert answer.headers["x-content-type-options"] == "nosniff"
            assert "server" not in answer.headers


async def test_the_cards_are_open_so_that_lessons_can_link_to_them(tmp_path: Path) -> None:
    async with visitor(tmp_path, known=False) as (_line, client):
        text = (await client.get("/cards")).text
        for card in cards.catalogue():
            assert f'id="{card.code}"' in text


async def test_a_form_that_is_not_ours_starts_nothing_and_says_why(tmp_path: Path) -> None:
    forms = (
        {},
        {"port": "/dev/ttyUSB0"},
        {"build": "lamp"},
        {"port": "/dev/ttyUSB0", "build": "../../etc"},
        {"port": "/dev/ttyUSB9", "build": "lamp"},
        {"port": "/etc/passwd", "build": "lamp"},
    )
    async with visitor(tmp_path) as (line, client):
        for form in forms:
            answer = await client.post("/start", data=form, headers=SAME)
            assert answer.status_code == 422
            assert 'role="alert"' in answer.text
        assert not line.started


async def test_too_large_a_form_is_refused(tmp_path: Path) -> None:
    async with visitor(tmp_path) as (line, client):
        answer = await client.post("/start", data={**LAMP, "name": "x" * 100_000}, headers=SAME)
        assert answer.status_code == 413
        assert not line.started


async def test_what_is_typed_becomes_one_short_line_and_is_never_markup(tmp_path: Path) -> None:
    async with visitor(tmp_path) as (line, client):
        name = "<script>alert(1)</script>\r\n\x1b[31m" + "é" * 90
        answer = await client.post("/start", data={**LAMP, "name": name}, headers=SAME)
        _port, _build, wish = line.started[0]
        assert wish is not None
        assert len(wish.name) <= 60
        assert wish.name.isprintable()
        assert "<script>alert" not in answer.text


async def test_a_refused_wish_keeps_what_was_typed(tmp_path: Path) -> None:
    async with visitor(tmp_path) as (_line, client):
        form = {**LAMP, "name": "interdit", "place": "Salle 7"}
        answer = await client.post("/start", data=form, headers=SAME)
        assert "Ce nom est pris." in answer.text
        assert 'value="Salle 7"' in answer.text
        assert 'value="interdit"' in answer.text


async def test_after_an_action_one_is_led_to_our_own_pages_only(tmp_path: Path) -> None:
    async with visitor(tmp_path) as (_line, client):
        await client.post("/start", data=LAMP, headers=SAME)
        for back in ("//evil.example", "https://evil.example", "/board/1/../../x", "\\evil"):
            answer = await client.post(
                "/board/1/stop", data={"back": back}, headers=SAME, follow_redirects=False
            )
            assert answer.headers["location"] == "/"


async def test_a_change_ends_the_wait_of_an_open_page_and_quiet_ends_it_in_time(
    tmp_path: Path,
) -> None:
    async with visitor(tmp_path, boards=0) as (line, client):
        revision = (await client.get("/")).headers["fabnum-revision"]
        quiet = await client.get("/", headers={"fabnum-since": revision, "fabnum-wait": "0"})
        assert quiet.status_code == 204
        waiting = asyncio.create_task(client.get("/", headers={"fabnum-since": revision}))
        line.person.watcher.touch()
        news = await waiting
        assert news.status_code == 200
        assert news.text.lstrip().startswith("<main")


async def test_two_pages_on_one_port_are_an_error_card_and_no_traceback(tmp_path: Path) -> None:
    async with bench(tmp_path) as (line, address):
        taken = urlsplit(address).port
        assert taken is not None
        with pytest.raises(FabnumError, match=str(taken)):
            await serve(line, line.person, taken, print)


async def test_an_answer_counts_only_for_the_question_that_was_seen() -> None:
    person = PagePerson(PageWatcher())
    job = Job("/dev/ttyUSB0", "ttyUSB0", "lamp")
    first = asyncio.create_task(person.answer(job, Question(Kind.YES_NO, "Rouge ?")))
    await asyncio.sleep(0)
    seen = person.asked(job)
    assert seen is not None
    assert person.give(job, seen.number, True)
    assert await first is True
    second = asyncio.create_task(person.answer(job, Question(Kind.YES_NO, "Verte ?")))
    await asyncio.sleep(0)
    assert not person.give(job, seen.number, True)
    asked = person.asked(job)
    assert asked is not None
    assert person.give(job, asked.number, None)
    assert await second is None
    assert job.question is None


async def test_a_question_whose_test_was_cancelled_disappears() -> None:
    person = PagePerson(PageWatcher())
    job = Job("/dev/ttyUSB0", "ttyUSB0", "lamp")
    asking = asyncio.create_task(person.answer(job, Question(Kind.YES_NO, "Rouge ?")))
    await asyncio.sleep(0)
    assert person.watcher.in_need() == [job]
    asking.cancel()
    await asyncio.gather(asking, return_exceptions=True)
    assert person.asked(job) is None
    assert person.watcher.in_need() == []
