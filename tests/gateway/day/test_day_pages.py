"""The pages of a workshop's day, as a telephone without JavaScript gets them."""

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest

from gateway.day import Session, Step
from gateway.web.day_pages import GUESSES
from tests.gateway.resident_site import (
    AIR,
    GYM,
    LAMP,
    PASSWORD,
    TOWN,
    ResidentSite,
    resident_site,
)

FROM_HERE = {"Sec-Fetch-Site": "same-origin", "Accept-Language": "en"}
LEADER = httpx.BasicAuth("fabnum", PASSWORD)
TOO_HEAVY = 50_000
PLAN = (
    Step(10, {"fr": "Accueillir", "en": "Welcome"}, {"en": "Say hello."}, {"en": "Host"}),
    Step(50, {"fr": "Essayer", "en": "Try"}),
)


@pytest.fixture
def site(tmp_path: Path) -> Iterator[ResidentSite]:
    with resident_site(tmp_path) as furnished:
        yield furnished


@pytest.fixture
async def phone(site: ResidentSite) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(site.app, raise_app_exceptions=False)
    async with httpx.AsyncClient(
        transport=transport, base_url="http://lab", headers=FROM_HERE
    ) as client:
        yield client


async def opened(site: ResidentSite, place: str = "salle-101") -> Session:
    session = site.sessions.open(
        Session(
            workshop="M02",
            town=TOWN,
            place=place,
            place_name="Salle 101",
            objects=(AIR.device, LAMP.device),
            plan=PLAN,
        )
    )
    await site.day.look()
    return session


@pytest.fixture
async def session(site: ResidentSite) -> Session:
    return await opened(site)


def words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).replace("\u00a0", " ").split())


def token_on(page: httpx.Response) -> str:
    found = re.search(r'name="token" value="([^"]+)"', page.text)
    assert found
    return found[1]


# --- joining -------------------------------------------------------------------------------------


async def test_where_one_workshop_is_open_it_is_offered_without_its_code(
    phone: httpx.AsyncClient, session: Session
) -> None:
    page = await phone.get("/a")
    assert page.status_code == 200
    assert f'href="/a/{session.code}"' in page.text
    assert "Enter: When do we open the windows?" in words(page.text)


async def test_where_several_are_open_the_code_is_needed(
    site: ResidentSite, phone: httpx.AsyncClient, session: Session
) -> None:
    other = await opened(site, "salle-102")
    page = await phone.get("/a")
    assert session.code not in page.text
    assert other.code not in page.text


async def test_the_code_is_understood_however_it_is_typed(
    phone: httpx.AsyncClient, session: Session
) -> None:
    answer = await phone.get("/a", params={"code": " " + session.code.lower() + " "})
    assert (answer.status_code, answer.headers["location"]) == (303, f"/a/{session.code}")
    answer = await phone.get(f"/a/{session.code.lower()}")
    assert (answer.status_code, answer.headers["location"]) == (308, f"/a/{session.code}")


async def test_a_wrong_code_is_said_kindly_and_leads_on(phone: httpx.AsyncClient) -> None:
    for path in ("/a/BCDF", "/a?code=BCDF", "/a?code=%3Cscript%3E", "/a/hello"):
        page = await phone.get(path)
        assert page.status_code == 404
        assert "Look at the wall again" in words(page.text)
        assert "<script>" not in page.text
        assert 'name="code"' in page.text


async def test_guessing_is_limited_also_for_the_right_code(
    phone: httpx.AsyncClient, session: Session
) -> None:
    for _guess in range(GUESSES):
        assert (await phone.get("/a/BBBB")).status_code == 404
    answer = await phone.get(f"/a/{session.code}")
    assert answer.status_code == 429
    assert int(answer.headers["retry-after"]) >= 1


async def test_a_workshop_that_has_ended_thanks(
    site: ResidentSite, phone: httpx.AsyncClient, session: Session
) -> None:
    await site.day.stop(session.code, 9, 0)
    # The whole room looks once more, and is not turned away.
    pages = [await phone.get(f"/a/{session.code}") for _phone in range(GUESSES + 5)]
    page = pages[-1]
    assert {page.status_code for page in pages} == {404}
    assert "This workshop has ended. Thank you for coming!" in words(page.text)


