"""The boards as a browser without JavaScript gets them: who may see what, and what stands there."""

import asyncio
import csv
import io
import re
import threading
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

from gateway.boards.answers import Answers
from gateway.model import Frame
from gateway.web.door import SLIPS
from tests.gateway.boards.board_site import PASSWORD, TOWN, BoardSite, board_site, objects

TOO_HEAVY = 50_000
OWN = ("fleet", "gateway", "inclusion")
RIGHT = ("fabnum", PASSWORD)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BoardSite]:
    with board_site(tmp_path_factory.mktemp("boards"), objects(), days=1) as opened:
        yield opened


@pytest.fixture
async def visitor(site: BoardSite) -> AsyncIterator[httpx.AsyncClient]:
    async with browser(site) as client:
        yield client


def browser(site: BoardSite, **options: Any) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(site.app, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://lab", **options)


def text_of(html: str) -> str:
    plain = re.sub(r"<[^>]+>", " ", html).replace("\u00a0", " ").replace("\u202f", " ")
    return " ".join(plain.split())


def sheet_of(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def boards_in(html: str) -> list[str]:
    return sorted(set(re.findall(r'href="(/b/[^"?]+)"', html)))


async def test_the_overview_leads_to_every_board(visitor: httpx.AsyncClient) -> None:
    found = boards_in((await visitor.get("/b/")).text)
    assert {f"/b/{TOWN}/town", f"/b/{TOWN}/build-air", f"/b/{TOWN}/public", "/b/fleet"} <= {*found}
    for path in found:
        answer = await visitor.get(path, auth=RIGHT)
        assert answer.status_code == 200, path
        assert answer.headers["content-security-policy"].startswith("default-src 'none'")
        assert "style=" not in answer.text


async def test_the_wall_leads_to_the_boards_and_they_lead_back(visitor: httpx.AsyncClient) -> None:
    assert f'href="/b/{TOWN}/town"' in (await visitor.get("/")).text
    assert f'href="/t/{TOWN}"' in (await visitor.get(f"/b/{TOWN}/town")).text


async def test_every_panel_has_words_a_table_or_a_text_and_a_file(
    visitor: httpx.AsyncClient,
) -> None:
    page = (await visitor.get(f"/b/{TOWN}/build-air")).text
    panels = re.findall(r'<article class="panel.*?</article>', page, re.DOTALL)
    assert len(panels) > 4
    for panel in panels:
        assert re.search(r"<h3[^>]*>[^<]+</h3>", panel)
        if "of-text" in panel or "of-empty" in panel:
            continue
        assert re.search(r'href="[^"]+\.csv"', panel)
        assert "<table" in panel or "of-tiles" in panel or "<dl" in panel
        for picture in re.findall(r'<svg[^>]*role="img"[^>]*>.{0,40}', panel):
            assert "aria-label" in picture


@pytest.mark.parametrize("board", ["town", "public", "build-air", "build-passage", "build-vote"])
async def test_a_towns_page_is_light(visitor: httpx.AsyncClient, board: str) -> None:
    assert len((await visitor.get(f"/b/{TOWN}/{board}")).content) <= TOO_HEAVY


async def test_both_languages_tell_the_same(visitor: httpx.AsyncClient) -> None:
    french = await visitor.get(f"/b/{TOWN}/build-air?lang=fr")
    english = await visitor.get(f"/b/{TOWN}/build-air?lang=en")
    assert '<html lang="fr">' in french.text
    assert '<html lang="en">' in english.text
    assert "Pensez à aérer" in text_of(french.text)
    assert f'href="/b/{TOWN}/town?lang=en"' in english.text


async def test_what_is_not_there_is_said_kindly(visitor: httpx.AsyncClient) -> None:
    for path in (
        f"/b/{TOWN}/fleet",
        f"/b/{TOWN}/nothing",
        "/b/nowhere/town",
        f"/b/{TOWN}/town/nothing.csv",
        f"/b/{TOWN}/build-air/worth.csv",
    ):
        answer = await visitor.get(path)
        assert answer.status_code == 404, path
    assert (await visitor.get("/b")).headers["location"] == "/b/"


# --- the password --------------------------------------------------------------------------------


@pytest.mark.parametrize("board", [*OWN, "fleet/objects.csv", "nothing"])
async def test_boards_of_the_site_ask_for_the_password(tmp_path: Path, board: str) -> None:
    with board_site(tmp_path) as bare:
        async with browser(bare) as client:
            for auth in (None, ("fabnum", "wrong"), ("", ""), ("admin", PASSWORD)):
                answer = await client.get(f"/b/{board}", auth=auth)
                assert answer.status_code == 401
                assert answer.headers["www-authenticate"].startswith("Basic realm=")
                assert "boards-password" in answer.text
                assert PASSWORD not in answer.text
            answer = await client.get(f"/b/{board}", auth=RIGHT)
            assert answer.status_code == (404 if board == "nothing" else 200)
            assert PASSWORD not in answer.text
            if board != "nothing":
                assert "no-store" in answer.headers["cache-control"]


async def test_guessing_is_slowed_down_and_the_right_word_is_not_told_apart_then(
    tmp_path: Path,
) -> None:
    with board_site(tmp_path) as bare:
        async with browser(bare) as client:
            for _ in range(SLIPS):
                assert (await client.get("/b/fleet", auth=("fabnum", "no"))).status_code == 401
            for auth in (("fabnum", "no"), RIGHT):
                answer = await client.get("/b/fleet", auth=auth)
                assert answer.status_code == 429
                assert int(answer.headers["retry-after"]) >= 1
            # Who shows nothing is only asked for the password.
            assert (await client.get("/b/fleet")).status_code == 401


@pytest.mark.parametrize(
    "header", ["Basic", "Basic é", "Basic ====", "Bearer x", "Basic " + "A" * 9000, "basic Og=="]
)
async def test_an_odd_header_is_no_password(visitor: httpx.AsyncClient, header: str) -> None:
    answer = await visitor.get("/b/gateway", headers={b"authorization": header.encode("latin-1")})
    assert answer.status_code in (401, 429)


# --- files ---------------------------------------------------------------------------------------


async def test_a_file_holds_what_the_table_shows(visitor: httpx.AsyncClient) -> None:
    page = (await visitor.get(f"/b/{TOWN}/town")).text
    rows = re.search(r'id="objects-air".*?<tbody>(.*?)</tbody>', page, re.DOTALL)
    assert rows is not None
    shown = [
        [text_of(cell) for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL)]
        for row in re.findall(r"<tr>(.*?)</tr>", rows[1], re.DOTALL)
    ]
    answer = await visitor.get(f"/b/{TOWN}/town/objects-air.csv")
    assert answer.headers["content-type"].startswith("text/csv; charset=utf-8")
    assert f'filename="{TOWN}-town-objects-air.csv"' in answer.headers["content-disposition"]
    assert answer.content.startswith("\ufeff".encode())
    assert b"\r\n" in answer.content
    heading, *lines = sheet_of(answer.content)
    assert heading[:2] == ["Lieu", "Objet"]
    assert "[ppm]" in heading[2]
    assert len(lines) == len(shown) == 2
    for line, row in zip(lines, shown, strict=True):
        place, name, co2, word, temperature = line[:5]
        assert row[0] == f"{name} {place}"
        assert row[1] == f"{float(co2):,.0f} {word}".replace(",", " ")
        assert row[2] == f"{float(temperature):.1f}".replace(".", ",")
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d", line[-1])


async def test_a_file_of_a_curve_has_a_line_for_each_step(visitor: httpx.AsyncClient) -> None:
    answer = await visitor.get(f"/b/{TOWN}/build-air/day-co2.csv")
    heading, *lines = sheet_of(answer.content)
    assert heading[1:3] == ["Lieu", "Objet"]
    assert 200 < len(lines) <= 2 * 145
    assert all(400 < float(value) < 5000 for *_, value in lines)
    moments = [line[0] for line in lines if line[2] == lines[0][2]]
    assert moments == sorted(moments)


async def test_a_small_count_is_in_no_file(visitor: httpx.AsyncClient) -> None:
    answer = await visitor.get(f"/b/{TOWN}/build-passage/week-entries.csv")
    _heading, *lines = sheet_of(answer.content)
    counts = [float(line[3]) for line in lines if line[3]]
    assert counts
    assert all(count == 0 or count >= 5 for count in counts)


async def test_no_name_is_taken_for_a_formula(tmp_path: Path) -> None:
    devices = [device for device in objects() if device.build == "air"]
    evil = msgspec.structs.replace(devices[0], name="=HYPERLINK(1)", place_name='@a,"b"\r\n+c')
    with board_site(tmp_path, [evil], days=1) as opened:
        async with browser(opened) as client:
            answer = await client.get(f"/b/{TOWN}/town/objects-air.csv")
            (line,) = sheet_of(answer.content)[1:]
            assert line[:2] == ['\'@a,"b"\r\n+c', "'=HYPERLINK(1)"]
            page = await client.get(f"/b/{TOWN}/town")
            assert "=HYPERLINK(1)" in page.text


async def test_a_name_is_never_markup(tmp_path: Path) -> None:
    nasty = "<script>alert(1)</script>\"'&"
    devices = [
        msgspec.structs.replace(device, name=nasty, place_name=nasty) for device in objects()
    ]
    with board_site(tmp_path, devices, days=1) as opened:
        async with browser(opened) as client:
            for board in ("town", "build-air", "build-passage", "build-vote"):
                page = await client.get(f"/b/{TOWN}/{board}")
                assert "<script>alert" not in page.text, board
                assert "&lt;script&gt;alert" in page.text, board
            assert "<script>alert" not in (await client.get("/b/fleet", auth=RIGHT)).text


# --- emptiness, many readers ---------------------------------------------------------------------


async def test_a_new_site_says_that_there_is_not_enough_yet(tmp_path: Path) -> None:
    with board_site(tmp_path) as opened:
        for device in objects():
            opened.registry.add(device)
        async with browser(opened) as client:
            for path in boards_in((await client.get("/b/?lang=en")).text):
                page = await client.get(path, params={"lang": "en"}, auth=RIGHT)
                assert page.status_code == 200
                said = text_of(page.text)
                assert "not enough readings yet" in said or "No fresh reading" in said, path


async def test_all_readers_of_a_minute_share_one_board(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    answer = Answers.answer

    def counting(self: Answers, town: str, query: Any, start: float, end: float) -> Any:
        asked.append(query.quantity)
        return answer(self, town, query, start, end)

    monkeypatch.setattr(Answers, "answer", counting)
    with board_site(tmp_path, objects(1), days=1) as opened:
        async with browser(opened) as client:
            path = f"/b/{TOWN}/build-air"
            pages = await asyncio.gather(*(client.get(path) for _ in range(20)))
            assert {page.status_code for page in pages} == {200}
            once = len(asked)
            await client.get(f"{path}/day-co2.csv")
            assert len(asked) == once
            assert asked.count("humidity") <= 3


async def test_a_board_that_fails_is_asked_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with board_site(tmp_path, objects(1), days=1) as opened:
        async with browser(opened) as client:
            with monkeypatch.context() as broken:
                broken.setattr(Answers, "answer", lambda *_: 1 / 0)
                assert (await client.get(f"/b/{TOWN}/town")).status_code == 500
            assert (await client.get(f"/b/{TOWN}/town")).status_code == 200


async def test_a_slow_board_holds_up_neither_readings_nor_other_pages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, may_go_on = threading.Event(), threading.Event()
    answer = Answers.answer

    def slow(*arguments: Any) -> Any:
        asked.set()
        assert may_go_on.wait(20)
        return answer(*arguments)

    monkeypatch.setattr(Answers, "answer", slow)
    with board_site(tmp_path, objects(1), days=1) as opened:
        async with browser(opened) as client:
            waiting = asyncio.create_task(client.get(f"/b/{TOWN}/town"))
            await asyncio.to_thread(asked.wait, 20)
            frame = Frame(objects(1)[0].key, "abcd1234", 1, opened.now, {"co2": 700.0})
            written = await asyncio.wrap_future(opened.journal.write([frame]))
            assert len(written.stored) == 1
            assert (await client.get("/")).status_code == 200
            assert not waiting.done()
            may_go_on.set()
            assert (await waiting).status_code == 200