# --- the page ------------------------------------------------------------------------------------


async def test_the_page_shows_the_objects_and_is_small(
    phone: httpx.AsyncClient, session: Session
) -> None:
    page = await phone.get(f"/a/{session.code}")
    text = words(page.text)
    assert "When do we open the windows?" in text
    assert re.search(r"\d ppm", text)
    assert "Lampe de la salle 101" in text
    assert "set-cookie" not in page.headers
    assert len(page.content) < TOO_HEAVY


async def test_a_room_steers_the_lamp_and_sees_what_it_chose(
    site: ResidentSite, phone: httpx.AsyncClient, session: Session
) -> None:
    sent = {"device": LAMP.device}
    answers = await asyncio.gather(
        *(
            phone.post(
                f"/a/{session.code}/wish",
                data={**sent, "wish": f"colour={'#00c832' if number % 3 else '#ff0000'}"},
            )
            for number in range(60)
        )
    )
    assert {answer.status_code for answer in answers} == {303}
    async with asyncio.timeout(20):
        while not site.lamps.published:  # noqa: ASYNC110 - polled state
            await asyncio.sleep(0.01)
    assert [message["args"] for _topic, message in site.lamps.published] == [{"colour": "#00c832"}]
    page = await phone.get(answers[0].headers["location"])
    text = words(page.text)
    assert "The room has chosen: Green (40 of 60)" in text
    assert "Green 40 Red 20" in text
    assert "Your wish is counted." in text


@pytest.mark.parametrize(
    "sent",
    [
        {"device": LAMP.device, "wish": "colour=#123456"},
        {"device": LAMP.device, "wish": "restart="},
        {"device": LAMP.device, "wish": ""},
        {"device": AIR.device, "wish": "colour=#ff0000"},
        {"device": GYM.device, "wish": "colour=#ff0000"},
        {"device": "../..", "wish": "colour=#ff0000"},
        {},
    ],
    ids=str,
)
async def test_what_no_button_sends_is_no_wish(
    site: ResidentSite, phone: httpx.AsyncClient, session: Session, sent: dict[str, str]
) -> None:
    answer = await phone.post(f"/a/{session.code}/wish", data=sent)
    assert answer.status_code == 404
    assert site.day.wishes(session.code) == 0


async def test_a_form_of_another_site_is_refused(
    phone: httpx.AsyncClient, session: Session
) -> None:
    for path in ("wish", "answers", "animer/questions", "animer/stop", "animer/step"):
        answer = await phone.post(
            f"/a/{session.code}/{path}", headers={"Sec-Fetch-Site": "cross-site"}, auth=LEADER
        )
        assert answer.status_code == 403, path


# --- the questions -------------------------------------------------------------------------------


async def test_the_questions_stand_on_the_page_once_they_are_open(
    site: ResidentSite, phone: httpx.AsyncClient, session: Session
) -> None:
    assert 'name="token"' not in (await phone.get(f"/a/{session.code}")).text
    await site.day.ask(session.code)
    page = await phone.get(f"/a/{session.code}")
    assert page.text.count('type="radio"') == 9
    assert "1 of 3 I understood what we did. Yes A little No" in words(page.text)


async def test_a_page_counts_once_also_when_it_is_sent_twice_at_once(
    site: ResidentSite, phone: httpx.AsyncClient, session: Session
) -> None:
    await site.day.ask(session.code)
    page = await phone.get(f"/a/{session.code}")
    sent = {"token": token_on(page), "understood": "good", "again": "not"}
    answers = await asyncio.gather(
        *(phone.post(f"/a/{session.code}/answers", data=sent) for _tap in range(5))
    )
    assert {answer.headers["location"] for answer in answers} == {f"/a/{session.code}/merci"}
    await site.day.look()
    (still_open,) = site.day.open()
    assert still_open.answers == 1
    thanks = await phone.get(f"/a/{session.code}/merci")
    assert "Thank you!" in words(thanks.text)
    assert 'name="token"' not in (await phone.get(f"/a/{session.code}?questions=answered")).text


async def test_an_empty_page_counts_nothing_and_says_so(
    site: ResidentSite, phone: httpx.AsyncClient, session: Session
) -> None:
    await site.day.ask(session.code)
    token = token_on(await phone.get(f"/a/{session.code}"))
    answer = await phone.post(f"/a/{session.code}/answers", data={"token": token})
    page = await phone.get(answer.headers["location"])
    assert "Choose a face, then send." in words(page.text)
    await site.day.look()
    assert site.day.open()[0].answers == 0


async def test_an_answer_that_comes_after_the_end_is_told_so(
    site: ResidentSite, phone: httpx.AsyncClient, session: Session
) -> None:
    await site.day.ask(session.code)
    token = token_on(await phone.get(f"/a/{session.code}"))
    await site.day.stop(session.code, 7, 0)
    sent = {"token": token, "understood": "good"}
    answer = await phone.post(f"/a/{session.code}/answers", data=sent)
    page = await phone.get(answer.headers["location"].partition("#")[0])
    assert "This workshop has ended." in words(page.text)


# --- the wall ------------------------------------------------------------------------------------


async def test_the_wall_shows_the_code_while_the_workshop_is_open(
    site: ResidentSite, phone: httpx.AsyncClient
) -> None:
    assert "Workshop going on" not in (await phone.get("/")).text
    session = await opened(site)
    page = await phone.get("/")
    assert f"Workshop going on: code {session.code}" in words(page.text)
    assert 'role="img" aria-label="QR code of the workshop"' in page.text
    assert len(page.content) < TOO_HEAVY
    await site.day.stop(session.code, 9, 0)
    assert "Workshop going on" not in (await phone.get("/")).text


# --- the facilitator -----------------------------------------------------------------------------


async def test_the_facilitators_pages_ask_for_the_password(
    phone: httpx.AsyncClient, session: Session
) -> None:
    base = f"/a/{session.code}/animer"
    for path in (base, f"{base}/status", f"{base}/events", f"{base}/noted/1"):
        answer = await phone.get(path)
        assert answer.status_code == 401, path
    for path in ("questions", "step", "stop"):
        assert (await phone.post(f"{base}/{path}")).status_code == 401, path


async def test_the_clock_says_which_step_it_is(
    site: ResidentSite, phone: httpx.AsyncClient, session: Session
) -> None:
    base = f"/a/{session.code}/animer"
    page = await phone.get(base, auth=LEADER)
    assert "Step 1 of 2 Welcome" in words(page.text)
    assert "Who leads: Host" in words(page.text)
    assert page.headers["cache-control"] == "private, no-store"
    answer = await phone.post(f"{base}/step", data={"which": "next"}, auth=LEADER)
    assert answer.status_code == 303
    text = words((await phone.get(base, auth=LEADER)).text)
    assert "Step 2 of 2 Try" in text
    assert re.search(r" (50:00|49:5\d) minutes left", text)
    await phone.post(f"{base}/step", data={"which": "next"}, auth=LEADER)
    text = words((await phone.get(base, auth=LEADER)).text)
    assert re.search(r"The plan is finished Time to close \+?0:0\d minutes over", text)


async def test_the_facilitator_opens_the_questions_and_closes_with_totals(
    site: ResidentSite, phone: httpx.AsyncClient, session: Session
) -> None:
    base = f"/a/{session.code}/animer"
    await phone.post(f"{base}/questions", auth=LEADER)
    assert "The questions are open." in words((await phone.get(base, auth=LEADER)).text)
    status = (await phone.get(f"{base}/status", auth=LEADER)).json()
    assert status == {"phones": 0, "wishes": 0, "answers": 0, "asked": True}
    sent = {"people": " 14 ", "learners": "3"}
    answer = await phone.post(f"{base}/stop", data=sent, auth=LEADER)
    page = await phone.get(answer.headers["location"], auth=LEADER)
    assert "The workshop is closed" in words(page.text)
    assert "People welcomed 14 Learners who led 3" in words(page.text)
    assert site.day.open() == []


@pytest.mark.parametrize("typed", ["many", "-3", "1e3", "99999"])
async def test_a_number_that_is_none_closes_nothing(
    site: ResidentSite, phone: httpx.AsyncClient, session: Session, typed: str
) -> None:
    answer = await phone.post(f"/a/{session.code}/animer/stop", data={"people": typed}, auth=LEADER)
    assert answer.status_code == 405
    assert len(site.day.open()) == 1
